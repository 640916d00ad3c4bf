import * as fc from 'fast-check';
import { readAmount } from '../../src/domain/shared/money.js';
import { instantOf, type Instant } from '../../src/domain/shared/time.js';
import type { StoredEvent } from '../../src/infrastructure/event-store/event-store.js';
import type { CostAccounts } from '../../src/projections/cost/questions.js';
import { diff, diffCounts, type DiffRequest } from '../../src/projections/diff/diff.js';
import type { Figure, SkuDifference, Value } from '../../src/projections/diff/questions.js';
import { COUNTED } from '../../src/projections/traceability/questions.js';
import type { KnownAbout } from '../../src/projections/shared/as-of.js';
import { endsOf, type EventRange } from '../../src/projections/shared/event-range.js';
import { BuiltModels } from '../support/built-models.js';
import { histories, MergedStories } from '../support/merged-stories.js';

/** Those that answer; the others cost time. */
const ASKED = ['inventory', 'cost', 'traceability', 'loads', 'moments'] as const;
const ends = fc.tuple(fc.nat(1000), fc.nat(1000));
const ALL: Omit<DiffRequest, 'range'> = { limit: 100, eventsMax: 1000 };
const ACCOUNTS = [
  'onHandCost',
  'costOfGoodsSold',
  'revenue',
  'supplierClaims',
  'inventoryLosses',
  'returnedToSupplier',
] as const satisfies readonly (keyof CostAccounts)[];

function exact(value: Value): bigint {
  return typeof value === 'number' ? BigInt(value) : readAmount(value);
}

/** By what was recorded between two places, and by what occurred between their times. */
function given(
  history: MergedStories,
  permilles: readonly [number, number],
  check: (models: BuiltModels, range: EventRange) => void,
): void {
  const { stored } = history;
  const places = permilles.map((permille) => Math.floor(((stored.length - 1) * permille) / 1000));
  const [after = 0, until = 0] = [...places].sort((a, b) => a - b);
  const [occurredAfter = 0, occurredUntil = 0] = places
    .map((place) => occurredAt(stored[place] as StoredEvent))
    .sort((a, b) => a - b);
  const models = new BuiltModels().apply(stored, { only: ASKED });
  try {
    check(models, { after, until });
    check(models, { after: 0, until: stored.length, occurredAfter, occurredUntil });
    check(models, { after: 0, until: stored.length, occurredAfter });
  } finally {
    models.close();
  }
}

function occurredAt({ metadata }: StoredEvent): Instant {
  return instantOf((JSON.parse(metadata) as { occurredAt: string }).occurredAt);
}

function isWithin(history: MergedStories, range: EventRange, sequence: number): boolean {
  const occurred = occurredAt(history.stored[sequence - 1] as StoredEvent);
  const { after, until, occurredAfter = -Infinity, occurredUntil = Infinity } = range;
  return sequence > after && sequence <= until && occurred > occurredAfter && occurred <= occurredUntil;
}

function figuresOf(rows: readonly SkuDifference[]): readonly (Figure & { readonly sku: string })[] {
  return rows.flatMap(({ sku, figures }) => figures.map((figure) => ({ sku, ...figure })));
}

/** Every figure of stock and money as of a sequence, by name; those of nothing are left out. */
function standing(models: BuiltModels, { subjects }: MergedStories, known: KnownAbout): Map<string, Value> {
  const { inventory, cost } = models.queries;
  const values = new Map<string, Value>();
  const put = (name: readonly string[], value: Value): void => {
    if (exact(value) !== 0n) values.set(name.join(' '), value);
  };
  const { skus, pools } = inventory.stock({ ...known, at: 0 });
  const stocks = [
    ...skus.map((stock) => ({ kind: 'stock', key: stock.sku, stock })),
    ...subjects.lots.flatMap(({ lotId }) => {
      const stock = inventory.stockOfLot({ ...known, at: 0 }, lotId);
      return stock === undefined ? [] : [{ kind: 'lotStock', key: lotId, stock }];
    }),
  ];
  for (const { kind, key, stock } of stocks) {
    put([kind, key, 'held'], stock.available + stock.unauthorised + stock.expired + stock.quarantined);
    for (const state of ['issued', 'void', 'writtenOff', 'returned'] as const)
      put([kind, key, state], stock[state]);
  }
  for (const pool of pools) {
    put(['pool', pool.sku, pool.pool], pool.available + pool.unauthorised + pool.expired + pool.quarantined);
  }
  for (const [kind, dimension] of [
    ['money', 'sku'],
    ['lotMoney', 'lot'],
  ] as const) {
    for (const row of cost.accountsBy(dimension, known, { limit: 1000 }).rows) {
      for (const account of ACCOUNTS) put([kind, row.key, account, row.currency], row[account]);
    }
  }
  return values;
}

