import 'reflect-metadata';
import { join } from 'node:path';
import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { CommandBus } from '@nestjs/cqrs';
import { openLedger } from '../../src/infrastructure/host/open.js';
import { readConfiguration } from '../../src/infrastructure/host/configuration.js';
import type { OpenLedger } from '../../src/infrastructure/host/open-ledger.js';
import { catchUp } from '../../src/infrastructure/projection-runner/catch-up.js';
import { ReadModels } from '../../src/infrastructure/projection-runner/read-models.js';
import { LedgerModule } from '../../src/ledger.module.js';

/** A ledger that this test process holds, with its command bus and read models. */
export class RecordingLedger {
  private constructor(
    readonly open: OpenLedger,
    private readonly application: INestApplicationContext,
    readonly readModels: ReadModels,
  ) {}

  static async at(directory: string): Promise<RecordingLedger> {
    const open = await openLedger(readConfiguration({ SOURCEBOOK_MASTER_KEY: 'ab'.repeat(32) }, directory));
    const application = await NestFactory.createApplicationContext(LedgerModule.forRoot(open), {
      logger: false,
    });
    await application.init();
    return new RecordingLedger(open, application, new ReadModels(join(directory, 'read-models')));
  }

  get commands(): CommandBus {
    return this.application.get(CommandBus);
  }

  /** Brings the read models to the log's head. */
  async caughtUp(): Promise<ReadModels> {
    await catchUp({
      store: this.open.store,
      directory: join(this.open.configuration.directory, 'read-models'),
    });
    return this.readModels;
  }

  async close(): Promise<void> {
    this.readModels.close();
    await this.application.close();
    await this.open.close();
  }
}
