import { BALANCE_SQL, TAIL_SQL } from '../../src/projections/cost/balances.js';
import { DAYS_OF_SQL, HOLDERS_SQL, POSTINGS_OF_SKU_SQL } from '../../src/projections/cost/queries.js';
import { BALANCE_SQL as UNITS_SQL } from '../../src/projections/inventory/balances.js';
import { MOVED_SKUS_SQL } from '../../src/projections/inventory/queries.js';
import type { ReadModelName } from '../../src/projections/registry.js';
import { KEY_SQL } from '../../src/projections/traceability/keys.js';
import { ORDERS_SQL, REFUNDS_SQL } from '../../src/projections/traceability/orders.js';
import {
  ISSUES_OF_AUTHORISATION_SQL,
  ISSUES_OF_LOT_SQL,
} from '../../src/projections/traceability/sources.js';
import { BuiltModels } from '../support/built-models.js';

/** Questions that must stay fast on a ledger of any size: what each step of their plan has to be. */
const HOT: readonly (readonly [string, ReadModelName, string])[] = [
  ['held units of a SKU', 'inventory', UNITS_SQL.recorded.held],
  ['held units of all SKUs', 'inventory', UNITS_SQL.recorded.allHeld],
  ['balances of a lot', 'inventory', UNITS_SQL.recorded.ofLot],
  ['what is not held any more of all SKUs', 'inventory', UNITS_SQL.recorded.allOfLot],
  ['held units of a SKU about then', 'inventory', UNITS_SQL.occurred.held],
  ['balances of a lot about then', 'inventory', UNITS_SQL.occurred.ofLot],
  ['SKUs that moved', 'inventory', MOVED_SKUS_SQL],
  ['a balance of cost', 'cost', BALANCE_SQL],
  ['the days of an account', 'cost', DAYS_OF_SQL],
  ['the postings of part of a period', 'cost', TAIL_SQL],
  ['a page of accounts', 'cost', HOLDERS_SQL],
  ['the postings of a SKU', 'cost', POSTINGS_OF_SKU_SQL],
  ['the movements of one key', 'traceability', KEY_SQL],
  ['orders of all merchants', 'traceability', ORDERS_SQL.all],
  ['orders of one merchant', 'traceability', ORDERS_SQL.ofMerchant],
  ['refunds of all merchants', 'traceability', REFUNDS_SQL.all],
  ['refunds of one merchant', 'traceability', REFUNDS_SQL.ofMerchant],
  ['issues of a lot', 'traceability', ISSUES_OF_LOT_SQL],
  ['issues under an authorisation', 'traceability', ISSUES_OF_AUTHORISATION_SQL],
];

describe('the plan of a hot question', () => {
  const models = new BuiltModels();

  afterAll(() => models.close());

  it.each(HOT)('%s: only index seeks, nothing scanned and nothing sorted', (_, name, sql) => {
    const { database, parameters } = { database: models.databases[name], parameters: unbound(sql) };
    const plan = database
      .prepare<unknown[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`)
      .all(...parameters);
    const steps = plan.map(({ detail }) => detail).filter((detail) => !/SUBQUERY/.test(detail));
    expect(
      steps.filter((detail) => !/^SEARCH /.test(detail) && !ALLOWED.has(`${sql === KEY_SQL}:${detail}`)),
    ).toEqual([]);
  });
});

/** The few movements of one key are put in order after they were found by their bins. */
const ALLOWED = new Set(['true:USE TEMP B-TREE FOR ORDER BY']);

function unbound(sql: string): unknown[] {
  const names = [...sql.matchAll(/\$(\w+)/g)].map(([, name]) => [name, 0] as const);
  if (names.length > 0) return [Object.fromEntries(names)];
  return Array.from({ length: sql.split('?').length - 1 }, () => 0);
}