function nameOf({ sku, kind, lotId, name, currency }: Figure & { readonly sku: string }): string {
  return [kind, lotId ?? sku, name, ...(currency === null ? [] : [currency])].join(' ');
}

describe('given any history and any two moments of it', () => {
  it('every figure has the value that was answered at both, and its events add up to its difference', () => {
    fc.assert(
      fc.property(histories, ends, (history, moments) => {
        given(history, moments, (models, range) => {
          const ends = endsOf(range);
          const before = standing(models, history, ends.before);
          const after = standing(models, history, ends.after);
          for (const figure of figuresOf(diff(models.queries, { range, ...ALL }).rows)) {
            const nothing = figure.currency === null ? 0 : '0.000000';
            expect([nameOf(figure), figure.before, figure.after]).toEqual([
              nameOf(figure),
              before.get(nameOf(figure)) ?? nothing,
              after.get(nameOf(figure)) ?? nothing,
            ]);
            const moved = figure.events.reduce((sum, event) => sum + exact(event.moved), 0n);
            expect(moved).toBe(exact(figure.after) - exact(figure.before));
            expect(moved).toBe(exact(figure.difference));
            expect(figure.eventCount).toBe(figure.events.length);
          }
        });
      }),
      { numRuns: 10 },
    );
  });

  it('no figure that changed is missing', () => {
    fc.assert(
      fc.property(histories, ends, (history, moments) => {
        given(history, moments, (models, range) => {
          const ends = endsOf(range);
          const before = standing(models, history, ends.before);
          const after = standing(models, history, ends.after);
          const names = new Set([...before.keys(), ...after.keys()]);
          const changed = [...names].filter((name) => before.get(name) !== after.get(name));
          const told = new Set(figuresOf(diff(models.queries, { range, ...ALL }).rows).map(nameOf));
          expect(changed.filter((name) => !told.has(name))).toEqual([]);
        });
      }),
      { numRuns: 10 },
    );
  });

  it('an event is named as the ledger has it, and lies between the two', () => {
    fc.assert(
      fc.property(histories, ends, (history, moments) => {
        given(history, moments, (models, range) => {
          const figures = [
            ...figuresOf(diff(models.queries, { range, ...ALL }).rows),
            ...diffCounts(models.queries, range, 1000),
          ];
          for (const { sequence, type, stream, eventId } of figures.flatMap(({ events }) => events)) {
            expect(isWithin(history, range, sequence)).toBe(true);
            expect({ type, stream, eventId }).toMatchObject(pick(history, sequence));
          }
        });
      }),
      { numRuns: 10 },
    );
  });

  it('pages, one lot and fewer named events tell the same', () => {
    fc.assert(
      fc.property(histories, ends, (history, moments) => {
        given(history, moments, ({ queries }, range) => {
          const whole = diff(queries, { range, ...ALL }).rows;
          const paged: SkuDifference[] = [];
          for (let afterSku: string | null = ''; afterSku !== null;) {
            const { rows, next } = diff(queries, { range, ...ALL, afterSku, limit: 1 });
            paged.push(...rows);
            afterSku = next;
          }
          expect(paged).toEqual(whole);
          const few = diff(queries, { range, ...ALL, eventsMax: 1 }).rows;
          expect(figuresOf(few)).toEqual(
            figuresOf(whole).map((figure) => ({ ...figure, events: figure.events.slice(0, 1) })),
          );
          for (const { lotId } of history.subjects.lots) {
            expect(figuresOf(diff(queries, { range, ...ALL, lotId }).rows)).toEqual(
              figuresOf(whole).filter((figure) => figure.lotId === lotId),
            );
          }
        });
      }),
      { numRuns: 10 },
    );
  });

  it('counts of the ledger are those of its events', () => {
    fc.assert(
      fc.property(histories, ends, (history, moments) => {
        given(history, moments, ({ queries }, range) => {
          const { before, after } = endsOf(range);
          const counts = diffCounts(queries, range, 1000);
          for (const [name, type] of [
            ['orders', 'OrderFulfilled'],
            ['purchaseOrders', 'PurchaseOrderPlaced'],
          ] as const) {
            const values = [before, after].map((known) => countOf(history, type, known));
            const figure = counts.find((each) => each.name === name);
            const nothing = values[0] === values[1] ? values : undefined;
            expect(figure === undefined ? nothing : [figure.before, figure.after]).toEqual(values);
          }
          for (const { events, difference, eventCount } of counts) {
            expect(events.reduce((sum, { moved }) => sum + Number(moved), 0)).toBe(difference);
            expect(events).toHaveLength(eventCount);
          }
          // Units are counted twice over, by the orders' events and by the journal of stock.
          const issued = queries.inventory.stock({ sequence: range.until, at: 0 }).skus;
          const gone = issued.reduce((sum, stock) => sum + stock.issued + stock.void, 0);
          expect(queries.traceability.count('keysIssued', { sequence: range.until })).toBe(gone);
        });
      }),
      { numRuns: 10 },
    );
  });
});

