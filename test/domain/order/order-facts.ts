import type { OrderCommand, SettleUnits } from '../../../src/domain/order/decide.js';
import type {
  KeysRevealed,
  OrderAttemptAbandoned,
  OrderConflictRecorded,
  OrderFulfilled,
  UnitsSettled,
} from '../../../src/domain/order/events.js';
import { attemptOf, reservationIdOf } from '../../../src/domain/shared/attempt.js';
import type { SourcedRange } from '../../../src/domain/shared/units.js';

/** The words in which the orders' tests tell what happened and what is asked: merchant `M-1`, order `O-1`. */
export const SAW = [{ stream: 'main.stock-STEAM%2D100', revision: 4 }];

export const ORDER = { merchantId: 'M-1', orderNo: 'O-1' };

export const keys = (lotId: string, firstSerial: number, count = 1): SourcedRange => ({
  lotId,
  firstSerial,
  count,
  supplierId: 'SUP-A',
  authorisationId: 'AUTH-SUP-A',
  unitCost: { amount: '88.500000', currency: 'CNY' },
});

/** The reservation that may be used where the order's stream stands at the revision before this one. */
export const reservation = (orderRevision: number): string =>
  reservationIdOf(attemptOf(['M-1', 'O-1'], orderRevision), 7);

export function fulfilled(orderRevision: number, ...units: readonly SourcedRange[]): OrderFulfilled {
  return {
    type: 'OrderFulfilled',
    schemaVersion: 1,
    payload: {
      ...ORDER,
      sku: 'STEAM-100',
      pool: 'main',
      quantity: units.reduce((sum, { count }) => sum + count, 0),
      unitPrice: { amount: '95.000000', currency: 'CNY' },
      reservationId: reservation(orderRevision),
      units,
      saw: SAW,
    },
  };
}

export const abandoned = (orderRevision: number): OrderAttemptAbandoned => ({
  type: 'OrderAttemptAbandoned',
  schemaVersion: 1,
  payload: { ...ORDER, reservationId: reservation(orderRevision), reason: 'its owner is gone' },
});

export const conflict: OrderConflictRecorded = {
  type: 'OrderConflictRecorded',
  schemaVersion: 1,
  payload: { ...ORDER, offered: { sku: 'STEAM-100', quantity: '9', unitPrice: '95', pool: 'main' } },
};

export const revealed = (...places: KeysRevealed['payload']['keys']): KeysRevealed => ({
  type: 'KeysRevealed',
  schemaVersion: 1,
  payload: { ...ORDER, purpose: 'delivery', keys: places },
});

/** Refund `R-1` for bad keys: of place, void key and the key that replaces it, or null. */
export function settled(
  refundNo: string,
  places: readonly (readonly [place: number, voided: SourcedRange, replacement: SourcedRange | null])[],
  reservationId: string | null = null,
): UnitsSettled {
  return {
    type: 'UnitsSettled',
    schemaVersion: 1,
    payload: {
      ...ORDER,
      refundNo,
      sku: 'STEAM-100',
      pool: 'main',
      unitPrice: { amount: '95.000000', currency: 'CNY' },
      reason: 'bad_key',
      remedy: reservationId === null ? 'refund' : 'replace',
      reservationId,
      places: places.map(([place, voided, replacement]) => ({ place, voided, replacement })),
      saw: SAW,
    },
  };
}

export const fulfil = (orderRevision: number, ...units: readonly SourcedRange[]): OrderCommand => ({
  kind: 'fulfil',
  order: fulfilled(orderRevision, ...units).payload,
});

export const abandon = (orderRevision: number): OrderCommand => ({
  kind: 'abandon',
  ...ORDER,
  reservationId: reservation(orderRevision),
  reason: 'its owner is gone',
});

export function settle(
  refundNo: string,
  units: readonly number[],
  changes: Partial<SettleUnits> = {},
): OrderCommand {
  const terms = { units, reason: 'bad_key', remedy: 'refund', reserved: null, saw: SAW } as const;
  return { kind: 'settle', ...ORDER, refundNo, ...terms, ...changes };
}

/** A replacement with units set aside for the revision that the order's stream takes next. */
export function replace(
  refundNo: string,
  places: readonly number[],
  orderRevision: number,
  ...units: readonly SourcedRange[]
): OrderCommand {
  return settle(refundNo, places, {
    remedy: 'replace',
    reserved: { reservationId: reservation(orderRevision), units },
  });
}

export const reveal = (...units: readonly number[]): OrderCommand => ({
  kind: 'reveal',
  ...ORDER,
  purpose: 'delivery',
  units,
});
