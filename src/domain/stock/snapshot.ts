import { attemptOfReservation } from '../shared/attempt.js';
import type { Snapshot } from '../shared/decider.js';
import type { LotInStock, Reservation, StockState } from './state.js';

type KeptLot = Omit<LotInStock, 'heldByPool' | 'runs' | 'expiresAt'> & {
  readonly expiresAt: number | null;
  readonly heldByPool: readonly (readonly [string, number])[];
  readonly runs: readonly (readonly [
    firstSerial: number,
    count: number,
    pool: string,
    expiresOn: string | null,
    expiresAt: number | null,
  ])[];
};

interface KeptStock {
  readonly lots: readonly KeptLot[];
  readonly lotsOpened: number;
  readonly reservations: readonly Reservation[];
  readonly stockVersion: number;
  readonly refusedDemands: readonly (readonly [string, string])[];
}

function writeLot(lot: LotInStock): KeptLot {
  return {
    ...lot,
    expiresAt: lot.expiresAt ?? null,
    heldByPool: [...lot.heldByPool],
    runs: lot.runs.map((run) => [
      run.firstSerial,
      run.count,
      run.pool,
      run.expiresOn ?? null,
      run.expiresAt ?? null,
    ]),
  };
}

function readLot(kept: KeptLot): LotInStock {
  return {
    ...kept,
    expiresAt: kept.expiresAt ?? undefined,
    heldByPool: new Map(kept.heldByPool),
    runs: kept.runs.map(([firstSerial, count, pool, expiresOn, expiresAt]) => ({
      firstSerial,
      count,
      pool,
      expiresOn: expiresOn ?? undefined,
      expiresAt: expiresAt ?? undefined,
    })),
  };
}

/** A stock as JSON: disposable, checked against the stream's revision by whoever keeps it. */
export const stockSnapshot: Snapshot<StockState> = {
  version: 1,
  write(state): KeptStock {
    return {
      lots: [...state.lots.values()].map(writeLot),
      lotsOpened: state.lotsOpened,
      reservations: [...state.reservations.values()],
      stockVersion: state.stockVersion,
      refusedDemands: [...state.refusedDemands],
    };
  },
  read(kept): StockState {
    const stock = kept as KeptStock;
    const lots = new Map(stock.lots.map((lot) => [lot.lotId, readLot(lot)] as const));
    const active = [...lots.values()].filter((lot) => lot.open && lot.heldUnits > 0);
    return {
      lots,
      active: active.sort((left, right) => left.turn - right.turn),
      lotsOpened: stock.lotsOpened,
      reservations: new Map(
        stock.reservations.map((reservation) => [
          attemptOfReservation(reservation.reservationId),
          reservation,
        ]),
      ),
      stockVersion: stock.stockVersion,
      refusedDemands: new Map(stock.refusedDemands),
    };
  },
};