function countOf({ stored }: MergedStories, type: string, { sequence, occurredUntil }: KnownAbout): number {
  const known = stored.slice(0, sequence).filter((event) => occurredAt(event) <= (occurredUntil ?? Infinity));
  return known.filter((event) => event.type === type).length;
}

function pick({ stored }: MergedStories, sequence: number) {
  const event = stored[sequence - 1];
  return { type: event?.type, stream: event?.stream, eventId: event?.eventId };
}

describe('a difference', () => {
  const history = new MergedStories(
    [
      [
        { kind: 'receive', pick: 0, quantity: 5, flag: true, hours: 1 },
        { kind: 'transfer', pick: 0, quantity: 2, flag: true, hours: 1 },
        { kind: 'issue', pick: 0, quantity: 2, flag: true, hours: 1 },
      ],
      [],
    ],
    [false],
  );
  const range = { after: 0, until: history.stored.length };
  let models: BuiltModels;

  beforeEach(() => {
    models = new BuiltModels().apply(history.stored, { only: ASKED });
  });

  afterEach(() => models.close());

  it('has no figure for what one event both added and took', () => {
    const [sku] = diff(models.queries, { range, ...ALL }).rows;
    const held = sku?.figures.find(({ kind, name }) => kind === 'stock' && name === 'held');
    expect(held?.events.map(({ type, moved }) => [type, moved])).toEqual([
      ['LotReceived', 5],
      ['OrderFulfilled', -2],
    ]);
    const shop = sku?.figures.find(({ kind, name }) => kind === 'pool' && name === 'shop');
    expect(shop).toMatchObject({ before: 0, after: 2, events: [{ type: 'UnitsTransferred', moved: 2 }] });
  });

  it('of nothing known is nothing', () => {
    for (const filter of [{ sku: 'NONE' }, { lotId: 'NONE' }, { lotId: 'LOT-00', sku: 'SKU-0B' }]) {
      expect(diff(models.queries, { range, ...ALL, ...filter })).toEqual({ rows: [], next: null });
    }
    expect(diffCounts(models.queries, { after: 3, until: 3 }, 10)).toEqual([]);
    expect(COUNTED).toContain('orders');
  });

  it('that the postings do not explain is refused, and not told', () => {
    models.databases.inventory.exec('UPDATE postings SET quantity = quantity + 1 WHERE quantity < 0');
    expect(() => diff(models.queries, { range, ...ALL })).toThrow(/postings add up to/);
  });
});
