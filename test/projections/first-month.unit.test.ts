import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { instantOf } from '../../src/domain/shared/time.js';
import { report } from '../../src/projections/report/report.js';
import { BuiltModels } from '../support/built-models.js';
import { ToyLoad } from '../support/toy-load.js';

const PACK = join(__dirname, '../../samples/first-month');

function expected(name: string): unknown {
  return JSON.parse(readFileSync(join(PACK, 'expected', name), 'utf8'));
}

describe('given the events of a real month', () => {
  const load = new ToyLoad(PACK).run();
  const models = new BuiltModels().apply(load.ledger.told.stored, { commitEvery: 700 });
  const { traceability, loads } = models.queries;
  const asOfText = loads.newest({})?.asOf ?? '';
  const asOf = { at: instantOf(asOfText) };

  afterAll(() => models.close());

  it('the pack is there', () => expect(existsSync(PACK)).toBe(true));

  it('the report is the expected one, to the order of its fields', () => {
    const answer = report(models.queries, asOf, asOfText);
    expect(JSON.stringify(answer)).toBe(JSON.stringify(expected('report.json')));
  });

  it('every expected trace leads back to its line', () => {
    const traces = expected('traces.json') as { merchantId: string; orderNo: string; unit: number }[];
    const places = new Map(
      traces.map(({ merchantId, orderNo, unit }) => [
        JSON.stringify([merchantId, orderNo, unit]),
        { merchantId, orderNo, unit },
      ]),
    );
    const answers = [...places.values()].flatMap(
      ({ merchantId, orderNo, unit }) => traceability.traceOrder({}, merchantId, orderNo, unit) ?? [],
    );
    expect(JSON.stringify(answers)).toBe(JSON.stringify(traces));
  });

  it('every expected key is what became of it', () => {
    const keys = expected('keys.json') as { keyId: string }[];
    expect(JSON.stringify(keys.map(({ keyId }) => traceability.traceKey(asOf, keyId)))).toBe(
      JSON.stringify(keys),
    );
  });

  it.each([4095, 4096, 8191])('the report as of sequence %s is the one that was live then', (sequence) => {
    const then = new BuiltModels().apply(load.ledger.told.stored.slice(0, sequence));
    const live = report(then.queries, asOf, asOfText);
    then.close();
    expect(report(models.queries, { ...asOf, sequence }, asOfText)).toEqual(live);
  });

  it('the orders of all merchants bring in what the cost model says, less their refunds', () => {
    const { cost } = models.queries;
    for (const { key, revenue } of cost.accountsBy('merchant', {}, { limit: 1000 }).rows) {
      const sold = traceability.orders({}, { merchantId: key, limit: 1000 }).rows;
      const back = traceability.refunds({}, { merchantId: key, limit: 1000 }).rows;
      expect(sum(sold) - sum(back)).toBe(micros(revenue));
    }
  });
});

function micros(amount: string): bigint {
  return BigInt(amount.replace('.', ''));
}

function sum(rows: readonly { total: { amount: string } }[]): bigint {
  return rows.reduce((total, row) => total + micros(row.total.amount), 0n);
}
