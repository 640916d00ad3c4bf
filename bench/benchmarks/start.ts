import type { Benchmark } from '../benchmark.js';
import { HttpConnection } from '../load/http-connection.js';
import { untilReady } from '../load/readiness.js';
import { atMost, told, type Row } from '../report/row.js';
import { interleaved } from '../rounds.js';
import { startService, withPrograms } from '../service/programs.js';

const READY_S_MAX = 3;
const MIB = 1024 * 1024;

/** From the start of the process until the service calls itself ready, on a ledger whose read models are built. */
export const start: Benchmark = {
  name: 'start',
  run({ ledgers, scale, note }) {
    return ledgers.withCopy(scale.largestLedgerEvents, async (directory) => {
      let residentBytes: number | undefined;
      const { readyS } = await interleaved(scale.rounds, {
        readyS: async () => {
          const beganMs = performance.now();
          const service = await startService(directory);
          return withPrograms([service], async () => {
            const connection = await HttpConnection.open(service.port);
            await untilReady(connection);
            const elapsedMs = performance.now() - beganMs;
            connection.close();
            residentBytes = service.memory()?.residentBytes;
            return elapsedMs / 1000;
          });
        },
      });
      const rows: Row[] = [atMost({ measurement: 'start', value: readyS, unit: 's' }, READY_S_MAX)];
      if (residentBytes === undefined) note('start: memory is read from /proc, which this system has not');
      else rows.push(told({ measurement: 'start memory', value: residentBytes / MIB, unit: 'MiB' }));
      return rows;
    });
  },
};
