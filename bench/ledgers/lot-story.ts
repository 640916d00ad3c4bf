import type { ImportTerms } from '../../src/domain/key-registry/events.js';
import type { Seeded } from '../seeded.js';
import { authorisationName, supplierName } from './ledger-shape.js';
import { eventOf, type ToldEvent } from './told-event.js';

const CHUNK_KEYS = 500;
const FINGERPRINT_BYTES = 16;
const COMMITMENT_BYTES = 32;
/** What a key of the samples takes of its chunk's ciphertext. */
const SEALED_BYTES_PER_KEY = 36;

export const UNIT_COST = { amount: '8.500000', currency: 'CNY' };

/** A lot that was ordered and received. */
export interface ToldLot {
  readonly lotId: string;
  readonly sku: string;
  /** By number. */
  readonly supplier: number;
  readonly keys: number;
  readonly at: string;
}

/**
 * From the purchase order to the stock, as an import records it. The keys themselves are random bytes of the right
 * lengths: nothing here reveals them.
 */
export function* lotStory(lot: ToldLot, seeded: Seeded): Generator<ToldEvent> {
  const { lotId, sku, supplier, keys, at } = lot;
  const poId = `PO-${lotId}`;
  const supplierId = supplierName(supplier);
  const attempt = seeded.uuid();
  const tell = (stream: ToldEvent['stream'], event: ToldEvent['event']): ToldEvent => ({
    stream,
    event,
    commandId: stream[0] === 'purchaseorder' && event.type === 'PurchaseOrderPlaced' ? poId : lotId,
    at,
  });
  const authorisationId = authorisationName(supplier);
  const lines = [{ sku, quantity: keys, unitCost: UNIT_COST, authorisationId }];
  yield tell(['purchaseorder', poId], eventOf('PurchaseOrderPlaced', { poId, supplierId, lines, saw: [] }));
  const terms = { ...termsOf(lot, seeded), attempt };
  yield tell(['keyregistry'], eventOf('ImportOpened', { ...terms, saw: [] }));
  const receipt = { poId, lotId, sku, attempt, accepted: keys };
  yield tell(['purchaseorder', poId], eventOf('LotReceiptRecorded', receipt));
  for (let firstSerial = 1; firstSerial <= keys; firstSerial += CHUNK_KEYS) {
    const count = Math.min(CHUNK_KEYS, keys - firstSerial + 1);
    yield tell(['keyregistry'], eventOf('KeysRegistered', chunkOf(terms, firstSerial, count, seeded)));
  }
  yield tell(['keyregistry'], eventOf('ImportCompleted', terms));
  const received = {
    lotId,
    sku,
    poId,
    supplierId,
    unitCost: UNIT_COST,
    lotExpiresAt: null,
    attempt,
    pool: 'main',
    part: 1,
    parts: 1,
    runs: [{ lotId, firstSerial: 1, count: keys }],
  };
  yield tell(['stock', sku], eventOf('LotReceived', received));
}

function termsOf({ lotId, sku, supplier, keys }: ToldLot, seeded: Seeded): Omit<ImportTerms, 'attempt'> {
  return {
    lotId,
    poId: `PO-${lotId}`,
    sku,
    supplierId: supplierName(supplier),
    unitCost: UNIT_COST,
    lotExpiresAt: null,
    file: { name: `${lotId}.txt`, sha256: seeded.bytes(32).toString('hex'), bytes: keys * 28 },
    counts: {
      lines: keys,
      header: 0,
      blank: 0,
      accepted: keys,
      duplicateInFile: 0,
      duplicateInLedger: 0,
      malformed: 0,
    },
  };
}

function chunkOf(
  { attempt, lotId }: Pick<ImportTerms, 'attempt' | 'lotId'>,
  firstSerial: number,
  count: number,
  seeded: Seeded,
) {
  return {
    attempt,
    lotId,
    firstSerial,
    count,
    fingerprints: seeded.bytes(count * FINGERPRINT_BYTES).toString('base64'),
    ciphertext: seeded.bytes(count * SEALED_BYTES_PER_KEY).toString('base64'),
    commitment: seeded.bytes(COMMITMENT_BYTES).toString('base64'),
    lineRuns: [[firstSerial, firstSerial, count]] as const,
    expiryRuns: [[firstSerial, count, null]] as const,
  };
}
