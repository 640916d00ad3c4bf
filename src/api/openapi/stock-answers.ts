import type { CostLayer, CostRow, DayRow } from '../../projections/cost/questions.js';
import type { LotStock, PoolStock, Product, SkuStock, Stock } from '../../projections/inventory/questions.js';
import type { LoadRefusal, LoadView } from '../../projections/loads/questions.js';
import type { Report, ReportedSku } from '../../projections/report/report.js';
import type { ImportReceipt } from '../../projections/traceability/questions.js';
import type { SkuInventory } from '../queries/inventory.js';
import type { LoadOutcome } from '../queries/loads.js';
import { lineCounts } from './answers.js';
import {
  amount,
  count,
  day,
  extended,
  flag,
  listOf,
  objectOf,
  orNull,
  text,
  time,
  wholeNumber,
  type Schema,
} from './schema.js';

const held = { available: count, unauthorised: count, expired: count, quarantined: count };
const counts = { ...held, received: count, issued: count, void: count, writtenOff: count, returned: count };
const accounts = {
  onHandCost: amount,
  costOfGoodsSold: amount,
  revenue: amount,
  supplierClaims: amount,
  inventoryLosses: amount,
  returnedToSupplier: amount,
};
const inCurrency = { ...accounts, currency: text, margin: amount };

const skuStock = objectOf<SkuStock>({ sku: text, ...counts });
const poolStock = objectOf<PoolStock>({ sku: text, pool: text, ...held });

export const lotStock = objectOf<LotStock>({ lotId: text, sku: text, ...counts });

export const inventory = objectOf<Stock>({ skus: listOf(skuStock), pools: listOf(poolStock) });

const product = objectOf<Product>({
  sku: text,
  name: text,
  category: text,
  productClass: text,
  fulfilment: text,
  faceValue: text,
  currency: text,
});

const costLayer = objectOf<CostLayer>({
  sku: text,
  lotId: text,
  supplierId: text,
  currency: text,
  unitCost: amount,
  units: count,
  cost: amount,
});

export const skuInventory = objectOf<SkuInventory>({
  product,
  stock: skuStock,
  pools: listOf(poolStock),
  layers: listOf(costLayer),
});

const costRow = objectOf<CostRow>({ key: text, ...inCurrency });
const dayRow = objectOf<DayRow>({ day, key: orNull(text), ...inCurrency });

/** By day or by anything else. */
export const costRows: Schema = { oneOf: [costRow, dayRow] };

export const importReceipt: Schema = extended(
  objectOf<Pick<ImportReceipt, 'lotId'>>({ lotId: text }),
  lineCounts,
);

const reportedSku = objectOf<ReportedSku>({ sku: text, ...counts, ...accounts });

export const report = objectOf<Report>({
  asOf: time,
  skus: listOf(reportedSku),
  pools: listOf(poolStock),
  imports: listOf(importReceipt),
  refusals: listOf({
    type: 'object',
    description: 'line, operation, code and the ids that the operation carried',
  }),
  replayed: count,
});

const load = objectOf<LoadView>({
  packDigest: text,
  name: text,
  asOf: orNull(time),
  lines: count,
  done: count,
  replayed: count,
  refused: count,
  finished: flag,
});

const loadRefusal = objectOf<LoadRefusal>({
  line: wholeNumber,
  op: text,
  code: text,
  ids: { type: 'object', additionalProperties: text },
});

export const loadOutcome = objectOf<LoadOutcome>({ load, refusals: listOf(loadRefusal) });
