import { randomUUID, type KeyObject } from 'node:crypto';
import type { LedgerFounded } from '../../domain/events.js';
import type { DomainEvent } from '../../domain/shared/event.js';
import { streamName, type StreamName } from '../../domain/shared/identifiers.js';
import { SECRETS_CATEGORY, type LedgerSecretsSealed } from '../custody/events.js';
import {
  freshLedgerSecrets,
  openLedgerSecrets,
  sealLedgerSecrets,
  type LedgerSecrets,
} from '../custody/ledger-secrets.js';
import { encodeEvent } from '../event-codec/codec.js';
import { NO_STREAM, WrongExpectedRevision, type EventStore } from '../event-store/event-store.js';

const GENESIS_CATEGORY = 'genesis';

export interface Founding {
  readonly store: EventStore;
  readonly ledgerName: string;
  readonly origin: string;
  /** The writer's clock, as RFC 3339 text. */
  readonly now: () => string;
}

export interface FoundedLedger {
  readonly ledgerId: string;
  readonly origin: string;
  readonly secrets: LedgerSecrets;
}

/** The history is there but the stream that held its sealed secrets is not: nothing can be recorded or revealed. */
export class LedgerSecretsLost extends Error {
  override readonly name = 'LedgerSecretsLost';
}

/** Whether a ledger was founded in this store, so that a fresh master key could not open it. */
export async function isFounded({
  store,
  ledgerName,
}: Pick<Founding, 'store' | 'ledgerName'>): Promise<boolean> {
  const sealed = await firstPayload(store, streamName(ledgerName, SECRETS_CATEGORY));
  return (
    sealed !== undefined ||
    (await firstPayload(store, streamName(ledgerName, GENESIS_CATEGORY))) !== undefined
  );
}

/**
 * Founds the ledger, or joins it. The sealed secrets come first, each stream is created with "no stream", and what was
 * appended first counts: racing first starts agree.
 * @throws CustodyError when the master key does not open the secrets: the instance must not start
 */
export async function foundLedger(founding: Founding, masterKey: KeyObject): Promise<FoundedLedger> {
  const sealed = await sealedSecrets(founding, masterKey);
  const secrets = openLedgerSecrets(masterKey, sealed.ledgerId, sealed);
  const founded = await createOrRead<LedgerFounded>(founding, GENESIS_CATEGORY, () => ({
    type: 'LedgerFounded',
    schemaVersion: 1,
    payload: { ledgerId: sealed.ledgerId, origin: founding.origin },
  }));
  if (founded.ledgerId !== sealed.ledgerId) {
    throw new LedgerSecretsLost(
      `the sealed secrets are of ledger ${sealed.ledgerId}, the history of ${founded.ledgerId}`,
    );
  }
  return { ledgerId: founded.ledgerId, origin: founded.origin, secrets };
}

async function sealedSecrets(
  founding: Founding,
  masterKey: KeyObject,
): Promise<LedgerSecretsSealed['payload']> {
  const { store, ledgerName } = founding;
  const sealed = await firstPayload<LedgerSecretsSealed['payload']>(
    store,
    streamName(ledgerName, SECRETS_CATEGORY),
  );
  if (sealed !== undefined) return sealed;
  if ((await firstPayload(store, streamName(ledgerName, GENESIS_CATEGORY))) !== undefined) {
    throw new LedgerSecretsLost(
      'the ledger has a history but its sealed secrets are gone; restore them from a backup',
    );
  }
  return createOrRead<LedgerSecretsSealed>(founding, SECRETS_CATEGORY, () =>
    sealLedgerSecrets(masterKey, randomUUID(), freshLedgerSecrets()),
  );
}

async function createOrRead<Event extends DomainEvent>(
  founding: Founding,
  category: string,
  create: () => Event,
): Promise<Event['payload']> {
  const { store, ledgerName, now } = founding;
  const stream = streamName(ledgerName, category);
  const existing = await firstPayload<Event['payload']>(store, stream);
  if (existing !== undefined) return existing;
  const event = create();
  try {
    await store.append(stream, NO_STREAM, [encodeEvent(event, foundingContext(now()), randomUUID())]);
    return event.payload;
  } catch (error) {
    if (!(error instanceof WrongExpectedRevision)) throw error;
    const first = await firstPayload<Event['payload']>(store, stream);
    if (first === undefined) throw error;
    return first;
  }
}

function foundingContext(at: string) {
  return {
    occurredAt: at,
    recordedAt: at,
    actor: 'sourcebook',
    onBehalfOf: null,
    channel: 'process',
    command: 'FoundLedger',
    commandId: 'found-ledger',
    correlationId: 'found-ledger',
    causationId: null,
  };
}

async function firstPayload<Payload>(store: EventStore, stream: StreamName): Promise<Payload | undefined> {
  for await (const [event] of store.readStream(stream, { limit: 1 })) {
    if (event !== undefined) return JSON.parse(event.data) as Payload;
  }
  return undefined;
}
