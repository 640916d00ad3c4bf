import { join } from 'node:path';
import { createApplication } from './api/application.js';
import { ServiceLog } from './api/http/service-log.js';
import { readConfiguration, type Configuration } from './infrastructure/host/configuration.js';
import { eventStoreConfig, openLedger } from './infrastructure/host/open.js';
import { ProjectionWorker } from './infrastructure/projection-runner/projection-worker.js';
import { ReadModels } from './infrastructure/projection-runner/read-models.js';

const SIGNALS = ['SIGTERM', 'SIGINT'] as const;

/** Starts the service and resolves when it has been told to stop and has put everything away. */
async function serve(configuration: Configuration, log: ServiceLog): Promise<void> {
  const stopped = nextSignal();
  const open = await openLedger(configuration);
  for (const warning of open.warnings) log.noted('warn', warning);
  const readModels = new ReadModels(readModelDirectory(configuration));
  const worker = new ProjectionWorker({
    storeConfig: eventStoreConfig(configuration, 'read'),
    directory: readModelDirectory(configuration),
    onProgress: (progress) => readModels.noticeProgress(progress),
    onFailure: (error) =>
      log.noted('error', `the projection worker failed and is started again: ${error.message}`),
  });
  try {
    worker.start();
    const app = await createApplication({ open, readModels, log });
    const { host, port } = configuration.http;
    await app.listen(port, host);
    log.noted(
      'info',
      `Sourcebook serves ledger ${open.ledgerId} at ${await app.getUrl()}; its interface is at /docs`,
    );
    log.noted('info', `stopping on ${await stopped}`);
    await app.close();
  } finally {
    await open.close();
    await worker.stop();
    readModels.close();
  }
}

function readModelDirectory({ directory }: Configuration): string {
  return join(directory, 'read-models');
}

/** A second signal ends the process at once, as it would have without us. */
function nextSignal(): Promise<string> {
  return new Promise((resolve) => {
    for (const signal of SIGNALS) process.once(signal, () => resolve(signal));
  });
}

async function main(): Promise<void> {
  const log = new ServiceLog((line) => void process.stdout.write(line));
  try {
    await serve(readConfiguration(process.env, undefined), log);
  } catch (error) {
    log.noted('error', error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  }
}

void main();
