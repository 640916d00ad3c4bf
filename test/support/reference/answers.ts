import type { Unit } from './facts.js';
import type { ReferenceModel } from './model.js';
import { byCodePoints } from './values.js';

/** What the reference model answers, in the structure and order of a pack's expected/ folder. */
export interface Answers {
  readonly report: unknown;
  /** Every place of every order. */
  readonly traces: readonly Record<string, unknown>[];
  /** Every key. */
  readonly keys: readonly Record<string, unknown>[];
}

type HeldState = 'available' | 'unauthorised' | 'expired' | 'quarantined';

export function answersOf(model: ReferenceModel): Answers {
  return { report: reportOf(model), traces: tracesOf(model), keys: keysOf(model) };
}

function heldState(model: ReferenceModel, unit: Unit): HeldState {
  const at = Date.parse(model.asOf);
  if (unit.lot.quarantined) return 'quarantined';
  if (unit.lot.expiresAt <= at || unit.expiresAt <= at) return 'expired';
  return model.authorisationFor(unit.lot.supplierId, unit.lot.sku, at) === undefined
    ? 'unauthorised'
    : 'available';
}

function stateOf(model: ReferenceModel, unit: Unit): string {
  return unit.state === 'held' ? heldState(model, unit) : unit.state;
}

function money(micros: bigint): string {
  const digits = String(micros < 0n ? -micros : micros).padStart(7, '0');
  return `${micros < 0n ? '-' : ''}${digits.slice(0, -6)}.${digits.slice(-6)}`;
}

function count(
  model: ReferenceModel,
  units: readonly Unit[],
  states: readonly string[],
): Record<string, number> {
  const counted = states.map((state) => [
    state,
    units.filter((unit) => stateOf(model, unit) === state).length,
  ]);
  return Object.fromEntries(counted) as Record<string, number>;
}

const HELD = ['available', 'unauthorised', 'expired', 'quarantined'];
const ALL = [...HELD, 'issued', 'void', 'writtenOff', 'returned'];

function reportOf(model: ReferenceModel): unknown {
  const skus = [...model.skus.keys()].sort(byCodePoints);
  return {
    asOf: model.asOf,
    skus: skus.map((sku) => skuRow(model, sku)),
    pools: skus.flatMap((sku) => poolRows(model, sku)),
    imports: model.lots.map((lot) => ({ lotId: lot.id, ...lot.counts })),
    refusals: model.refusals,
    replayed: model.replayed,
  };
}

function skuRow(model: ReferenceModel, sku: string): unknown {
  const units = model.units.filter((unit) => unit.lot.sku === sku);
  const onHand = units.filter((unit) => unit.state === 'held').reduce((sum, unit) => sum + unit.lot.cost, 0n);
  const accounts = Object.entries(model.skus.get(sku) as object) as [string, bigint][];
  return {
    sku,
    received: units.length,
    ...count(model, units, ALL),
    onHandCost: money(onHand),
    ...Object.fromEntries(accounts.map(([name, micros]) => [name, money(micros)])),
  };
}

function poolRows(model: ReferenceModel, sku: string): unknown[] {
  const held = model.units.filter((unit) => unit.lot.sku === sku && unit.state === 'held');
  const pools = [...new Set(held.map((unit) => unit.pool))].sort(byCodePoints);
  return pools.map((pool) => {
    const units = held.filter((unit) => unit.pool === pool);
    return { sku, pool, ...count(model, units, HELD) };
  });
}

function keyIdOf(unit: Unit): string {
  return `${unit.lot.id}-${String(unit.serial).padStart(6, '0')}`;
}

function tracesOf(model: ReferenceModel): Record<string, unknown>[] {
  const orders = [...model.orders.values()].sort(
    (a, b) => byCodePoints(a.merchantId, b.merchantId) || byCodePoints(a.orderNo, b.orderNo),
  );
  return orders.flatMap(({ merchantId, orderNo, places }) =>
    places.flatMap((units, index) =>
      units.map((unit) => ({
        merchantId,
        orderNo,
        unit: index + 1,
        role: unit.issuedTo?.role,
        keyId: keyIdOf(unit),
        state: unit.state,
        sku: unit.lot.sku,
        lotId: unit.lot.id,
        file: unit.lot.file,
        fileLine: unit.line,
        poId: unit.lot.poId,
        supplierId: unit.lot.supplierId,
        authorisationId: unit.authorisationId,
      })),
    ),
  );
}

function keysOf(model: ReferenceModel): Record<string, unknown>[] {
  const keys = model.units.map((unit) => ({
    keyId: keyIdOf(unit),
    state: stateOf(model, unit),
    pool: unit.state === 'held' ? unit.pool : null,
    sku: unit.lot.sku,
    lotId: unit.lot.id,
    file: unit.lot.file,
    fileLine: unit.line,
    poId: unit.lot.poId,
    supplierId: unit.lot.supplierId,
    unitCost: money(unit.lot.cost),
    order: unit.issuedTo,
  }));
  return keys.sort((a, b) => byCodePoints(a.keyId, b.keyId));
}
