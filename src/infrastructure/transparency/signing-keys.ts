import type { KeyObject } from 'node:crypto';
import { streamName, type StreamName } from '../../domain/shared/identifiers.js';
import { SECRETS_CATEGORY, type SigningSeedSealed } from '../custody/events.js';
import { freshKey } from '../custody/key-wrapping.js';
import { openSigningSeed, publicKeyTextOf, sealSigningSeed } from '../custody/signing-seed.js';
import { custodyPayload } from '../custody/stored-event.js';
import { encodeEvent } from '../event-codec/codec.js';
import { freshAsideIdentity } from '../event-codec/fresh-identity.js';
import { WrongExpectedRevision, type EventStore } from '../event-store/event-store.js';

export interface SigningKeySurroundings {
  readonly store: EventStore;
  readonly ledgerName: string;
  readonly ledgerId: string;
  readonly masterKey: KeyObject;
  /** Sealed when the ledger was founded. */
  readonly foundingSeed: KeyObject;
  /** The writer's clock, as RFC 3339 text. */
  readonly now: () => string;
}

/** A key signs by the history, but its seed is not among those that were sealed. */
export class SigningSeedMissing extends Error {
  override readonly name = 'SigningSeedMissing';
}

/** The stream holds the ledger's secrets first; the seeds of later keys follow. */
const FIRST_LATER_SEED = 1;

/** The seeds of the keys that sign checkpoints, wrapped by the master key in the aside twin of `genesis`. */
export class SigningKeys {
  private readonly stream: StreamName;
  private readonly seeds = new Map<string, KeyObject>();
  private readonly foundingKey: string;
  private nextRevision = FIRST_LATER_SEED;

  constructor(private readonly surroundings: SigningKeySurroundings) {
    this.stream = streamName(surroundings.ledgerName, SECRETS_CATEGORY);
    this.foundingKey = publicKeyTextOf(surroundings.foundingSeed);
    this.seeds.set(this.foundingKey, surroundings.foundingSeed);
  }

  /** As genesis names a key; null: the founding one, which a ledger of version 1 did not publish. */
  publicKeyOf(named: string | null): string {
    return named ?? this.foundingKey;
  }

  /** @throws SigningSeedMissing @throws CustodyError */
  async seedOf(named: string | null): Promise<KeyObject> {
    const publicKey = this.publicKeyOf(named);
    if (!this.seeds.has(publicKey)) await this.readSealed();
    const seed = this.seeds.get(publicKey);
    if (seed !== undefined) return seed;
    throw new SigningSeedMissing(
      `the seed of the signing key ${publicKey} is not among the ledger's sealed secrets; restore them from a backup`,
    );
  }

  /** Makes a key whose seed is durable; it signs when genesis says so. @returns the public key in base64 */
  async sealNew(): Promise<string> {
    const { masterKey, ledgerId } = this.surroundings;
    const sealed = sealSigningSeed(masterKey, ledgerId, freshKey());
    for (;;) {
      await this.readSealed();
      if (await this.append(sealed)) return sealed.payload.publicKey;
    }
  }

  private async append(sealed: SigningSeedSealed): Promise<boolean> {
    const { store, now } = this.surroundings;
    const at = now();
    const { publicKey } = sealed.payload;
    const context = {
      occurredAt: at,
      recordedAt: at,
      actor: 'sourcebook',
      onBehalfOf: null,
      channel: 'process',
      command: 'SealSigningSeed',
      commandId: publicKey,
      correlationId: publicKey,
      causationId: null,
    };
    try {
      const encoded = encodeEvent(sealed, context, freshAsideIdentity());
      await store.append(this.stream, this.nextRevision - 1, [encoded]);
      return true;
    } catch (error) {
      if (error instanceof WrongExpectedRevision) return false;
      throw error;
    }
  }

  private async readSealed(): Promise<void> {
    const { store, masterKey, ledgerId } = this.surroundings;
    for await (const batch of store.readStream(this.stream, { fromRevision: this.nextRevision })) {
      for (const stored of batch) {
        const sealed = custodyPayload(stored, 'SigningSeedSealed');
        this.seeds.set(sealed.publicKey, openSigningSeed(masterKey, ledgerId, sealed));
        this.nextRevision = stored.revision + 1;
      }
    }
  }
}
