import { join } from 'node:path';
import { CommandBus } from '@nestjs/cqrs';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { ServiceLog } from './api/http/service-log.js';
import { createApplication } from './application.js';
import { ControlServer } from './infrastructure/control/control-server.js';
import { holderJobs } from './infrastructure/control/holder-jobs.js';
import type { Configuration } from './infrastructure/host/configuration.js';
import { eventStoreConfig, openLedger } from './infrastructure/host/open.js';
import type { OpenLedger } from './infrastructure/host/open-ledger.js';
import { ProjectionWorker } from './infrastructure/projection-runner/projection-worker.js';
import { ReadModelMissing } from './infrastructure/projection-runner/read-model-missing.js';
import { ReadModels } from './infrastructure/projection-runner/read-models.js';
import { Settler } from './infrastructure/settler/settler.js';

/** A service at work. */
export interface Service {
  readonly ledgerId: string;
  readonly url: string;
  /** Stops taking requests, finishes what is under way, appends what rides, and lets go of everything. */
  stop(): Promise<void>;
}

/** What has been opened so far, put away in the opposite order. */
class Opened {
  private readonly closings: (() => Promise<void> | void)[] = [];

  add<Thing>(thing: Thing, close: (thing: Thing) => Promise<void> | void): Thing {
    this.closings.push(() => close(thing));
    return thing;
  }

  /** What fails keeps nothing else from being put away. @throws the first failure, at the end */
  async close(): Promise<void> {
    const failures: unknown[] = [];
    for (let closing = this.closings.pop(); closing !== undefined; closing = this.closings.pop()) {
      try {
        await closing();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  }
}

/** Opens the ledger and serves it. What was opened is put away again where the rest cannot be. */
export async function startService(configuration: Configuration, log: ServiceLog): Promise<Service> {
  const opened = new Opened();
  try {
    return await assemble(configuration, log, opened);
  } catch (error) {
    await opened.close();
    throw error;
  }
}

async function assemble(configuration: Configuration, log: ServiceLog, opened: Opened): Promise<Service> {
  const open = opened.add(await openLedger(configuration), (ledger) => ledger.close());
  for (const warning of open.warnings) log.noted('warn', warning);
  const directory = join(configuration.directory, 'read-models');
  const readModels = opened.add(new ReadModels(directory), (models) => models.close());
  const worker = opened.add(projectionWorker(open, directory, readModels, log), (thread) => thread.stop());
  worker.start();
  const settler = opened.add(
    new Settler({
      ledger: open.ledger,
      desk: open.desk,
      unsettled: (question) => readModels.read(['unsettled'], ({ unsettled }) => question(unsettled)).value,
      now: () => new Date().toISOString(),
    }),
    (left) => left.stop(),
  );
  settler.start((error) => notedUnlessBuilding(log, error));
  const app = opened.add(await createApplication({ open, readModels, log }), (application) =>
    application.close(),
  );
  const jobs = holderJobs({ open, commands: app.get(CommandBus), projections: worker });
  opened.add(await ControlServer.listen(configuration.directory, jobs), (control) => control.close());
  const url = await listen(app, configuration);
  return { ledgerId: open.ledgerId, url, stop: () => opened.close() };
}

function projectionWorker(
  { configuration, ledger }: OpenLedger,
  directory: string,
  readModels: ReadModels,
  log: ServiceLog,
): ProjectionWorker {
  return new ProjectionWorker({
    storeConfig: eventStoreConfig(configuration, 'read'),
    directory,
    onProgress: (progress) => readModels.noticeProgress(progress),
    onHead: ({ stream, revision }) => ledger.noteSeen(stream, revision),
    onFailure: (error) =>
      log.noted('error', `the projection worker failed and is started again: ${error.message}`),
  });
}

/** Before the first build of a read model there is nothing to sweep by: the next sweep looks again. */
function notedUnlessBuilding(log: ServiceLog, error: unknown): void {
  if (error instanceof ReadModelMissing) return;
  log.noted(
    'error',
    `left work could not be finished: ${error instanceof Error ? error.message : String(error)}`,
  );
}

async function listen(app: NestFastifyApplication, { http }: Configuration): Promise<string> {
  await app.listen(http.port, http.host);
  return app.getUrl();
}
