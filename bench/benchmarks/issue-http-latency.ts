import type { Bench, Benchmark } from '../benchmark.js';
import { putLoad } from '../load/load.js';
import { told, type Row } from '../report/row.js';
import type { ChildProgram } from '../service/child-program.js';
import { startService, withPrograms } from '../service/programs.js';
import { percentile } from '../statistics.js';
import { CONNECTIONS, issueClosedLoop, issueRate } from './issue-http.js';

const SEED = 99;
const LOADS = [0.5, 0.8];
/** Orders may come in bursts: enough connections that the service and not the client decides who waits. */
const OPEN_CONNECTIONS = 4 * CONNECTIONS;

/** Latency as callers meet it, at parts of what the service can do at most, and how far read models lag meanwhile. */
export const issueHttpLatency: Benchmark = {
  name: 'issue-http-latency',
  run(bench) {
    return bench.ledgers.withCopy(bench.scale.largestLedgerEvents, async (directory) => {
      const service = await startService(directory);
      return withPrograms([service], () => measure(bench, service));
    });
  },
};

async function measure({ ledgers, scale }: Bench, service: ChildProgram): Promise<readonly Row[]> {
  const { skus } = ledgers.shapeOf(scale.largestLedgerEvents);
  const count = scale.issues;
  await issueClosedLoop(service, { seed: SEED, prefix: 'W', skus, count }, true);
  const orders = { seed: SEED + 1, prefix: 'M', skus, count };
  const maximum = issueRate(count, await issueClosedLoop(service, orders, true));
  const rows: Row[] = [told({ measurement: 'issue-http-latency maximum', value: maximum, unit: 'issues/s' })];
  for (const [index, part] of LOADS.entries()) {
    const ratePerSecond = maximum * part;
    const { latenciesMs, lagsMs } = await putLoad({
      kind: 'open',
      port: service.port,
      connections: OPEN_CONNECTIONS,
      ratePerSecond,
      orders: {
        seed: SEED + 2 + index,
        prefix: `O${index}`,
        skus,
        count: Math.ceil(ratePerSecond * scale.openLoopSeconds),
      },
    });
    rows.push(...rowsOf(`at ${part * 100} %`, latenciesMs, lagsMs));
  }
  return rows;
}

function rowsOf(load: string, latenciesMs: readonly number[], lagsMs: readonly number[]): readonly Row[] {
  const figure = (name: string, values: readonly number[], part: number): Row =>
    told({
      measurement: `issue-http-latency ${load} ${name}`,
      value: percentile(values, part),
      unit: 'ms',
    });
  return [
    figure('p50', latenciesMs, 0.5),
    figure('p99', latenciesMs, 0.99),
    figure('p99.9', latenciesMs, 0.999),
    figure('projection lag p50', lagsMs, 0.5),
    figure('projection lag p99', lagsMs, 0.99),
  ];
}
