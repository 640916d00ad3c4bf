import type { Benchmark } from '../benchmark.js';
import { atMost, notMeasured, told } from '../report/row.js';
import { startService, withPrograms } from '../service/programs.js';
import { issueClosedLoop } from './issue-http.js';

const SEED = 400;
const MIB = 1024 * 1024;
const RESIDENT_MIB_MAX = 400;

/** Resident memory of the service after it has served many issues on a ledger of many keys. */
export const memory: Benchmark = {
  name: 'memory',
  run({ ledgers, scale, note }) {
    const events = scale.largestLedgerEvents;
    return ledgers.withCopy(events, async (directory) => {
      const service = await startService(directory);
      return withPrograms([service], async () => {
        const { skus } = ledgers.shapeOf(events);
        const orders = { seed: SEED, prefix: 'S', skus, count: scale.memoryIssues };
        await issueClosedLoop(service, orders, true);
        const memory = service.memory();
        if (memory === undefined) {
          note('memory: NOT RUN, it is read from /proc, which this system has not');
          return [notMeasured('memory after issues', 'MiB', `<= ${RESIDENT_MIB_MAX} MiB`)];
        }
        const { residentBytes, peakBytes } = memory;
        return [
          atMost(
            { measurement: 'memory after issues', value: residentBytes / MIB, unit: 'MiB' },
            RESIDENT_MIB_MAX,
          ),
          told({ measurement: 'memory at its highest', value: peakBytes / MIB, unit: 'MiB' }),
        ];
      });
    });
  },
};
