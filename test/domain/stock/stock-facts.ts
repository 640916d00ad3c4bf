import { reservationIdOf } from '../../../src/domain/shared/attempt.js';
import type { StockCommand } from '../../../src/domain/stock/decide.js';
import type {
  Demand,
  LotQuarantined,
  LotReceived,
  LotReleased,
  ReservationConfirmed,
  ReservationReleased,
  UnitsReserved,
  UnitsTransferred,
  UnitsWrittenOff,
} from '../../../src/domain/stock/events.js';
import type { AuthorisationOf } from '../../../src/domain/stock/pick.js';
import type { MoneyText } from '../../../src/domain/shared/money.js';
import { instantOf } from '../../../src/domain/shared/time.js';
import type { PooledRange, SourcedRange, UnitRange } from '../../../src/domain/shared/units.js';

/** The words in which the stock's tests tell what happened and what is asked. One product: `STEAM-100`. */
export const SKU = 'STEAM-100';
export const NOON = '2026-09-10T12:00:00+08:00';
export const UNIT_COST: MoneyText = { amount: '88.500000', currency: 'CNY' };

export const order = (orderNo: string): Demand => ({ kind: 'order', merchantId: 'M-1', orderNo });

/** Every supplier is authorised but those named; the authorisation is called after its supplier. */
export const allBut =
  (...suppliers: readonly string[]): AuthorisationOf =>
  (supplierId) =>
    suppliers.includes(supplierId) ? undefined : `AUTH-${supplierId}`;

export const everybody = allBut();

export const units = (lotId: string, firstSerial: number, count: number, expiresOn?: string): UnitRange =>
  expiresOn === undefined ? { lotId, firstSerial, count } : { lotId, firstSerial, count, expiresOn };

export const sourced = (range: UnitRange, supplierId = 'SUP-A'): SourcedRange => ({
  ...range,
  supplierId,
  authorisationId: `AUTH-${supplierId}`,
  unitCost: UNIT_COST,
});

export const pooled = (range: UnitRange, pool = 'main'): PooledRange => ({ ...range, pool });

/** A lot of one run, unless told; received whole. */
export function lotReceived(
  lotId: string,
  count: number,
  changes: Partial<LotReceived['payload']> = {},
): LotReceived {
  return {
    type: 'LotReceived',
    schemaVersion: 1,
    payload: {
      lotId,
      sku: SKU,
      poId: 'PO-1',
      supplierId: 'SUP-A',
      unitCost: UNIT_COST,
      lotExpiresAt: null,
      attempt: `attempt-${lotId}`,
      pool: 'main',
      part: 1,
      parts: 1,
      runs: [units(lotId, 1, count)],
      ...changes,
    },
  };
}

export function transferred(from: string, to: string, ...ranges: readonly UnitRange[]): UnitsTransferred {
  const quantity = ranges.reduce((sum, range) => sum + range.count, 0);
  return {
    type: 'UnitsTransferred',
    schemaVersion: 1,
    payload: { sku: SKU, from, to, quantity, units: ranges, saw: [] },
  };
}

/** The reservation that an attempt made when the stock was new. */
export const reservationOf = (attempt: string): string => reservationIdOf(attempt, 0);

export function reserved(attempt: string, ...ranges: readonly SourcedRange[]): UnitsReserved {
  const quantity = ranges.reduce((sum, range) => sum + range.count, 0);
  return {
    type: 'UnitsReserved',
    schemaVersion: 1,
    payload: {
      sku: SKU,
      reservationId: reservationOf(attempt),
      demand: order(attempt),
      asked: `asked-${attempt}`,
      pool: 'main',
      quantity,
      units: ranges,
      saw: [],
    },
  };
}

/** The same as it is decided now, whatever the stock's version is by then. */
export function reservedNow(attempt: string, ...ranges: readonly SourcedRange[]): UnitsReserved {
  const event = reserved(attempt, ...ranges);
  const reservationId = expect.stringMatching(`^${attempt}\\.\\d+$`) as unknown as string;
  return { ...event, payload: { ...event.payload, reservationId } };
}

export const confirmed = (attempt: string): ReservationConfirmed => ({
  type: 'ReservationConfirmed',
  schemaVersion: 1,
  payload: { sku: SKU, reservationId: reservationOf(attempt) },
});

export const released = (attempt: string): ReservationReleased => ({
  type: 'ReservationReleased',
  schemaVersion: 1,
  payload: { sku: SKU, reservationId: reservationOf(attempt), reason: 'the attempt was abandoned' },
});

export const quarantined = (lotId: string): LotQuarantined => ({
  type: 'LotQuarantined',
  schemaVersion: 1,
  payload: { lotId, sku: SKU, reason: 'complaints' },
});

export const freed = (lotId: string): LotReleased => ({
  type: 'LotReleased',
  schemaVersion: 1,
  payload: { lotId, sku: SKU, reason: 'checked' },
});

export const writtenOff = (lotId: string, ...ranges: readonly PooledRange[]): UnitsWrittenOff => ({
  type: 'UnitsWrittenOff',
  schemaVersion: 1,
  payload: {
    lotId,
    sku: SKU,
    quantity: ranges.reduce((sum, range) => sum + range.count, 0),
    reason: 'unreadable',
    units: ranges,
  },
});

type CommandOf<Kind extends StockCommand['kind']> = Extract<StockCommand, { kind: Kind }>;

export function reserve(
  attempt: string,
  quantity: number,
  changes: Partial<CommandOf<'reserve'>> = {},
): CommandOf<'reserve'> {
  return {
    kind: 'reserve',
    sku: SKU,
    attempt,
    demand: order(attempt),
    asked: `asked-${attempt}`,
    pool: 'main',
    quantity,
    at: instantOf(NOON),
    authorisationOf: everybody,
    saw: [],
    ...changes,
  };
}

export function transfer(
  from: string,
  to: string,
  quantity: number,
  changes: Partial<CommandOf<'transfer'>> = {},
): CommandOf<'transfer'> {
  const at = instantOf(NOON);
  return {
    kind: 'transfer',
    sku: SKU,
    from,
    to,
    quantity,
    at,
    authorisationOf: everybody,
    saw: [],
    ...changes,
  };
}

export const confirm = (reservationId: string): StockCommand => ({
  kind: 'confirm',
  sku: SKU,
  reservationId,
});

export const release = (reservationId: string): StockCommand => ({
  kind: 'release',
  sku: SKU,
  reservationId,
  reason: 'the attempt was abandoned',
});

export const quarantine = (lotId: string): StockCommand => ({
  kind: 'quarantine',
  lotId,
  sku: SKU,
  reason: 'complaints',
});

export const endQuarantine = (lotId: string): StockCommand => ({
  kind: 'end-quarantine',
  lotId,
  sku: SKU,
  reason: 'checked',
});

export const remove = (kind: 'write-off' | 'return', lotId: string, quantity: number): StockCommand => ({
  kind,
  lotId,
  sku: SKU,
  quantity,
  reason: 'unreadable',
});
