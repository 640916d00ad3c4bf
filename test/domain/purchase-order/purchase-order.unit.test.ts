import 'reflect-metadata';
import { plainToInstance } from 'class-transformer';
import fc from 'fast-check';
import { PurchaseOrderBody } from '../../../src/domain/purchase-order/commands.js';
import {
  purchaseOrder,
  type PurchaseOrderCommand,
  type Sources,
} from '../../../src/domain/purchase-order/decide.js';
import type {
  LotReceiptCancelled,
  LotReceiptRecorded,
  PurchaseOrderPlaced,
} from '../../../src/domain/purchase-order/events.js';
import { lineOf, openQuantity } from '../../../src/domain/purchase-order/state.js';
import { given, Story } from '../../support/given-when-then.js';

const SAW = [{ stream: 'main.suppliers', revision: 3 }];

/** Supplier SUP-A is known, products S-1 (CNY), S-2 (USD) and S-3 (CNY) are, and SUP-A may sell all but S-3. */
const sources: Sources = {
  isSupplier: (supplierId) => supplierId === 'SUP-A',
  currencyOf: (sku) =>
    new Map<unknown, string>([
      ['S-1', 'CNY'],
      ['S-2', 'USD'],
      ['S-3', 'CNY'],
    ]).get(sku),
  authorisationOf: (sku) => (sku === 'S-3' ? undefined : `AUTH-${sku}`),
  saw: SAW,
};

const line = (sku: unknown, quantity: unknown = 10, unitCost: unknown = '88.5'): object => ({
  sku,
  quantity,
  unitCost,
});

function place(lines: unknown, changes: object = {}): PurchaseOrderCommand {
  const body = plainToInstance(PurchaseOrderBody, { poId: 'PO-1', supplierId: 'SUP-A', lines, ...changes });
  return { kind: 'place', body, sources };
}

const placed: PurchaseOrderPlaced = {
  type: 'PurchaseOrderPlaced',
  schemaVersion: 1,
  payload: {
    poId: 'PO-1',
    supplierId: 'SUP-A',
    lines: [
      {
        sku: 'S-1',
        quantity: 10,
        unitCost: { amount: '88.500000', currency: 'CNY' },
        authorisationId: 'AUTH-S-1',
      },
      {
        sku: 'S-2',
        quantity: 5,
        unitCost: { amount: '1.000000', currency: 'USD' },
        authorisationId: 'AUTH-S-2',
      },
    ],
    saw: SAW,
  },
};

const receipt = (attempt: string, accepted: number, sku = 'S-1') => ({
  poId: 'PO-1',
  lotId: `LOT-${attempt}`,
  sku,
  attempt,
  accepted,
});

const received = (attempt: string, accepted: number): LotReceiptRecorded => ({
  type: 'LotReceiptRecorded',
  schemaVersion: 1,
  payload: receipt(attempt, accepted),
});

const cancelled = (attempt: string, accepted: number): LotReceiptCancelled => ({
  type: 'LotReceiptCancelled',
  schemaVersion: 1,
  payload: { ...receipt(attempt, accepted), reason: 'stalled' },
});

describe('a purchase order', () => {
  it('is placed with exact costs in the currency of each product and the authorisation in force', () => {
    given(purchaseOrder)
      .when(place([line('S-1'), line('S-2', 5, '1')]))
      .records(placed)
      .answers({ kind: 'done' });
  });

  it('has an id of its own, whatever else is wrong', () => {
    given(purchaseOrder, placed)
      .when(place([], { supplierId: 'NOBODY' }))
      .isRefused('duplicate_po');
  });

  it('is of a known supplier, whatever is wrong with its lines', () => {
    given(purchaseOrder)
      .when(place([], { supplierId: 'NOBODY' }))
      .isRefused('unknown_supplier');
    given(purchaseOrder)
      .when(place([], { supplierId: 7 }))
      .isRefused('unknown_supplier');
  });

  it.each<[string, unknown]>([
    ['no lines', []],
    ['absent lines', undefined],
    ['lines that are null', null],
    ['lines that are no list', 'S-1'],
    ['a SKU twice', [line('S-1'), line('S-1')]],
    ['an unknown SKU twice', [line('S-9'), line('S-9')]],
    ['a SKU twice after a line that is wrong', [line('S-9', 0), line('S-1'), line('S-1')]],
  ])('with %s is invalid', (_, lines) => {
    given(purchaseOrder).when(place(lines)).isRefused('invalid');
  });

  it.each<[string, unknown]>([
    ['0', 0],
    ['-1', -1],
    ['1.5', 1.5],
    ['a text', '10'],
    ['nothing', undefined],
    ['null', null],
  ])('of %s units is invalid', (_, quantity) => {
    const refusal = given(purchaseOrder)
      .when(place([{ ...line('S-1'), quantity }]))
      .isRefused('invalid');
    expect(refusal.faults.map(({ field }) => field)).toEqual(['quantity']);
  });

  it.each(['0', '0.000000', '-1', '+1', '1e2', '1.0000001', '', 88.5, null])(
    'at a cost of %p is invalid',
    (unitCost) => {
      const refusal = given(purchaseOrder)
        .when(place([line('S-1', 1, unitCost)]))
        .isRefused('invalid');
      expect(refusal.faults.map(({ field }) => field)).toEqual(['unitCost']);
    },
  );

  it.each([null, 7, 'S-1', [[]]])('with the line %p names no product', (notALine) => {
    given(purchaseOrder)
      .when(place([notALine]))
      .isRefused('unknown_sku');
  });

  it('checks a product, then its numbers, then its source', () => {
    given(purchaseOrder)
      .when(place([line('S-9', 0)]))
      .isRefused('unknown_sku');
    given(purchaseOrder)
      .when(place([line(undefined, 0)]))
      .isRefused('unknown_sku');
    given(purchaseOrder)
      .when(place([line('S-3', 0)]))
      .isRefused('invalid');
    given(purchaseOrder)
      .when(place([line('S-3')]))
      .isRefused('unauthorised_source');
  });

  it('checks all of one line before the next', () => {
    given(purchaseOrder)
      .when(place([line('S-3'), line('S-9')]))
      .isRefused('unauthorised_source');
    given(purchaseOrder)
      .when(place([line('S-1', 0), line('S-9')]))
      .isRefused('invalid');
    given(purchaseOrder)
      .when(place([line('S-1'), line('S-9'), line('S-3')]))
      .isRefused('unknown_sku');
  });
});

