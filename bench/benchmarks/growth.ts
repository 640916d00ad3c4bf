import { READ_MODEL_NAMES, type ReadModelName } from '../../src/projections/registry.js';
import type { Bench, Benchmark } from '../benchmark.js';
import { atMost, told, type Row } from '../report/row.js';
import { measureSharedAppends, measureSingleAppends } from './append.js';
import { measureIssues } from './issue-http.js';
import { measureTraces } from './questions.js';
import { measureRebuilds } from './rebuild.js';

const GROWTH_MAX = 1.3;

/** A figure whose growth with the ledger is bounded: larger is worse. */
interface Grown {
  readonly figure: string;
  readonly unit: string;
  readonly cost: number;
}

/** What each thing costs, in parts of its floor, on ledgers of growing size; the largest is compared with the smallest. */
export const growth: Benchmark = {
  name: 'growth',
  async run(bench) {
    const rows: Row[] = [];
    const smallest = new Map<string, number>();
    const { ledgerEvents } = bench.scale;
    const traces = await measureTraces(bench, ledgerEvents);
    for (const [index, events] of ledgerEvents.entries()) {
      bench.note(`growth: ledger of ${events} events`);
      for (const { figure, unit, cost } of await costsAt(bench, events, traces[events])) {
        const measurement = `growth ${figure}`;
        rows.push(told({ measurement: `${measurement} at ${events} events`, value: cost, unit }));
        if (index === 0) smallest.set(figure, cost);
        if (index < ledgerEvents.length - 1) continue;
        const value = cost / (smallest.get(figure) ?? Number.NaN);
        rows.push(atMost({ measurement, value, unit: 'x' }, GROWTH_MAX));
      }
    }
    return rows.sort((a, b) => a.measurement.localeCompare(b.measurement, 'en', { numeric: true }));
  },
};

async function costsAt(bench: Bench, events: number, traceMs = Number.NaN): Promise<readonly Grown[]> {
  const inFloors = (figure: string, { rate, floor }: { rate: number; floor: number }): Grown => ({
    figure,
    unit: 'x the floor',
    cost: floor / rate,
  });
  const { skus } = bench.ledgers.shapeOf(events);
  const one = await measureSingleAppends(bench, events);
  const shared = await measureSharedAppends(bench, events);
  const issues = await measureIssues(bench, { events, skus, count: bench.scale.growthIssues });
  const rebuilds = await measureRebuilds(bench, events);
  return [
    inFloors('append-one', one),
    inFloors('append-256', shared),
    inFloors('issue-http', issues),
    ...READ_MODEL_NAMES.map((name: ReadModelName) =>
      inFloors(`rebuild ${name}`, { rate: rebuilds[name], floor: rebuilds.floor }),
    ),
    { figure: 'trace p99', unit: 'ms', cost: traceMs },
  ];
}
