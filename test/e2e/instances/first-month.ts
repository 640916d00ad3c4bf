import { randomBytes } from 'node:crypto';
import { rmSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { NestFactory } from '@nestjs/core';
import { CommandBus } from '@nestjs/cqrs';
import { compareWithExpected } from '../../../src/cli/demo/expected-answers.js';
import { readConfiguration } from '../../../src/infrastructure/host/configuration.js';
import { openLedger } from '../../../src/infrastructure/host/open.js';
import { loadPack, type LoadSummary } from '../../../src/infrastructure/pack/load-pack.js';
import { catchUp } from '../../../src/infrastructure/projection-runner/catch-up.js';
import { ReadModels } from '../../../src/infrastructure/projection-runner/read-models.js';
import { LedgerModule } from '../../../src/ledger.module.js';
import type { Server } from './race.js';

const LOAD_MS_MAX = 400_000;
const PACK = resolve(__dirname, '../../../samples/first-month');
/** Any moment after the pack's last: what is judged, is judged at the pack's own end. */
const LATER = '2030-01-01T00:00:00Z';

/** A whole month of supply through the EventStoreDB engine, in one process with a data directory of its own. */
export function describeFirstMonth(engine: string, found: () => Promise<Server>): void {
  describe(`samples/first-month on ${engine}`, () => {
    test(
      'is answered as expected, line by line, and loading it again changes nothing',
      async () => {
        const server = await found();
        const directory = mkdtempSync(join(tmpdir(), 'sourcebook-month-'));
        const configuration = readConfiguration(
          {
            SOURCEBOOK_EVENT_STORE: server.connectionString,
            SOURCEBOOK_LEDGER: `month${randomBytes(6).toString('hex')}`,
            SOURCEBOOK_MASTER_KEY: 'ab'.repeat(32),
          },
          directory,
        );
        const open = await openLedger(configuration);
        const application = await NestFactory.createApplicationContext(LedgerModule.forRoot(open), {
          logger: false,
        });
        const load = (): Promise<LoadSummary> =>
          loadPack(
            { commands: application.get(CommandBus), ledger: open.ledger },
            { directory: PACK, actor: 'tester' },
          );
        const models = join(directory, 'read-models');
        const readModels = new ReadModels(models);
        try {
          const summary = await load();
          await catchUp({ store: open.store, directory: models });
          const { difference } = compareWithExpected(readModels, PACK, LATER);
          expect(difference).toBeUndefined();

          const head = await open.store.head();
          expect(await load()).toEqual(summary);
          expect(await open.store.head()).toBe(head);
        } finally {
          readModels.close();
          await application.close();
          await open.close();
          await server.stop();
          rmSync(directory, { recursive: true });
        }
      },
      LOAD_MS_MAX,
    );
  });
}
