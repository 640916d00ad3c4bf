import { randomBytes } from 'node:crypto';
import Database from 'better-sqlite3';
import { join } from 'node:path';
import type { EventStore, StoredEvent } from '../../../src/infrastructure/event-store/event-store.js';
import { decodeEvent } from '../../../src/infrastructure/event-codec/codec.js';
import { openEventStoreDb } from '../../../src/infrastructure/event-store/eventstoredb/open.js';
import { catchUp } from '../../../src/infrastructure/projection-runner/catch-up.js';
import { contentDigests } from '../../../src/infrastructure/projection-runner/content-digest.js';
import { ModelDirectory } from '../../../src/infrastructure/projection-runner/model-directory.js';
import { READ_MODEL_NAMES, readModels } from '../../../src/projections/registry.js';
import { ledgerEvents, UnitBook } from '../../support/ledger-invariants.js';
import { ScratchDirectory } from '../../support/scratch-directory.js';
import { Customer, type Done } from './customer.js';
import { Fleet } from './fleet.js';

const RACE_MS_MAX = 240_000;
const INSTANCES = 3;
const CLIENTS = 4;
const ORDERS_PER_CLIENT = 30;
const EVENTS_BETWEEN_KILLS = 100;
const KILLS_BY_GROWTH = 4;
const FIRST_LOT_KEYS = 400;
/** Each key file holds keys of its neighbours': from the first number, so many. */
const OVERLAPPING_FILES = [
  { lotId: 'LOT-A', from: 1, count: 3_000 },
  { lotId: 'LOT-B', from: 2_001, count: 3_000 },
  { lotId: 'LOT-C', from: 4_001, count: 3_000 },
  { lotId: 'LOT-D', from: 6_001, count: 3_000 },
] as const;
const DISTINCT_KEYS = 9_000;

const FORMAT = JSON.stringify({ separator: ',', columns: ['number', 'secret'] });

/** Where a ledger can be kept. */
export interface Server {
  readonly connectionString: string;
  stop(): Promise<void>;
}

/** Keys whose numbers and secrets follow from their place, so that files overlap. */
function keyFile(from: number, count: number, series: string): string {
  const line = (number: number): string => `${series}-${number},SECRET-${series}-${number}-abcdefgh\n`;
  return Array.from({ length: count }, (_, index) => line(from + index)).join('');
}

/** A trade of one SKU, through whichever instance is asked. */
class Trade {
  readonly acknowledged = new Map<string, { quantity: number; units: string }>();

  constructor(private readonly customer: Customer) {}

  async open(): Promise<void> {
    const quantity = 100_000;
    const steps: [string, object][] = [
      ['/v1/suppliers', { supplierId: 'SUP-1', name: '一号供应商', kind: 'issuer' }],
      [
        '/v1/products',
        {
          sku: 'SKU-1',
          name: '点卡',
          category: 'games',
          productClass: 'card',
          fulfilment: 'key',
          faceValue: '10',
          currency: 'CNY',
        },
      ],
      ['/v1/merchants', { merchantId: 'M-1', name: '商户', channel: 'web' }],
      [
        '/v1/suppliers/SUP-1/authorisations',
        { authorisationId: 'AUTH-1', issuer: 'Issuer', skus: ['SKU-1'], validFrom: '2020-01-01T00:00:00Z' },
      ],
      [
        '/v1/purchase-orders',
        { poId: 'PO-1', supplierId: 'SUP-1', lines: [{ sku: 'SKU-1', quantity, unitCost: '1.25' }] },
      ],
    ];
    for (const [path, body] of steps) await this.customer.ask({ method: 'POST', path, body }, () => 0);
    await this.receive('LOT-0', keyFile(1, FIRST_LOT_KEYS, 'FIRST'), 0);
  }

  /** Whoever sends a file sends it to the same place again, where nothing waits for its own import. */
  receive(lotId: string, content: string, place: number): Promise<Done> {
    const parameters = new URLSearchParams({ sku: 'SKU-1', format: FORMAT });
    const path = `/v1/purchase-orders/PO-1/lots/${lotId}?${parameters.toString()}`;
    return this.customer.ask({ method: 'PUT', path, body: content, idempotencyKey: lotId }, () => place);
  }

  /** Asks two instances at a time for every third order: both must give the same units. */
  async order(orderNo: string, turn: number): Promise<void> {
    const quantity = 1 + (turn % 3);
    const body = { orderNo, sku: 'SKU-1', quantity, unitPrice: '2.5' };
    const request = { method: 'POST', path: '/v1/merchants/M-1/orders', body } as const;
    const askedAt = turn % 3 === 0 ? [turn, turn + 1] : [turn];
    const answers = await Promise.all(
      askedAt.map((place) => this.customer.ask(request, (attempt) => place + attempt)),
    );
    const units = answers.map(({ json }) => JSON.stringify(json['units']));
    expect(new Set(units).size).toBe(1);
    this.acknowledged.set(orderNo, { quantity, units: units[0] as string });
  }
}

/**
 * Whom an event kills: who has just opened an import, the first time that its lot was; and now and then, as the log
 * grows, one after the other.
 */
class Executioner {
  private readonly opened = new Set<string>();
  private events = 0;
  private byGrowth = 0;

  constructor(private readonly fleet: Fleet) {}

  /** Until the signal aborts. */
  async follow(store: EventStore, signal: AbortSignal): Promise<void> {
    for await (const batch of store.subscribe(await store.head(), { signal })) {
      for (const event of batch) {
        const place = this.victimOf(event);
        if (place !== undefined && !signal.aborted) await this.fleet.killAndRestart(place);
      }
    }
  }

