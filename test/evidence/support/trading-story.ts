import type { StoredEvent } from '../../../src/infrastructure/event-store/event-store.js';
import { ToyLedger } from '../../support/toy-ledger/toy-ledger.js';

/** Two lots, sold, replaced, refunded, quarantined, written off; one authorisation is revoked at the end. */
export function tradingStory(): readonly StoredEvent[] {
  const ledger = new ToyLedger(4, 2);
  const at = (day: number, hour = 0) => `2026-09-0${day}T${String(hour).padStart(2, '0')}:00:00.000Z`;
  for (const supplierId of ['SUP-1', 'SUP-2']) ledger.supplier(at(1), supplierId);
  for (const sku of ['SKU-A', 'SKU-B']) ledger.product(at(1), sku);
  for (const merchantId of ['MER-0', 'MER-1']) ledger.merchant(at(1), merchantId);
  const terms = { skus: ['SKU-A', 'SKU-B'], validFrom: at(1), validTo: null };
  ledger.grant(at(1), 'AUTH-1', 'SUP-1', terms);
  ledger.grant(at(1), 'AUTH-2', 'SUP-2', terms);
  ledger.placeOrder(at(1, 1), 'PO-1', 'SUP-1', [{ sku: 'SKU-A', quantity: 20, unitCost: '4' }]);
  ledger.placeOrder(at(1, 1), 'PO-2', 'SUP-2', [
    { sku: 'SKU-B', quantity: 20, unitCost: '3' },
    { sku: 'SKU-A', quantity: 20, unitCost: '5' },
  ]);
  receive(ledger, at(1, 2), { lotId: 'LOT-1', poId: 'PO-1', sku: 'SKU-A', keys: 9 });
  receive(ledger, at(1, 3), { lotId: 'LOT-2', poId: 'PO-2', sku: 'SKU-A', keys: 5 });
  ledger.issue(at(2), 'MER-0', 'O-1', { sku: 'SKU-A', quantity: 3, unitPrice: '10' });
  ledger.refund(at(2, 1), 'MER-0', 'R-1', {
    orderNo: 'O-1',
    units: [2],
    reason: 'bad_key',
    remedy: 'replace',
  });
  ledger.issue(at(2, 2), 'MER-1', 'O-2', { sku: 'SKU-A', quantity: 2, unitPrice: '11' });
  ledger.quarantine(at(2, 3), 'LOT-1', true);
  ledger.issue(at(2, 4), 'MER-1', 'O-3', { sku: 'SKU-A', quantity: 2, unitPrice: '11' });
  ledger.quarantine(at(3), 'LOT-1', false);
  ledger.refund(at(3, 1), 'MER-0', 'R-2', {
    orderNo: 'O-1',
    units: [3],
    reason: 'goodwill',
    remedy: 'refund',
  });
  ledger.remove(at(3, 2), 'LOT-1', 1, 'writtenOff');
  ledger.revoke(at(4), 'AUTH-1');
  return ledger.told.stored;
}

function receive(
  ledger: ToyLedger,
  at: string,
  { lotId, poId, sku, keys }: { lotId: string; poId: string; sku: string; keys: number },
): void {
  const accepted = Array.from({ length: keys }, (_, index) => ({ line: index + 2, expiresOn: null }));
  const counts = {
    lines: keys + 1,
    header: 1,
    blank: 0,
    accepted: keys,
    duplicateInFile: 0,
    duplicateInLedger: 0,
    malformed: 0,
  };
  const file = { name: `${lotId}.csv`, sha256: 'ab'.repeat(32), sizeBytes: 100, counts, accepted };
  ledger.receive(at, lotId, poId, { sku, expiresAt: null, file });
}
