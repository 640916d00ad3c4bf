import { AskCostsHandler, AskCostsOfHandler, AskDaysHandler } from './costs.js';
import { AskDifferenceHandler } from './diff.js';
import { AskInventoryHandler, AskReportHandler, AskSkuHandler } from './inventory.js';
import { ListOrdersHandler, ListRefundsHandler } from './lists.js';
import { AskLoadHandler } from './loads.js';
import { AskOrderHandler } from './order-standing.js';
import {
  AskLotHandler,
  AskPurchaseOrderHandler,
  ListImportsHandler,
  ListPurchaseOrdersHandler,
} from './sourcing.js';
import { AskTimelineHandler, TraceForwardHandler, TraceKeyHandler, TraceOrderHandler } from './traces.js';

/** Every question's handler; a new one is added here and nowhere else. */
export const queryHandlers = [
  AskCostsHandler,
  AskCostsOfHandler,
  AskDaysHandler,
  AskDifferenceHandler,
  AskInventoryHandler,
  AskLoadHandler,
  AskLotHandler,
  AskOrderHandler,
  AskPurchaseOrderHandler,
  AskReportHandler,
  AskSkuHandler,
  AskTimelineHandler,
  ListImportsHandler,
  ListOrdersHandler,
  ListPurchaseOrdersHandler,
  ListRefundsHandler,
  TraceForwardHandler,
  TraceKeyHandler,
  TraceOrderHandler,
];
