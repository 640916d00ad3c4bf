import { Malformed } from '../malformed.js';

export interface OrderName {
  readonly merchantId: string;
  readonly orderNo: string;
}

/** What an evidence pack answers. */
export type EvidenceQuestion =
  /** In the order of their ids' UTF-16 units, each once. */
  | { readonly kind: 'orders'; readonly orders: readonly OrderName[] }
  /** Everything sold under it. */
  | { readonly kind: 'authorisation'; readonly authorisationId: string }
  /** From its source to its buyers. */
  | { readonly kind: 'lot'; readonly lotId: string }
  /** What occurred at or after `from` and before `to`, both RFC 3339. */
  | { readonly kind: 'period'; readonly from: string; readonly to: string }
  | { readonly kind: 'key'; readonly keyId: string };

/** The most orders that one question may name. */
export const QUESTION_ORDERS_MAX = 10_000;

/** The question about these orders, whatever order they were named in. */
export function questionOfOrders(orders: readonly OrderName[]): EvidenceQuestion {
  const sorted = [...orders].sort(compareOrders);
  const unique = sorted.filter(
    (order, at) => at === 0 || compareOrders(sorted[at - 1] as OrderName, order) !== 0,
  );
  return {
    kind: 'orders',
    orders: unique.map(({ merchantId, orderNo }) => ({ merchantId, orderNo })),
  };
}

/** By the UTF-16 units of their ids, the merchant's first. */
export function compareOrders(a: OrderName, b: OrderName): number {
  if (a.merchantId !== b.merchantId) return a.merchantId < b.merchantId ? -1 : 1;
  if (a.orderNo === b.orderNo) return 0;
  return a.orderNo < b.orderNo ? -1 : 1;
}

/** A question in its one form. @throws Malformed */
export function readQuestion(value: unknown): EvidenceQuestion {
  const fields = membersOf(value);
  switch (fields['kind']) {
    case 'orders':
      return readOrders(only(fields, 'orders')['orders']);
    case 'authorisation':
      return {
        kind: 'authorisation',
        authorisationId: text(only(fields, 'authorisationId'), 'authorisationId'),
      };
    case 'lot':
      return { kind: 'lot', lotId: text(only(fields, 'lotId'), 'lotId') };
    case 'key':
      return { kind: 'key', keyId: text(only(fields, 'keyId'), 'keyId') };
    case 'period':
      only(fields, 'from', 'to');
      return { kind: 'period', from: text(fields, 'from'), to: text(fields, 'to') };
    default:
      throw new Malformed('a question is of kind orders, authorisation, lot, period or key');
  }
}

function readOrders(value: unknown): EvidenceQuestion {
  if (!Array.isArray(value) || value.length === 0 || value.length > QUESTION_ORDERS_MAX)
    throw new Malformed(`a question names from 1 to ${QUESTION_ORDERS_MAX} orders`);
  const orders = value.map((each: unknown) => {
    const order = only(membersOf(each), 'merchantId', 'orderNo', 'kind');
    return { merchantId: text(order, 'merchantId'), orderNo: text(order, 'orderNo') };
  });
  const isSorted = orders.every(
    (order, at) => at === 0 || compareOrders(orders[at - 1] as OrderName, order) < 0,
  );
  if (!isSorted) throw new Malformed("a question's orders are sorted and stand there once");
  return { kind: 'orders', orders };
}

type Members = Readonly<Record<string, unknown>>;

function membersOf(value: unknown): Members {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Members;
  throw new Malformed('a question is an object');
}

function only(members: Members, ...names: readonly string[]): Members {
  const other = Object.keys(members).find((name) => name !== 'kind' && !names.includes(name));
  if (other !== undefined) throw new Malformed(`a question has no member ${JSON.stringify(other)}`);
  return members;
}

function text(members: Members, name: string): string {
  const value = members[name];
  if (typeof value === 'string' && value !== '') return value;
  throw new Malformed(`a question's ${name} is a text, and not empty`);
}
