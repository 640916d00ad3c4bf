import { Module, type DynamicModule } from '@nestjs/common';
import { APP_FILTER, APP_GUARD } from '@nestjs/core';
import { CallerIdentification } from './api/access/caller.js';
import { PermissionGuard } from './api/access/permission-guard.js';
import { CommandDesk } from './api/commands/command-desk.js';
import { CatalogueController } from './api/controllers/catalogue.controller.js';
import { CostsController } from './api/controllers/costs.controller.js';
import { DiffController } from './api/controllers/diff.controller.js';
import { InventoryController } from './api/controllers/inventory.controller.js';
import { LedgerController } from './api/controllers/ledger.controller.js';
import { ListsController } from './api/controllers/lists.controller.js';
import { OrdersController } from './api/controllers/orders.controller.js';
import { PurchaseOrdersController } from './api/controllers/purchase-orders.controller.js';
import { StockController } from './api/controllers/stock.controller.js';
import { SuppliersController } from './api/controllers/suppliers.controller.js';
import { TracesController } from './api/controllers/traces.controller.js';
import { EpcisController } from './api/epcis/epcis.controller.js';
import { EpcisEvents } from './api/epcis/epcis-events.js';
import { evidenceJobsProvider } from './api/evidence/evidence-jobs.provider.js';
import { EvidenceController } from './api/evidence/evidence.controller.js';
import { EventFeed } from './api/feed/event-feed.js';
import { FeedController } from './api/feed/feed.controller.js';
import { CHECKPOINTS, LogDesk, type Checkpoints } from './api/log/log-desk.js';
import { PlacementDesk } from './api/log/placement.js';
import { LogController } from './api/log/log.controller.js';
import { ProofsController } from './api/log/proofs.controller.js';
import { HealthController } from './api/health/health.controller.js';
import { SERVICE_LOG, ServiceLog } from './api/http/service-log.js';
import { KEY_FILE_SPOOL, KeyFileSpool } from './api/key-files/key-file-spool.js';
import { KeyFilesController } from './api/key-files/key-files.controller.js';
import { DocsController } from './api/openapi/docs.controller.js';
import { ProblemFilter } from './api/problems/problem-filter.js';
import { queryHandlers } from './api/queries/handlers.js';
import { READ_MODELS, ReadModelDesk } from './api/queries/read-model-desk.js';
import type { OpenLedger } from './infrastructure/host/open-ledger.js';
import type { ReadModels } from './infrastructure/projection-runner/read-models.js';
import { LedgerModule } from './ledger.module.js';

const controllers = [
  CatalogueController,
  CostsController,
  DiffController,
  DocsController,
  EpcisController,
  EvidenceController,
  FeedController,
  HealthController,
  InventoryController,
  KeyFilesController,
  LedgerController,
  ListsController,
  LogController,
  OrdersController,
  ProofsController,
  PurchaseOrdersController,
  StockController,
  SuppliersController,
  TracesController,
];

/** What a service is made of, all of it open. */
export interface ServiceParts {
  readonly open: OpenLedger;
  readonly readModels: ReadModels;
  readonly log: ServiceLog;
  readonly checkpoints: Checkpoints;
}

/** The rooms of the service wired together. */
@Module({})
export class AppModule {
  static forRoot({ open, readModels, log, checkpoints }: ServiceParts): DynamicModule {
    return {
      module: AppModule,
      imports: [LedgerModule.forRoot(open)],
      controllers,
      providers: [
        { provide: SERVICE_LOG, useValue: log },
        { provide: READ_MODELS, useValue: readModels },
        { provide: CHECKPOINTS, useValue: checkpoints },
        { provide: KEY_FILE_SPOOL, useFactory: () => new KeyFileSpool(open.configuration.directory) },
        { provide: APP_GUARD, useClass: PermissionGuard },
        { provide: APP_FILTER, useClass: ProblemFilter },
        CallerIdentification,
        CommandDesk,
        EpcisEvents,
        EventFeed,
        evidenceJobsProvider,
        LogDesk,
        PlacementDesk,
        ReadModelDesk,
        ...queryHandlers,
      ],
    };
  }
}
