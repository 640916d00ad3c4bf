import { join } from 'node:path';
import { CommandBus } from '@nestjs/cqrs';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { ServiceLog } from './api/http/service-log.js';
import { createApplication } from './application.js';
import { ControlServer } from './infrastructure/control/control-server.js';
import { holderJobs } from './infrastructure/control/holder-jobs.js';
import { presentTime } from './infrastructure/host/clock.js';
import type { Configuration } from './infrastructure/host/configuration.js';
import { eventStoreConfig, openLedger } from './infrastructure/host/open.js';
import type { OpenLedger } from './infrastructure/host/open-ledger.js';
import { ProjectionWorker } from './infrastructure/projection-runner/projection-worker.js';
import { ReadModelMissing } from './infrastructure/projection-runner/read-model-missing.js';
import { ReadModels } from './infrastructure/projection-runner/read-models.js';
import { logOfService } from './infrastructure/transparency/held-log.js';
import type { LogContradicted } from './infrastructure/transparency/log-contradicted.js';
import { signedLogOf, treeOf } from './infrastructure/transparency/open.js';
import { startCheckpointKeeper } from './infrastructure/transparency/start.js';
import { cosigner, witnessPolicyOf } from './infrastructure/transparency/witnessing.js';
import { Settler } from './infrastructure/settler/settler.js';
import { orderHint } from './infrastructure/write-path/order-hint.js';

/** A service at work. */
export interface Service {
  readonly ledgerId: string;
  readonly url: string;
  /** Resolves when the service must not go on: its log contradicts what was signed. */
  readonly contradicted: Promise<LogContradicted>;
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
  const readModels = opened.add(new ReadModels(directory, () => worker.hurry()), (models) => models.close());
  if (configuration.eventStoreUrl !== undefined) open.ledger.presumeBy(orderHint(readModels));
  const worker = opened.add(projectionWorker(open, directory, readModels, log), (thread) => thread.stop());
  worker.start();
  const settler = opened.add(
    new Settler({
      ledger: open.ledger,
      desk: open.desk,
      unsettled: (question) => readModels.read(['unsettled'], ({ unsettled }) => question(unsettled)).value,
      now: presentTime,
    }),
    (left) => left.stop(),
  );
  settler.start((error) => notedUnlessBuilding(log, error));
  let contradict: (error: LogContradicted) => void = () => undefined;
  const contradicted = new Promise<LogContradicted>((resolve) => (contradict = resolve));
  const cosign = cosigner(witnessPolicyOf(configuration), treeOf(readModels), ({ witness, reason }) =>
    log.noted('error', `the witness at ${witness.url} did not cosign: ${reason}`),
  );
  const signedLog = signedLogOf(open, readModels, cosign);
  const keeper = opened.add(
    await startCheckpointKeeper(signedLog, readModels, {
      onFailure: (error) => log.noted('error', `no checkpoint could be made: ${tellingOf(error)}`),
      onContradiction: contradict,
    }),
    (checkpoints) => checkpoints.stop(),
  );
  const app = opened.add(
    await createApplication({ open, readModels, log, checkpoints: keeper }),
    (application) => application.close(),
  );
  const held = logOfService(open, readModels, keeper);
  const jobs = holderJobs({ open, commands: app.get(CommandBus), projections: worker, log: held });
  opened.add(await ControlServer.listen(configuration.directory, jobs), (control) => control.close());
  const url = await listen(app, configuration);
  return { ledgerId: open.ledgerId, url, contradicted, stop: () => opened.close() };
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
  log.noted('error', `left work could not be finished: ${tellingOf(error)}`);
}

function tellingOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

async function listen(app: NestFastifyApplication, { http }: Configuration): Promise<string> {
  await app.listen(http.port, http.host);
  return app.getUrl();
}
