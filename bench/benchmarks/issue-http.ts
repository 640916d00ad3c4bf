import type { Bench, Benchmark } from '../benchmark.js';
import type { IssueOrders } from '../load/issue-requests.js';
import { putLoad } from '../load/load.js';
import type { LoadResult } from '../load/load-orders.js';
import { againstFloor, atMost, told, type Row } from '../report/row.js';
import { interleaved } from '../rounds.js';
import { percentile, median } from '../statistics.js';
import type { ChildProgram } from '../service/child-program.js';
import { startFloor, startService, withPrograms } from '../service/programs.js';

export const CONNECTIONS = 64;
const SEED = 64;
const P99_MS_MAX = 50;

/** Issues a second until the read models have reached the last, beside the floor's requests a second. */
export interface IssuesMeasured {
  readonly rate: number;
  readonly floor: number;
  readonly p99Ms: number;
  /** From the last answer until the read models had reached it. */
  readonly behindMs: number;
}

export const issueHttp: Benchmark = {
  name: 'issue-http',
  async run(bench) {
    const events = bench.scale.largestLedgerEvents;
    const { skus } = bench.ledgers.shapeOf(events);
    return rowsOf(
      'issue-http',
      await measureIssues(bench, { events, skus, count: bench.scale.issues }),
      0.35,
    );
  },
};

export const issueHttpHot: Benchmark = {
  name: 'issue-http-hot',
  async run(bench) {
    const events = bench.scale.largestLedgerEvents;
    const measured = await measureIssues(bench, { events, skus: 'hot', count: hotIssues(bench) });
    return rowsOf('issue-http-hot', measured, 0.3);
  },
};

/** As many a round as the hot SKU has units for. */
function hotIssues({ scale: { issues, hotUnits, rounds } }: Bench): number {
  return Math.min(issues, Math.floor(hotUnits / (rounds.warmUp + rounds.counted)));
}

function rowsOf(measurement: string, measured: IssuesMeasured, atLeast: number): readonly Row[] {
  const { rate, floor, p99Ms, behindMs } = measured;
  return [
    againstFloor({ measurement, value: rate, unit: 'issues/s' }, floor, atLeast),
    atMost({ measurement: `${measurement} p99`, value: p99Ms, unit: 'ms' }, P99_MS_MAX),
    told({ measurement: `${measurement} read models behind at the end`, value: behindMs, unit: 'ms' }),
  ];
}

/** Issues over HTTP on a ledger of so many events, interleaved with the floor. */
export function measureIssues(
  { ledgers, scale }: Bench,
  { events, skus, count }: { readonly events: number; readonly skus: number | 'hot'; readonly count: number },
): Promise<IssuesMeasured> {
  return ledgers.withCopy(events, async (directory) => {
    const service = await startService(directory);
    const floor = await startFloor();
    return withPrograms([service, floor], async () => {
      const results: LoadResult[] = [];
      let round = 0;
      const rates = await interleaved(scale.rounds, {
        floor: async () => {
          const orders = { seed: SEED + round, prefix: `F${round}`, skus, count };
          return issueRate(count, await issueClosedLoop(floor, orders, false));
        },
        rate: async () => {
          const orders = { seed: SEED + round, prefix: `B${round++}`, skus, count };
          results.push(await issueClosedLoop(service, orders, true));
          return issueRate(count, results.at(-1) as LoadResult);
        },
      });
      const counted = results.slice(scale.rounds.warmUp);
      return {
        ...rates,
        p99Ms: median(counted.map(({ latenciesMs }) => percentile(latenciesMs, 0.99))),
        behindMs: median(counted.map(({ behindMs }) => behindMs)),
      };
    });
  });
}

/** 64 connections that each send the next order when the last is answered. */
export function issueClosedLoop(
  { port }: ChildProgram,
  orders: IssueOrders,
  untilCaughtUp: boolean,
): Promise<LoadResult> {
  return putLoad({ kind: 'closed', port, connections: CONNECTIONS, orders, untilCaughtUp });
}

export function issueRate(count: number, { elapsedMs }: LoadResult): number {
  return (count * 1000) / elapsedMs;
}
