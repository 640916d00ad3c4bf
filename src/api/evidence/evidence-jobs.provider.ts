import type { FactoryProvider } from '@nestjs/common';
import { OPEN_LEDGER, type OpenLedger } from '../../infrastructure/host/open-ledger.js';
import { EvidenceJobs } from '../../infrastructure/evidence/evidence-jobs.js';
import { evidenceSourcesOf } from '../../infrastructure/evidence/open-sources.js';
import type { CheckpointSource } from '../../infrastructure/evidence/ports.js';
import type { ReadModels } from '../../infrastructure/projection-runner/read-models.js';
import { SERVICE_LOG, ServiceLog } from '../http/service-log.js';
import { LogDesk } from '../log/log-desk.js';
import { ApiProblem } from '../problems/problem.js';
import { READ_MODELS } from '../queries/read-model-desk.js';
import { EVIDENCE_JOBS } from './evidence.controller.js';

/** The service's jobs; stopped with it. */
export const evidenceJobsProvider: FactoryProvider<EvidenceJobs> = {
  provide: EVIDENCE_JOBS,
  inject: [OPEN_LEDGER, READ_MODELS, LogDesk, SERVICE_LOG],
  useFactory: (
    { configuration, store }: OpenLedger,
    readModels: ReadModels,
    desk: LogDesk,
    log: ServiceLog,
  ) => {
    const sources = evidenceSourcesOf({
      ledgerName: configuration.ledger,
      store,
      readModels,
      checkpoints: checkpointsOf(desk),
    });
    const jobs = new EvidenceJobs(configuration.directory, {
      sources,
      nowMs: Date.now,
      onError: (error) =>
        log.noted(
          'error',
          `a pack could not be built: ${error instanceof Error ? error.message : String(error)}`,
        ),
    });
    return Object.assign(jobs, { onModuleDestroy: () => jobs.stop() });
  },
};

function checkpointsOf(desk: LogDesk): CheckpointSource {
  const latest = (): ReturnType<CheckpointSource['latest']> => {
    try {
      return Promise.resolve(desk.latest());
    } catch (error) {
      if (error instanceof ApiProblem) return Promise.resolve(undefined);
      throw error;
    }
  };
  return {
    latest,
    at: async (size) => {
      const checkpoint = await latest();
      return checkpoint?.size === size ? checkpoint : undefined;
    },
    vkeys: async () => (await desk.keys()).keys.map(({ vkey }) => `${vkey}\n`).join(''),
    policy: () => desk.policy(),
  };
}
