import 'reflect-metadata';
import { join } from 'node:path';
import { Module, type DynamicModule, type INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { CommandBus, CqrsModule } from '@nestjs/cqrs';
import { IMPORT_DESK } from '../../src/domain/key-registry/import-desk.js';
import { KEY_VAULT } from '../../src/domain/order/key-vault.js';
import { LEDGER } from '../../src/domain/shared/ledger.js';
import { openLedger } from '../../src/infrastructure/host/open.js';
import { readConfiguration } from '../../src/infrastructure/host/configuration.js';
import type { OpenLedger } from '../../src/infrastructure/host/open-ledger.js';
import { catchUp } from '../../src/infrastructure/projection-runner/catch-up.js';
import { ReadModels } from '../../src/infrastructure/projection-runner/read-models.js';
import * as A from '../../src/domain/key-registry/handlers.js';
import * as B from '../../src/domain/merchant/handlers.js';
import * as C from '../../src/domain/order/handlers.js';
import * as D from '../../src/domain/product/handlers.js';
import * as E from '../../src/domain/purchase-order/handlers.js';
import * as F from '../../src/domain/refund/handlers.js';
import * as G from '../../src/domain/stock/handlers.js';
import * as H from '../../src/domain/supplier/handlers.js';

@Module({})
class TestLedgerModule {
  static of(open: OpenLedger): DynamicModule {
    const handlers = [A, B, C, D, E, F, G, H].flatMap((m) => Object.values(m) as never[]);
    return {
      module: TestLedgerModule,
      imports: [CqrsModule.forRoot()],
      providers: [
        { provide: LEDGER, useValue: open.ledger },
        { provide: IMPORT_DESK, useValue: open.desk },
        { provide: KEY_VAULT, useValue: open.vault },
        ...handlers,
      ],
    };
  }
}

/** A ledger that this test process holds, with its command bus and read models. */
export class RecordingLedger {
  private constructor(
    readonly open: OpenLedger,
    private readonly application: INestApplicationContext,
    readonly readModels: ReadModels,
  ) {}

  static async at(directory: string): Promise<RecordingLedger> {
    const open = await openLedger(readConfiguration({ SOURCEBOOK_MASTER_KEY: 'ab'.repeat(32) }, directory));
    const application = await NestFactory.createApplicationContext(TestLedgerModule.of(open), {
      logger: ['error'],
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
