/** What a ledger of the benchmarks holds; every name follows from its number. */
export interface LedgerShape {
  /** At least so many events: orders are told until there are enough. */
  readonly events: number;
  readonly skus: number;
  readonly lotsPerSku: number;
  readonly keysPerLot: number;
  /** Units of `HOT_SKU`. */
  readonly hotUnits: number;
}

export const HOT_SKU = 'SKU-HOT';
export const UNIT_PRICE = '10.000000';

const EVENTS_PER_SKU = 200;
const SKUS_PER_SUPPLIER = 25;
const MERCHANTS = 50;
const LOTS_PER_SKU = 2;
const KEYS_PER_LOT = 500;

/** A ledger of so many events: as many SKUs as a business of that size has (5,000 with 5,000,000 keys at a million events). */
export function shapeOf(events: number, hotUnits: number): LedgerShape {
  const skus = Math.max(2, Math.round(events / EVENTS_PER_SKU));
  return { events, skus, lotsPerSku: LOTS_PER_SKU, keysPerLot: KEYS_PER_LOT, hotUnits };
}

export function supplierCount({ skus }: LedgerShape): number {
  return Math.ceil(skus / SKUS_PER_SUPPLIER);
}

export function merchantCount(): number {
  return MERCHANTS;
}

export function skuName(index: number): string {
  return `SKU-${String(index).padStart(5, '0')}`;
}

export function supplierName(index: number): string {
  return `SUP-${String(index).padStart(4, '0')}`;
}

export function authorisationName(index: number): string {
  return `AUTH-${String(index).padStart(4, '0')}`;
}

export function merchantName(index: number): string {
  return `MER-${String(index).padStart(3, '0')}`;
}

export function lotName(sku: string, index: number): string {
  return `LOT-${sku}-${index}`;
}
