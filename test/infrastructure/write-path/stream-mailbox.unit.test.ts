import { productsTarget } from '../../../src/domain/processes/targets.js';
import { streamName } from '../../../src/domain/shared/identifiers.js';
import {
  StoreUnavailable,
  WrongExpectedRevision,
  type EventStore,
} from '../../../src/infrastructure/event-store/event-store.js';
import { EventSourcedLedger } from '../../../src/infrastructure/write-path/event-sourced-ledger.js';
import { noSnapshots, type SnapshotShelf } from '../../../src/infrastructure/write-path/snapshot-shelf.js';
import { contextOf, openSharedLog, type SharedLog } from '../../support/ledger-process.js';

let log: SharedLog;

beforeEach(async () => {
  log = await openSharedLog();
});

afterEach(() => log.close());

/** The log as one process reaches it, with what a test takes over. */
function ledgerOn(faults: Partial<EventStore>, shelf: SnapshotShelf = noSnapshots): EventSourcedLedger {
  const store: EventStore = {
    append: (...sent) => log.store.append(...sent),
    readStream: (...asked) => log.store.readStream(...asked),
    readAll: (...asked) => log.store.readAll(...asked),
    subscribe: (...asked) => log.store.subscribe(...asked),
    head: () => log.store.head(),
    destroy: (stream) => log.store.destroy(stream),
    close: async () => undefined,
    ...faults,
  };
  return new EventSourcedLedger('main', { store, shelf, now: () => '2026-09-01T00:00:00.000Z' });
}

function define(ledger: EventSourcedLedger, sku: string, commandId?: string) {
  const product = {
    sku,
    name: sku,
    category: '',
    productClass: '',
    fulfilment: '',
    faceValue: '1',
    currency: 'CNY',
  };
  return ledger.execute(productsTarget, { kind: 'define', product }, contextOf(commandId));
}

const skus = (ledger: EventSourcedLedger): Promise<string[]> =>
  ledger.ask(productsTarget, ({ products }) => [...products.keys()]);

test('what waits while an append is under way is appended together', async () => {
  const sizes: number[] = [];
  const ledger = ledgerOn({
    append: (stream, expected, events) => {
      sizes.push(events.length);
      return log.store.append(stream, expected, events);
    },
  });
  await Promise.all(['A', 'B', 'C', 'D'].map((sku) => define(ledger, sku)));
  expect(sizes.reduce((sum, size) => sum + size)).toBe(4);
  expect(sizes.length).toBeLessThan(4);
  expect(await skus(ledger)).toEqual(['A', 'B', 'C', 'D']);
});

test('a command id that is known gets its first answer, also in another process and while the first is under way', async () => {
  const one = ledgerOn({});
  const [first, again] = await Promise.all([define(one, 'A', 'same'), define(one, 'B', 'same')]);
  expect([first.recalled, again.recalled]).toEqual([false, true]);
  expect((await define(ledgerOn({}), 'C', 'same')).recalled).toBe(true);
  expect(await skus(one)).toEqual(['A']);
});

test('what another instance wrote first is seen, and the batch is decided anew', async () => {
  const one = ledgerOn({});
  await define(one, 'A');
  const other = ledgerOn({});
  await define(other, 'B');
  await Promise.all([define(one, 'C'), define(one, 'D')]);
  expect(await skus(one)).toEqual(['A', 'B', 'C', 'D']);
});

test('a stream that others keep writing to is given up in the end, and nothing is half done', async () => {
  const ledger = ledgerOn({
    append: (stream, expected) => Promise.reject(new WrongExpectedRevision(stream, expected, undefined)),
  });
  await expect(define(ledger, 'A')).rejects.toThrow(StoreUnavailable);
  expect(await skus(ledgerOn({}))).toEqual([]);
});

test('an append that fails is told to everybody in it, and the state is read again', async () => {
  let isDown = false;
  const ledger = ledgerOn({
    append: (stream, expected, events) =>
      isDown ? Promise.reject(new StoreUnavailable('down')) : log.store.append(stream, expected, events),
  });
  await define(ledger, 'A');
  isDown = true;
  const outcomes = await Promise.allSettled([define(ledger, 'B'), define(ledger, 'C')]);
  expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  isDown = false;
  expect(await skus(ledger)).toEqual(['A']);
});

test('a read that fails is told to whoever waits, not kept from them', async () => {
  let isDown = false;
  const ledger = ledgerOn({
    readStream: (...asked) => {
      if (isDown) throw new StoreUnavailable('down');
      return log.store.readStream(...asked);
    },
  });
  await define(ledger, 'A', 'first');
  isDown = true;
  await expect(define(ledger, 'B', 'first')).rejects.toThrow('down');
  await expect(ledger.recall(productsTarget, 'first')).rejects.toThrow('down');
  isDown = false;
  expect((await define(ledger, 'B', 'first')).recalled).toBe(true);
});

const PRODUCT = {
  sku: 'R',
  name: 'R',
  category: '',
  productClass: '',
  fulfilment: '',
  faceValue: '1',
  currency: 'CNY',
};

test('a question sees what was acknowledged before it, and a rider goes with the next append or a flush', async () => {
  const ledger = ledgerOn({});
  ledger.ride(productsTarget, { kind: 'define', product: PRODUCT }, contextOf());
  expect(await log.store.head()).toBe(-1);
  await ledger.flushRiders();
  expect(await skus(ledger)).toEqual(['R']);
});

test('a sweep appends what has ridden since the sweep before, and leaves the rest a chance to ride', async () => {
  const ledger = ledgerOn({});
  const ride = (sku: string): void => {
    const product = { ...PRODUCT, sku };
    ledger.ride(productsTarget, { kind: 'define', product }, contextOf());
  };
  ride('R');
  await ledger.flushLeftRiders();
  expect(await log.store.head()).toBe(-1);
  await ledger.flushLeftRiders();
  expect(await skus(ledger)).toEqual(['R']);
  ride('S');
  await ledger.flushRiders();
  expect(await skus(ledger)).toEqual(['R', 'S']);
});

test('a stream that was seen further than it is cached is read again', async () => {
  const one = ledgerOn({});
  await define(one, 'A');
  await define(ledgerOn({}), 'B');
  expect(await skus(one)).toEqual(['A']);
  one.noteSeen(streamName('main', 'products'), 1);
  expect(await skus(one)).toEqual(['A', 'B']);
});
