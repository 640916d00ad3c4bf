import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openEventStore } from '../../infrastructure/event-store/open.js';
import type { Configuration } from '../../infrastructure/host/configuration.js';
import { eventStoreConfig } from '../../infrastructure/host/open.js';
import { JobFailed } from '../usage-error.js';

/** What makes a folder one that the demo may delete. */
const MARK = 'DEMO-LEDGER';
const MARK_TEXT = 'This ledger is made anew by every run of the demo. Keep nothing here.\n';

const OWNER_ONLY = 0o700;

/**
 * An empty folder for the demo's ledger, in place of the one that a demo before left.
 * @throws JobFailed for a folder that holds anything else
 * @throws LedgerHeld while a service serves the old one
 */
export async function freshDemoDirectory(configuration: Configuration): Promise<void> {
  const { directory } = configuration;
  if (existsSync(directory) && readdirSync(directory).length > 0) {
    if (!existsSync(join(directory, MARK))) {
      throw new JobFailed(
        `${directory} is no demo ledger and is left alone; name another folder with --data`,
      );
    }
    await requireUnheld(configuration);
    rmSync(directory, { recursive: true });
  }
  mkdirSync(directory, { recursive: true, mode: OWNER_ONLY });
  writeFileSync(join(directory, MARK), MARK_TEXT);
}

async function requireUnheld(configuration: Configuration): Promise<void> {
  const store = await openEventStore(eventStoreConfig(configuration, 'write'));
  await store.close();
}
