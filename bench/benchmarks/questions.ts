import { keyId } from '../../src/domain/shared/identifiers.js';
import type { Bench, Benchmark } from '../benchmark.js';
import { lotName, skuName, type LedgerShape } from '../ledgers/ledger-shape.js';
import { putLoad } from '../load/load.js';
import { atMost } from '../report/row.js';
import { Seeded } from '../seeded.js';
import { startService, withPrograms } from '../service/programs.js';
import { percentile } from '../statistics.js';

const SEED = 5;
const P99_MS_MAX = 5;

/** The 99th percentile of each question, in milliseconds. */
export interface QuestionsMeasured {
  readonly trace: number;
  readonly stock: number;
}

export const questions: Benchmark = {
  name: 'questions',
  async run(bench) {
    const { trace, stock } = await measureQuestions(bench, bench.scale.largestLedgerEvents);
    return [
      atMost({ measurement: 'trace of a key p99', value: trace, unit: 'ms' }, P99_MS_MAX),
      atMost({ measurement: 'stock of a SKU p99', value: stock, unit: 'ms' }, P99_MS_MAX),
    ];
  },
};

/** Keys and SKUs at random over HTTP, one question after the other, on a ledger of so many events. */
export function measureQuestions({ ledgers, scale }: Bench, events: number): Promise<QuestionsMeasured> {
  return ledgers.withCopy(events, async (directory) => {
    const service = await startService(directory);
    return withPrograms([service], async () => {
      const shape = ledgers.shapeOf(events);
      const ask = async (pathOf: (seeded: Seeded) => string): Promise<number> => {
        const seeded = new Seeded(SEED);
        const paths = Array.from({ length: 2 * scale.questions }, () => pathOf(seeded));
        const { latenciesMs } = await putLoad({ kind: 'questions', port: service.port, paths });
        // The first half warms up.
        return percentile(latenciesMs.slice(scale.questions), 0.99);
      };
      return {
        trace: await ask((seeded) => `/v1/keys/${anyKey(shape, seeded)}`),
        stock: await ask((seeded) => `/v1/inventory/${skuName(seeded.below(shape.skus))}`),
      };
    });
  });
}

function anyKey({ skus, lotsPerSku, keysPerLot }: LedgerShape, seeded: Seeded): string {
  const lotId = lotName(skuName(seeded.below(skus)), seeded.below(lotsPerSku));
  return keyId(lotId, 1 + seeded.below(keysPerLot));
}
