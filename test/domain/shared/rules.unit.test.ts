import { faultsOf, invalid, requireValid } from '../../../src/domain/shared/faults.js';
import { Refusal } from '../../../src/domain/shared/refusal.js';
import { IsIdentifier, IsPositiveAmount, IsTime, IsWholeNumber } from '../../../src/domain/shared/rules.js';
import { IssueBody } from '../../../src/domain/order/commands.js';
import { PurchaseOrderBody, PurchaseOrderLineBody } from '../../../src/domain/purchase-order/commands.js';
import { RefundRequestBody } from '../../../src/domain/refund/commands.js';

class Ruled {
  @IsIdentifier()
  id: unknown = 'M-1';

  @IsTime()
  at: unknown = '2026-09-01T08:00:00+08:00';

  @IsPositiveAmount()
  price: unknown = '1.5';

  @IsWholeNumber(1, 1000)
  quantity: unknown = 1;
}

const faultyFields = (changes: Partial<Ruled>): string[] =>
  faultsOf(Object.assign(new Ruled(), changes)).map(({ field }) => field);

describe('the rules of fields', () => {
  it('find no fault in what is right', () => expect(faultyFields({})).toEqual([]));

  it.each(['M-1', '商户 七', 'a'.repeat(100), '\u0085', '🔑', '~/%'])('%p is an id', (id) => {
    expect(faultyFields({ id })).toEqual([]);
  });

  it.each(['', 'a'.repeat(101), 'a\u0000', 'a\nb', '\u007f', 'tab\t', 7, null, undefined, ['a']])(
    '%p is no id',
    (id) => expect(faultyFields({ id })).toEqual(['id']),
  );

  it.each(['0', '0.000000', '-1', 1, '1e3', undefined])('%p is no amount above zero', (price) => {
    expect(faultyFields({ price })).toEqual(['price']);
  });

  it('take the least amount there is', () => expect(faultyFields({ price: '0.000001' })).toEqual([]));

  it.each([1, 1000])('%p is a quantity', (quantity) => expect(faultyFields({ quantity })).toEqual([]));

  it.each([0, 1001, -1, 1.5, '1', Number.NaN, Infinity, null, undefined, 2 ** 53])(
    '%p is no quantity',
    (quantity) => {
      expect(faultyFields({ quantity })).toEqual(['quantity']);
    },
  );

  it.each(['2026-09-01', 'now', null])('%p is no time', (at) => expect(faultyFields({ at })).toEqual(['at']));

  it('name every faulty field, in the order of the fields', () => {
    expect(faultyFields({ id: '', at: '', price: '', quantity: 0 })).toEqual([
      'id',
      'at',
      'price',
      'quantity',
    ]);
  });
});

describe('an invalid command', () => {
  it('is refused with every field’s fault and a message that names the first', () => {
    const body = Object.assign(new Ruled(), { price: '0', quantity: 0 });
    let refusal: unknown;
    try {
      requireValid(body);
    } catch (error) {
      refusal = error;
    }
    expect(refusal).toBeInstanceOf(Refusal);
    const { code, message, faults } = refusal as Refusal;
    expect(code).toBe('invalid');
    expect(faults.map(({ field }) => field)).toEqual(['price', 'quantity']);
    expect(message).toContain('price');
  });

  it('passes where it has no fault', () => expect(() => requireValid(new Ruled())).not.toThrow());

  it('says so without a field, too', () => expect(invalid([]).message).toContain('body'));

  it('is found in the lines of an order by their place', () => {
    const line = Object.assign(new PurchaseOrderLineBody(), { sku: 'S-1', quantity: 0, unitCost: '1' });
    const body = Object.assign(new PurchaseOrderBody(), { poId: 'PO-1', supplierId: 'SUP-1', lines: [line] });
    expect(faultsOf(body).map(({ field }) => field)).toEqual(['lines.0.quantity']);
  });
});

describe('an issue', () => {
  const issue = (changes: object): string[] => {
    const body = { merchantId: 'M-1', orderNo: 'O-1', sku: 'S-1', quantity: 1, unitPrice: '9.9' };
    return faultsOf(Object.assign(new IssueBody(), body, changes)).map(({ field }) => field);
  };

  it('may leave the pool out, and null counts as absent', () => {
    expect(issue({})).toEqual([]);
    expect(issue({ pool: null })).toEqual([]);
    expect(issue({ pool: 'platform' })).toEqual([]);
    expect(issue({ pool: 7 })).toEqual(['pool']);
  });

  it.each([0, 1001, 1.5, '3'])('is not of %p units', (quantity) =>
    expect(issue({ quantity })).toEqual(['quantity']),
  );

  it('has a price above zero', () => expect(issue({ unitPrice: '0' })).toEqual(['unitPrice']));
});

describe('a refund', () => {
  const refund = (changes: object): string[] => {
    const body = {
      merchantId: 'M-1',
      orderNo: 'O-1',
      refundNo: 'R-1',
      units: [1],
      reason: 'bad_key',
      remedy: 'refund',
    };
    return faultsOf(Object.assign(new RefundRequestBody(), body, changes)).map(({ field }) => field);
  };

  it.each([[[]], [[1, 1]], [[1.5]], [['1']], [[null]], ['1'], [undefined]])('does not name %p', (units) => {
    expect(refund({ units })).toEqual(['units']);
  });

  it('may name places that no order has: whether they exist is asked later, by another code', () => {
    expect(refund({ units: [0, -1, 5000] })).toEqual([]);
  });

  it('has a known reason and remedy', () => {
    expect(refund({ reason: 'regret' })).toEqual(['reason']);
    expect(refund({ remedy: 'money' })).toEqual(['remedy']);
    expect(refund({ reason: undefined, remedy: null })).toEqual(['reason', 'remedy']);
  });
});
