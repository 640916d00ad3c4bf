import { randomUUID, type KeyObject } from 'node:crypto';
import { genesis } from '../../domain/genesis/decide.js';
import type { LedgerFounded } from '../../domain/genesis/events.js';
import type { DomainEvent, EventContext } from '../../domain/shared/event.js';
import { streamName } from '../../domain/shared/identifiers.js';
import { SECRETS_CATEGORY } from '../custody/events.js';
import {
  freshLedgerSecrets,
  openLedgerSecrets,
  sealLedgerSecrets,
  type LedgerSecrets,
} from '../custody/ledger-secrets.js';
import { publicKeyTextOf } from '../custody/signing-seed.js';
import { custodyPayload } from '../custody/stored-event.js';
import { decodeEvent, encodeEvent, type EventIdentity } from '../event-codec/codec.js';
import { freshAsideIdentity, freshIdentity } from '../event-codec/fresh-identity.js';
import {
  NO_STREAM,
  WrongExpectedRevision,
  type EventStore,
  type StoredEvent,
} from '../event-store/event-store.js';

const GENESIS_CATEGORY = genesis.category;

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
export async function isFounded(founding: Pick<Founding, 'store' | 'ledgerName'>): Promise<boolean> {
  const first = [await firstOf(founding, SECRETS_CATEGORY), await firstOf(founding, GENESIS_CATEGORY)];
  return first.some((event) => event !== undefined);
}

/**
 * Founds the ledger, or joins it. The sealed secrets come first, each stream is created with "no stream", and what was
 * appended first counts: racing first starts agree.
 * @throws CustodyError when the master key does not open the secrets: the instance must not start
 */
export async function foundLedger(founding: Founding, masterKey: KeyObject): Promise<FoundedLedger> {
  const sealed = custodyPayload(await sealedSecrets(founding, masterKey), 'LedgerSecretsSealed');
  const secrets = openLedgerSecrets(masterKey, sealed.ledgerId, sealed);
  const { ledgerId, origin } = await foundation(founding, sealed.ledgerId, secrets);
  if (ledgerId === sealed.ledgerId) return { ledgerId, origin, secrets };
  throw new LedgerSecretsLost(
    `the sealed secrets are of ledger ${sealed.ledgerId}, the history is of ${ledgerId}`,
  );
}

async function sealedSecrets(founding: Founding, masterKey: KeyObject): Promise<StoredEvent> {
  const sealed = await firstOf(founding, SECRETS_CATEGORY);
  if (sealed !== undefined) return sealed;
  if ((await firstOf(founding, GENESIS_CATEGORY)) !== undefined) {
    throw new LedgerSecretsLost(
      'the ledger has a history but its sealed secrets are gone; restore them from a backup',
    );
  }
  const secrets = sealLedgerSecrets(masterKey, randomUUID(), freshLedgerSecrets());
  return createOnce(founding, SECRETS_CATEGORY, secrets, freshAsideIdentity());
}

async function foundation(
  founding: Founding,
  ledgerId: string,
  secrets: LedgerSecrets,
): Promise<LedgerFounded['payload']> {
  const founded: LedgerFounded = {
    type: 'LedgerFounded',
    schemaVersion: 2,
    payload: { ledgerId, origin: founding.origin, signingKey: publicKeyTextOf(secrets.signingSeed) },
  };
  const stored =
    (await firstOf(founding, GENESIS_CATEGORY)) ??
    (await createOnce(founding, GENESIS_CATEGORY, founded, freshIdentity()));
  const { event } = decodeEvent(stored);
  if (event.type !== 'LedgerFounded') throw new RangeError(`${stored.stream} begins with ${event.type}`);
  return event.payload;
}

/** Appends a stream's first event, or gives the one that another start appended before. */
async function createOnce(
  founding: Founding,
  category: string,
  event: DomainEvent,
  identity: EventIdentity,
): Promise<StoredEvent> {
  const { store, ledgerName, now } = founding;
  try {
    const created = encodeEvent(event, foundingContext(now()), identity);
    await store.append(streamName(ledgerName, category), NO_STREAM, [created]);
  } catch (error) {
    if (!(error instanceof WrongExpectedRevision)) throw error;
  }
  const first = await firstOf(founding, category);
  if (first === undefined) throw new RangeError(`the stream of ${category} is empty after it was created`);
  return first;
}

function foundingContext(at: string): EventContext {
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

async function firstOf(
  { store, ledgerName }: Pick<Founding, 'store' | 'ledgerName'>,
  category: string,
): Promise<StoredEvent | undefined> {
  for await (const [event] of store.readStream(streamName(ledgerName, category), { limit: 1 })) return event;
  return undefined;
}
