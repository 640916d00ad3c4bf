import * as fc from 'fast-check';
import { ToyLedger } from './toy-ledger/toy-ledger.js';
import { ToyRefusal } from './toy-ledger/units.js';

/** One step of a random story; numbers are turned into ids that often meet. */
export interface Step {
  readonly kind:
    | 'receive'
    | 'transfer'
    | 'issue'
    | 'refund'
    | 'quarantine'
    | 'release'
    | 'writeOff'
    | 'return'
    | 'revoke'
    | 'grant';
  readonly pick: number;
  readonly quantity: number;
  readonly flag: boolean;
  /** Hours that pass before it; sometimes it is told late. */
  readonly hours: number;
}

const KINDS: readonly Step['kind'][] = [
  'receive',
  'receive',
  'transfer',
  'issue',
  'issue',
  'issue',
  'refund',
  'refund',
  'quarantine',
  'release',
  'writeOff',
  'return',
  'revoke',
  'grant',
];

export const steps = fc.array(
  fc.record({
    kind: fc.constantFrom(...KINDS),
    pick: fc.nat(5),
    quantity: fc.integer({ min: 1, max: 7 }),
    flag: fc.boolean(),
    hours: fc.integer({ min: -3, max: 30 }),
  }),
  { minLength: 5, maxLength: 60 },
);

const SKUS = ['SKU-A', 'SKU-B'];
const POOLS = ['main', 'shop'];
const BEGIN_MS = Date.UTC(2026, 8, 1);
const LOT_DAYS = ['2026-09-03', null, '2026-09-20'] as const;

/** Tells a ledger a random story; steps that the rules refuse change nothing. */
export class ToyStory {
  readonly ledger = new ToyLedger(3, 2);
  private now = BEGIN_MS;
  private count = 0;

  constructor(told: readonly Step[]) {
    const at = this.at();
    for (const supplierId of ['SUP-1', 'SUP-2']) this.ledger.supplier(at, supplierId);
    for (const sku of SKUS) this.ledger.product(at, sku);
    for (const merchantId of ['MER-0', 'MER-1']) this.ledger.merchant(at, merchantId);
    this.ledger.grant(at, 'AUTH-1', 'SUP-1', { skus: SKUS, validFrom: at, validTo: null });
    this.ledger.grant(at, 'AUTH-2', 'SUP-2', {
      skus: ['SKU-A'],
      validFrom: at,
      validTo: '2026-09-12T00:00:00Z',
    });
    for (const step of told) this.tell(step);
  }

  at(): string {
    return new Date(this.now).toISOString();
  }

  private tell(step: Step): void {
    this.now += step.hours * 3_600_000;
    this.count += 1;
    try {
      this.perform(step);
    } catch (error) {
      if (!(error instanceof ToyRefusal)) throw error;
    }
  }

  private perform({ kind, pick, quantity, flag }: Step): void {
    const at = this.at();
    const sku = SKUS[pick % 2] as string;
    const pool = POOLS[flag ? 0 : 1] as string;
    const lotId = `LOT-${pick}`;
    const merchantId = `MER-${pick % 2}`;
    switch (kind) {
      case 'receive':
        return this.receive(at, sku, { quantity, flag, pick });
      case 'transfer':
        return this.ledger.transfer(at, sku, { from: pool, to: flag ? 'shop' : 'main', quantity });
      case 'issue':
        this.ledger.issue(at, merchantId, `O-${this.count}`, {
          sku,
          quantity,
          unitPrice: '999999999999.999999',
          pool,
        });
        return;
      case 'refund':
        return this.refund(at, pick, flag, quantity);
      case 'quarantine':
      case 'release':
        return this.ledger.quarantine(at, lotId, kind === 'quarantine');
      case 'writeOff':
        return this.ledger.remove(at, lotId, quantity, 'writtenOff');
      case 'return':
        return this.ledger.remove(at, lotId, quantity, 'returned');
      case 'revoke':
        return this.ledger.revoke(at, `AUTH-${(pick % 2) + 1}`);
      case 'grant': {
        const terms = { skus: SKUS, validFrom: at, validTo: null };
        return this.ledger.grant(at, `AUTH-G${this.count}`, `SUP-${(pick % 2) + 1}`, terms);
      }
    }
  }

  private receive(
    at: string,
    sku: string,
    { quantity, flag, pick }: { quantity: number; flag: boolean; pick: number },
  ): void {
    const lotId = `LOT-${this.ledger.lots.length}`;
    const poId = `PO-${this.count}`;
    this.ledger.placeOrder(at, poId, `SUP-${(pick % 2) + 1}`, [
      { sku, quantity: quantity + 1, unitCost: `${pick + 1}.333333` },
    ]);
    const accepted = Array.from({ length: quantity }, (_, index) => ({
      line: index * 2 + 1,
      expiresOn: LOT_DAYS[(index + pick) % 3] ?? null,
    }));
    const counts = {
      lines: quantity,
      header: 0,
      blank: 0,
      accepted: quantity,
      duplicateInFile: 0,
      duplicateInLedger: 0,
      malformed: 0,
    };
    const file = { name: `${lotId}.txt`, sha256: `sha-${lotId}`, sizeBytes: 1, counts, accepted };
    this.ledger.receive(at, lotId, poId, { sku, expiresAt: flag ? null : '2026-09-15T00:00:00Z', file });
  }

  private refund(at: string, pick: number, flag: boolean, quantity: number): void {
    const orders = [...this.ledger.orders.keys()];
    const order = orders[pick % Math.max(orders.length, 1)];
    if (order === undefined) return;
    const [merchantId = '', orderNo = ''] = order.split('|');
    const units = Array.from({ length: Math.min(quantity, 3) }, (_, index) => ((pick + index) % 3) + 1);
    const reason = quantity % 2 === 0 ? 'bad_key' : 'goodwill';
    this.ledger.refund(at, merchantId, `R-${this.count}`, {
      orderNo,
      units: [...new Set(units)],
      reason,
      remedy: flag ? 'refund' : 'replace',
    });
  }
}
