import { Seeded } from '../seeded.js';
import { HOT_SKU, lotName, merchantCount, merchantName, type LedgerShape } from './ledger-shape.js';
import { lotStory } from './lot-story.js';
import { masterData, skusOf } from './master-data.js';
import { orderStory, refundStory, type ToldOrder } from './order-story.js';
import type { ToldEvent } from './told-event.js';

const SEED = 20_260_901;
const BEGIN_MS = Date.UTC(2024, 0, 1);
const STEP_MS = 60_000;
const QUANTITY_MAX = 2;
/** Every so many orders one has a bad key. */
const ORDERS_PER_REFUND = 25;
/** How much of its stock a SKU may have sold: what is left is for the benchmarks. */
const SOLD_PART_MAX = 0.7;

interface Shelf {
  readonly sku: string;
  readonly supplier: number;
  /** Units that left so far, from the first lot on. */
  sold: number;
  stockVersion: number;
}

/**
 * A supplier's history, the same for the same shape: master data, lots, then orders and refunds spread over the SKUs.
 * Every event follows from those before it, as the service would have recorded them.
 */
export function* ledgerStory(shape: LedgerShape): Generator<ToldEvent> {
  const seeded = new Seeded(SEED);
  let count = 0;
  for (const event of beginning(shape, seeded)) {
    count += 1;
    yield event;
  }
  const shelves = skusOf(shape)
    .filter(({ sku }) => sku !== HOT_SKU)
    .map(({ sku, supplier }): Shelf => ({ sku, supplier, sold: 0, stockVersion: shape.lotsPerSku }));
  for (let index = 0; count < shape.events; index += 1) {
    const order = nextOrder(shape, shelves[seeded.below(shelves.length)] as Shelf, index, seeded);
    for (const event of storyOf(order, index)) {
      count += 1;
      yield event;
    }
  }
}

function* beginning(shape: LedgerShape, seeded: Seeded): Generator<ToldEvent> {
  yield* masterData(shape);
  const at = timeOf(0);
  for (const { sku, supplier } of skusOf(shape)) {
    const lots = sku === HOT_SKU ? [shape.hotUnits] : Array<number>(shape.lotsPerSku).fill(shape.keysPerLot);
    for (const [index, keys] of lots.entries()) {
      yield* lotStory({ lotId: lotName(sku, index), sku, supplier, keys, at }, seeded);
    }
  }
}

function* storyOf(order: ToldOrder, index: number): Generator<ToldEvent> {
  yield* orderStory(order);
  if (index % ORDERS_PER_REFUND === ORDERS_PER_REFUND - 1) yield* refundStory(order);
}

/** First in, first out; an order never reaches over two lots. */
function nextOrder(shape: LedgerShape, shelf: Shelf, index: number, seeded: Seeded): ToldOrder {
  const { keysPerLot, lotsPerSku } = shape;
  const leftInLot = keysPerLot - (shelf.sold % keysPerLot);
  const quantity = Math.min(1 + seeded.below(QUANTITY_MAX), leftInLot);
  if (shelf.sold + quantity > keysPerLot * lotsPerSku * SOLD_PART_MAX) {
    throw new RangeError(`${shelf.sku} has too little stock for a ledger of ${shape.events} events`);
  }
  const order = {
    merchantId: merchantName(seeded.below(merchantCount())),
    orderNo: `H-${index}`,
    sku: shelf.sku,
    supplier: shelf.supplier,
    lotId: lotName(shelf.sku, Math.floor(shelf.sold / keysPerLot)),
    firstSerial: (shelf.sold % keysPerLot) + 1,
    quantity,
    stockVersion: shelf.stockVersion,
    at: timeOf(index + 1),
  };
  shelf.sold += quantity;
  shelf.stockVersion += 1;
  return order;
}

function timeOf(index: number): string {
  return new Date(BEGIN_MS + index * STEP_MS).toISOString();
}
