import type { KeyObject } from 'node:crypto';
import { streamName, type StreamName } from '../../domain/shared/identifiers.js';
import { unwrapDataKey, wrapDataKey } from '../custody/data-keys.js';
import { DATA_KEY_CATEGORY, type DataKeyWrapped } from '../custody/events.js';
import { custodyPayload } from '../custody/stored-event.js';
import { freshKey } from '../custody/key-wrapping.js';
import { encodeEvent } from '../event-codec/codec.js';
import { freshAsideIdentity } from '../event-codec/fresh-identity.js';
import { NO_STREAM, WrongExpectedRevision, type EventStore } from '../event-store/event-store.js';

export interface DataKeySurroundings {
  readonly store: EventStore;
  readonly ledgerName: string;
  readonly ledgerId: string;
  readonly masterKey: KeyObject;
  /** The writer's clock, as RFC 3339 text. */
  readonly now: () => string;
}

/** Data keys, wrapped by the master key, in a stream for each lot: destroying one destroys that lot's secrets only. */
export class DataKeyShelf {
  constructor(private readonly surroundings: DataKeySurroundings) {}

  /** The attempt's key: the one that is kept, else a fresh one that is durable before it is given. */
  async keep(lotId: string, attempt: string): Promise<KeyObject> {
    const kept = await this.wrappedKeys(lotId);
    if (kept.some((key) => key.attempt === attempt)) return this.unwrap(kept, lotId, attempt);
    const dataKey = freshKey();
    try {
      await this.append(lotId, attempt, dataKey, kept.length + NO_STREAM);
      return dataKey;
    } catch (error) {
      if (!(error instanceof WrongExpectedRevision)) throw error;
      return this.keep(lotId, attempt);
    }
  }

  /** @throws CustodyError `data_key_destroyed`, `master_key_wrong` or `ciphertext_tampered` */
  async open(lotId: string, attempt: string): Promise<KeyObject> {
    return this.unwrap(await this.wrappedKeys(lotId), lotId, attempt);
  }

  private unwrap(kept: readonly DataKeyWrapped['payload'][], lotId: string, attempt: string): KeyObject {
    const { masterKey, ledgerId } = this.surroundings;
    return unwrapDataKey(masterKey, kept, { ledgerId, lotId, attempt });
  }

  private async append(lotId: string, attempt: string, dataKey: KeyObject, expected: number): Promise<void> {
    const { store, masterKey, ledgerId, now } = this.surroundings;
    const at = now();
    const event = encodeEvent(
      wrapDataKey(masterKey, dataKey, { ledgerId, lotId, attempt }),
      {
        occurredAt: at,
        recordedAt: at,
        actor: 'sourcebook',
        onBehalfOf: null,
        channel: 'process',
        command: 'KeepDataKey',
        commandId: attempt,
        correlationId: attempt,
        causationId: null,
      },
      freshAsideIdentity(),
    );
    await store.append(this.streamOf(lotId), expected, [event]);
  }

  private async wrappedKeys(lotId: string): Promise<DataKeyWrapped['payload'][]> {
    const keys: DataKeyWrapped['payload'][] = [];
    for await (const batch of this.surroundings.store.readStream(this.streamOf(lotId))) {
      for (const stored of batch) keys.push(custodyPayload(stored, 'DataKeyWrapped'));
    }
    return keys;
  }

  private streamOf(lotId: string): StreamName {
    return streamName(this.surroundings.ledgerName, DATA_KEY_CATEGORY, lotId);
  }
}