  private victimOf(stored: StoredEvent): number | undefined {
    this.events += 1;
    const importer = this.importerOf(stored);
    if (importer !== undefined) return importer;
    if (this.byGrowth >= KILLS_BY_GROWTH || this.events < EVENTS_BETWEEN_KILLS * (this.byGrowth + 1))
      return undefined;
    this.byGrowth += 1;
    return this.byGrowth % this.fleet.size;
  }

  private importerOf(stored: StoredEvent): number | undefined {
    if (stored.type !== 'ImportOpened') return undefined;
    const { event } = decodeEvent(stored);
    const lotId = event.type === 'ImportOpened' ? event.payload.lotId : '';
    if (this.opened.has(lotId)) return undefined;
    this.opened.add(lotId);
    return OVERLAPPING_FILES.findIndex((file) => file.lotId === lotId) % this.fleet.size;
  }
}

/** Every table of every read model that an instance has made, with all that the log holds by now. */
async function contentOf(store: EventStore, directory: string) {
  await catchUp({ store, directory });
  return READ_MODEL_NAMES.map((name) => {
    const file = new ModelDirectory(directory).current(readModels[name]) as string;
    const database = new Database(file, { readonly: true });
    try {
      return { name, tables: contentDigests(database) };
    } finally {
      database.close();
    }
  });
}

/** What several instances of the service on one store must come to, whatever dies. */
export function describeRace(engine: string, found: () => Promise<Server>): void {
  describe(`several instances of the service on ${engine}`, () => {
    let server: Server;
    let store: EventStore;
    let fleet: Fleet;
    let customer: Customer;

    beforeEach(async () => {
      server = await found();
      const ledger = `race${randomBytes(6).toString('hex')}`;
      const { connectionString } = server;
      store = openEventStoreDb({ connectionString, ledger });
      fleet = new Fleet({ connectionString, ledger, masterKey: 'ab'.repeat(32) }, INSTANCES);
      customer = new Customer(fleet);
      await fleet.start();
    }, RACE_MS_MAX);

    afterEach(async () => {
      await fleet.remove();
      await store.close();
      await server.stop();
    }, RACE_MS_MAX);

    test(
      'killed and restarted while they issue and import: nothing acknowledged is lost, nothing is there twice',
      async () => {
        const trade = new Trade(customer);
        await trade.open();
        const over = new AbortController();
        const killing = new Executioner(fleet).follow(store, over.signal);

        const imports = OVERLAPPING_FILES.map(({ lotId, from, count }, index) =>
          trade.receive(lotId, keyFile(from, count, 'K'), index),
        );
        const clients = Array.from({ length: CLIENTS }, async (_, client) => {
          for (let turn = 0; turn < ORDERS_PER_CLIENT; turn += 1)
            await trade.order(`O-${client}-${turn}`, client + turn);
        });
        await Promise.all([...imports, ...clients]).finally(() => over.abort());
        await killing;
        expect(await fleet.stop()).toEqual(Array.from({ length: INSTANCES }, () => 0));

        expect(fleet.killed).toBeGreaterThanOrEqual(OVERLAPPING_FILES.length);
        const book = UnitBook.of(await ledgerEvents(store));
        for (const [orderNo, { quantity }] of trade.acknowledged)
          expect(book.orders.get(orderNo)).toBe(quantity);
        expect(book.orders.size).toBe(CLIENTS * ORDERS_PER_CLIENT);
        expect(book.fingerprints.size).toBe(FIRST_LOT_KEYS + DISTINCT_KEYS);
        expect(book.receivedUnits).toBe(FIRST_LOT_KEYS + DISTINCT_KEYS);
        expect(book.receivedByOrders).toBe(FIRST_LOT_KEYS + DISTINCT_KEYS);
        await expectEqualReadModels(store, fleet);
      },
      RACE_MS_MAX,
    );

    test(
      'what one instance acknowledged, another knows as soon as its read models do',
      async () => {
        const product = {
          sku: 'SKU-9',
          name: '点卡',
          category: 'games',
          productClass: 'card',
          fulfilment: 'key',
          faceValue: '10',
          currency: 'CNY',
        };
        const request = { method: 'POST', path: '/v1/products', body: product } as const;
        const order = {
          method: 'POST',
          path: '/v1/merchants/M-9/orders',
          body: { orderNo: 'O-1', sku: 'SKU-9', quantity: 1, unitPrice: '2.5' },
        } as const;
        await customer.ask({ method: 'GET', path: '/v1/inventory' }, () => 1);
        expect(await customer.attempt(order, 1)).toMatchObject({ json: { code: 'unknown_merchant' } });

        await customer.ask(request, () => 0);
        const merchant = { merchantId: 'M-9', name: '商户', channel: 'web' };
        const { json } = await customer.ask(
          { method: 'POST', path: '/v1/merchants', body: merchant },
          () => 0,
        );
        const known = `/v1/inventory?minPosition=${String(json['position'])}`;
        await customer.ask({ method: 'GET', path: known }, () => 1);

        expect(await customer.attempt(order, 1)).toMatchObject({ json: { code: 'shortage' } });
      },
      RACE_MS_MAX,
    );
  });
}

async function expectEqualReadModels(store: EventStore, fleet: Fleet): Promise<void> {
  const scratch = new ScratchDirectory();
  try {
    const fresh = await contentOf(store, scratch.path);
    for (const directory of fleet.directories) {
      expect(await contentOf(store, join(directory, 'read-models'))).toEqual(fresh);
    }
  } finally {
    scratch.remove();
  }
}
