import { setFlagsFromString } from 'node:v8';
import { LineBuffer } from './api/http/line-buffer.js';
import { ServiceLog } from './api/http/service-log.js';
import { readConfiguration } from './infrastructure/host/configuration.js';
import { startService } from './service.js';

/**
 * The heap may grow by half between two full collections. Left alone V8 lets it grow to four times what lives, hundreds of
 * MiB of garbage under load, for a few collections less.
 */
setFlagsFromString('--heap-growing-percent=50');

/**
 * In MiB, of the threads that are started from here on: they have no callers whose requests must outlive a collection. The
 * serving thread's own is larger and must be told before the process begins (`npm start`, decision 0019).
 */
setFlagsFromString('--max-semi-space-size=8');

const SIGNALS = ['SIGTERM', 'SIGINT'] as const;

/** A second signal ends the process at once, as it would have without us. */
function nextSignal(): Promise<string> {
  return new Promise((resolve) => {
    for (const signal of SIGNALS) process.once(signal, () => resolve(signal));
  });
}

/** Serves until it is told to stop, and has put everything away when it ends. */
async function main(): Promise<void> {
  const lines = new LineBuffer((text) => void process.stdout.write(text));
  const log = new ServiceLog((line) => lines.add(line));
  const signal = nextSignal();
  try {
    const service = await startService(readConfiguration(process.env, undefined), log);
    log.noted(
      'info',
      `Sourcebook serves ledger ${service.ledgerId} at ${service.url}; its interface is at /docs`,
    );
    const contradiction = await Promise.race([signal, service.contradicted]);
    if (typeof contradiction !== 'string') process.exitCode = 1;
    const why =
      typeof contradiction === 'string' ? `on ${contradiction}` : `because ${contradiction.message}`;
    log.noted(process.exitCode === 1 ? 'error' : 'info', `stopping ${why}`);
    await service.stop();
  } catch (error) {
    log.noted('error', error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  } finally {
    lines.flush();
  }
}

void main();
