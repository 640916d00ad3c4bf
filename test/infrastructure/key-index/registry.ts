import { hash } from 'node:crypto';
import type { ImportTerms, KeyRegistryEvent } from '../../../src/domain/key-registry/events.js';
import type { RegistryEvent } from '../../../src/infrastructure/key-index/key-index.js';

type Of<Type extends KeyRegistryEvent['type']> = Extract<KeyRegistryEvent, { type: Type }>['payload'];

/** The packed fingerprints of keys that go by a name. */
export function fingerprints(...names: readonly (string | number)[]): Buffer {
  return Buffer.concat(names.map((name) => hash('md5', String(name), 'buffer')));
}

function terms(lotId: string, attempt: string, accepted: number): ImportTerms {
  const counts = {
    lines: accepted,
    header: 0,
    blank: 0,
    accepted,
    duplicateInFile: 0,
    duplicateInLedger: 0,
    malformed: 0,
  };
  return {
    attempt,
    lotId,
    poId: 'PO-1',
    sku: 'GIFT',
    supplierId: 'SUP-1',
    unitCost: { amount: '1.000000', currency: 'CNY' },
    lotExpiresAt: null,
    file: { name: 'keys.txt', sha256: `digest of ${attempt}`, bytes: 10 },
    counts,
  };
}

/** The key-registry stream, as far as it is written. */
export class Registry {
  readonly events: RegistryEvent[] = [];

  open(lotId: string, attempt: string, accepted = 3): this {
    return this.add('ImportOpened', { ...terms(lotId, attempt, accepted), saw: [] });
  }
  keys(lotId: string, attempt: string, firstSerial: number, ...names: readonly (string | number)[]): this {
    return this.add('KeysRegistered', {
      attempt,
      lotId,
      firstSerial,
      count: names.length,
      fingerprints: fingerprints(...names).toString('base64'),
      ciphertext: '',
      commitment: '',
      lineRuns: [],
      expiryRuns: [],
    });
  }
  complete(lotId: string, attempt: string, accepted = 3): this {
    return this.add('ImportCompleted', terms(lotId, attempt, accepted));
  }
  abandon(lotId: string, attempt: string): this {
    return this.add('ImportAbandoned', {
      attempt,
      lotId,
      poId: 'PO-1',
      sku: 'GIFT',
      accepted: 3,
      reason: 'no progress',
    });
  }
  refuse(lotId: string): this {
    const { poId, sku, file, counts } = terms(lotId, 'none', 0);
    return this.add('ImportRefused', { lotId, poId, sku, file, code: 'no_keys', counts });
  }
  private add<Type extends KeyRegistryEvent['type']>(type: Type, payload: Of<Type>): this {
    const event = { type, schemaVersion: 1, payload } as unknown as KeyRegistryEvent;
    const revision = this.events.length;
    this.events.push({ event, eventId: `event-${revision}`, revision });
    return this;
  }
}
