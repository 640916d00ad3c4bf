import { keyId } from '../../src/domain/shared/identifiers.js';
import type { Bench, Benchmark } from '../benchmark.js';
import { lotName, skuName, type LedgerShape } from '../ledgers/ledger-shape.js';
import { putLoad } from '../load/load.js';
import { atMost } from '../report/row.js';
import { interleaved } from '../rounds.js';
import { Seeded } from '../seeded.js';
import { startService, withPrograms } from '../service/programs.js';
import { percentile } from '../statistics.js';

const SEED = 5;
const P99_MS_MAX = 5;

export const questions: Benchmark = {
  name: 'questions',
  async run(bench) {
    const [trace, stock] = await withService(bench, bench.scale.largestLedgerEvents, async (service) => [
      await asked(bench, service, traceIn),
      await asked(bench, service, stockIn),
    ]);
    return [
      atMost({ measurement: 'trace of a key p99', value: trace, unit: 'ms' }, P99_MS_MAX),
      atMost({ measurement: 'stock of a SKU p99', value: stock, unit: 'ms' }, P99_MS_MAX),
    ];
  },
};

/**
 * The 99th percentile of a trace, in milliseconds, on a ledger of each size. All of them are asked in turn, for what is
 * compared is less than a millisecond.
 */
export function measureTraces(
  bench: Bench,
  sizes: readonly number[],
): Promise<Readonly<Record<number, number>>> {
  return withServices(bench, sizes, (services) =>
    interleaved(
      bench.scale.rounds,
      Object.fromEntries(services.map((service) => [service.events, () => asked(bench, service, traceIn)])),
    ),
  );
}

/** The service on a ledger of so many events. */
interface Serving {
  readonly events: number;
  readonly port: number;
}

/** A question about something that the ledger holds. */
type Question = (shape: LedgerShape, seeded: Seeded) => string;

const traceIn: Question = ({ skus, lotsPerSku, keysPerLot }, seeded) => {
  const lotId = lotName(skuName(seeded.below(skus)), seeded.below(lotsPerSku));
  return `/v1/keys/${keyId(lotId, 1 + seeded.below(keysPerLot))}`;
};

const stockIn: Question = ({ skus }, seeded) => `/v1/inventory/${skuName(seeded.below(skus))}`;

/** The 99th percentile of one question after the other over HTTP, in milliseconds. */
async function asked(
  { ledgers, scale }: Bench,
  { events, port }: Serving,
  question: Question,
): Promise<number> {
  const shape = ledgers.shapeOf(events);
  const seeded = new Seeded(SEED);
  const paths = Array.from({ length: 2 * scale.questions }, () => question(shape, seeded));
  const { latenciesMs } = await putLoad({ kind: 'questions', port, paths });
  // The first half warms up.
  return percentile(latenciesMs.slice(scale.questions), 0.99);
}

/** Serves a copy of a ledger while the work lasts. */
function withService<Result>(
  { ledgers }: Bench,
  events: number,
  work: (service: Serving) => Promise<Result>,
): Promise<Result> {
  return ledgers.withCopy(events, async (directory) => {
    const service = await startService(directory);
    return withPrograms([service], () => work({ events, port: service.port }));
  });
}

/** Serves a copy of a ledger of each size, all at once. */
function withServices<Result>(
  bench: Bench,
  [events, ...others]: readonly number[],
  work: (services: readonly Serving[]) => Promise<Result>,
): Promise<Result> {
  if (events === undefined) return work([]);
  return withService(bench, events, (service) =>
    withServices(bench, others, (rest) => work([service, ...rest])),
  );
}
