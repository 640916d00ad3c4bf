import { Module, type DynamicModule } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { AddSigningKeyHandler, ForkLogHandler, RetireSigningKeyHandler } from './domain/genesis/handlers.js';
import { ReceiveLotHandler } from './domain/key-registry/handlers.js';
import { IMPORT_DESK } from './domain/key-registry/import-desk.js';
import { RegisterMerchantHandler } from './domain/merchant/handlers.js';
import { IssueOrderHandler, RevealKeysHandler } from './domain/order/handlers.js';
import { KEY_VAULT } from './domain/order/key-vault.js';
import { DefineProductHandler } from './domain/product/handlers.js';
import { PlacePurchaseOrderHandler } from './domain/purchase-order/handlers.js';
import { RefundOrderHandler } from './domain/refund/handlers.js';
import { LEDGER } from './domain/shared/ledger.js';
import {
  QuarantineLotHandler,
  ReleaseLotHandler,
  ReturnToSupplierHandler,
  TransferUnitsHandler,
  WriteOffUnitsHandler,
} from './domain/stock/handlers.js';
import {
  GrantAuthorisationHandler,
  RegisterSupplierHandler,
  RevokeAuthorisationHandler,
} from './domain/supplier/handlers.js';
import { OPEN_LEDGER, type OpenLedger } from './infrastructure/host/open-ledger.js';

const commandHandlers = [
  AddSigningKeyHandler,
  DefineProductHandler,
  ForkLogHandler,
  GrantAuthorisationHandler,
  IssueOrderHandler,
  PlacePurchaseOrderHandler,
  QuarantineLotHandler,
  ReceiveLotHandler,
  RefundOrderHandler,
  RegisterMerchantHandler,
  RegisterSupplierHandler,
  ReleaseLotHandler,
  RetireSigningKeyHandler,
  ReturnToSupplierHandler,
  RevealKeysHandler,
  RevokeAuthorisationHandler,
  TransferUnitsHandler,
  WriteOffUnitsHandler,
];

/** The ledger's commands, without HTTP: what the command line and the service have in common. */
@Module({})
export class LedgerModule {
  static forRoot(open: OpenLedger): DynamicModule {
    const ports = [
      { provide: OPEN_LEDGER, useValue: open },
      { provide: LEDGER, useValue: open.ledger },
      { provide: IMPORT_DESK, useValue: open.desk },
      { provide: KEY_VAULT, useValue: open.vault },
    ];
    return {
      module: LedgerModule,
      imports: [CqrsModule],
      providers: [...ports, ...commandHandlers],
      exports: [CqrsModule, OPEN_LEDGER, LEDGER, IMPORT_DESK, KEY_VAULT],
    };
  }
}
