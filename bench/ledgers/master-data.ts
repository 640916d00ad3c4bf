import {
  authorisationName,
  HOT_SKU,
  merchantCount,
  merchantName,
  skuName,
  supplierCount,
  supplierName,
  type LedgerShape,
} from './ledger-shape.js';
import { eventOf, type ToldEvent } from './told-event.js';

const SINCE = '2020-01-01T00:00:00.000Z';

/** Every SKU with the supplier that it comes from, by number; the hot one is the last. */
export function skusOf(shape: LedgerShape): readonly { readonly sku: string; readonly supplier: number }[] {
  const suppliers = supplierCount(shape);
  const spread = Array.from({ length: shape.skus }, (_, index) => ({
    sku: skuName(index),
    supplier: index % suppliers,
  }));
  return [...spread, { sku: HOT_SKU, supplier: 0 }];
}

/** Suppliers with one authorisation each, products and merchants. */
export function* masterData(shape: LedgerShape): Generator<ToldEvent> {
  const tell = (stream: ToldEvent['stream'], event: ToldEvent['event'], commandId: string): ToldEvent => ({
    stream,
    event,
    commandId,
    at: SINCE,
  });
  const skus = skusOf(shape);
  for (let index = 0; index < supplierCount(shape); index += 1) {
    const supplierId = supplierName(index);
    const authorisationId = authorisationName(index);
    const supplier = { supplierId, name: `供应商 ${index}`, kind: 'issuer' };
    yield tell(['suppliers'], eventOf('SupplierRegistered', supplier), supplierId);
    const granted = {
      authorisationId,
      issuer: `ISSUER-${index}`,
      supplierId,
      skus: skus.filter((each) => each.supplier === index).map(({ sku }) => sku),
      validFrom: SINCE,
      validTo: null,
    };
    yield tell(['suppliers'], eventOf('AuthorisationGranted', granted), authorisationId);
  }
  for (const { sku } of skus) {
    const product = {
      sku,
      name: `点卡 ${sku}`,
      category: 'game',
      productClass: 'staple',
      fulfilment: 'card_key',
      faceValue: '10',
      currency: 'CNY',
    };
    yield tell(['products'], eventOf('ProductDefined', product), sku);
  }
  for (let index = 0; index < merchantCount(); index += 1) {
    const merchant = { merchantId: merchantName(index), name: `商户 ${index}`, channel: 'direct' };
    yield tell(['merchants'], eventOf('MerchantRegistered', merchant), merchant.merchantId);
  }
}