/** Receipts of one line as a list of what each attempt holds; null for one that was given up. */
class ReceiptModel {
  private readonly held = new Map<string, number | null>();

  constructor(private readonly ordered: number) {}

  open(): number {
    return [...this.held.values()].reduce<number>((open, units) => open - (units ?? 0), this.ordered);
  }

  take(attempt: string, accepted: number): boolean {
    if (this.held.has(attempt)) return true;
    if (accepted > this.open()) return false;
    this.held.set(attempt, accepted);
    return true;
  }

  giveUp(attempt: string): boolean {
    this.held.set(attempt, null);
    return true;
  }
}

describe('a receipt', () => {
  it('takes what was accepted of its line', () => {
    given(purchaseOrder, placed)
      .when({ kind: 'receive', ...receipt('a', 10) })
      .records(received('a', 10));
  });

  it('takes no more than is open, over all receipts of the line', () => {
    const history = given(purchaseOrder, placed, received('a', 7));
    expect(openQuantity(history.state, 'S-1')).toBe(3);
    history.when({ kind: 'receive', ...receipt('b', 3) }).records(received('b', 3));
    history.when({ kind: 'receive', ...receipt('b', 4) }).isRefused('over_receipt');
  });

  it('leaves the other lines alone', () => {
    const { state } = given(purchaseOrder, placed, received('a', 10));
    expect(openQuantity(state, 'S-2')).toBe(5);
    expect(lineOf(state, 'S-2')?.quantity).toBe(5);
  });

  it('finds nothing open on a line that is not there', () => {
    const history = given(purchaseOrder, placed);
    expect(lineOf(history.state, 'S-3')).toBeUndefined();
    history.when({ kind: 'receive', ...receipt('a', 1, 'S-3') }).isRefused('over_receipt');
  });

  it('is taken once, however often a resumed import asks', () => {
    given(purchaseOrder, placed, received('a', 10))
      .when({ kind: 'receive', ...receipt('a', 10) })
      .changesNothing()
      .answers({ kind: 'done' });
  });

  it('that is cancelled reopens its line, once', () => {
    const cancel = { kind: 'cancel-receipt', reason: 'stalled', ...receipt('a', 7) } as const;
    given(purchaseOrder, placed, received('a', 7)).when(cancel).records(cancelled('a', 7));
    const history = given(purchaseOrder, placed, received('a', 7), cancelled('a', 7));
    expect(openQuantity(history.state, 'S-1')).toBe(10);
    history.when(cancel).changesNothing();
  });

  it('can never be taken by an attempt that was given up, even where it had not come this far', () => {
    const cancel = { kind: 'cancel-receipt', reason: 'stalled', ...receipt('a', 7) } as const;
    given(purchaseOrder, placed).when(cancel).records(cancelled('a', 0));
    given(purchaseOrder, placed, cancelled('a', 0))
      .when({ kind: 'receive', ...receipt('a', 7) })
      .changesNothing()
      .answers({ kind: 'over' });
  });

  it('is what a repeated command is told about', () => {
    expect(purchaseOrder.recall([received('a', 1)])).toEqual({ kind: 'done' });
  });

  it('never takes more than was ordered, nor gives back more than it took (G5)', () => {
    const step = fc.record({
      kind: fc.constantFrom('receive' as const, 'cancel-receipt' as const),
      attempt: fc.constantFrom('a', 'b', 'c', 'd'),
      accepted: fc.integer({ min: 1, max: 8 }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
        const story = new Story(purchaseOrder);
        story.tell(place([line('S-1')]));
        const receipts = new ReceiptModel(10);
        for (const { kind, attempt, accepted } of steps) {
          const command: PurchaseOrderCommand = { kind, reason: 'stalled', ...receipt(attempt, accepted) };
          const fits = kind === 'receive' ? receipts.take(attempt, accepted) : receipts.giveUp(attempt);
          expect(story.tell(command).kind).toBe(fits ? 'accepted' : 'refused');
          expect(openQuantity(story.state, 'S-1')).toBe(receipts.open());
          expect(purchaseOrder.decide(story.state, command).events).toEqual([]);
        }
      }),
    );
  });
});
