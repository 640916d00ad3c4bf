import { HOT_SKU, merchantCount, merchantName, skuName, UNIT_PRICE } from '../ledgers/ledger-shape.js';
import { Seeded } from '../seeded.js';

/** Which orders are sent: one unit each, every number fresh. */
export interface IssueOrders {
  readonly seed: number;
  /** Told apart from the orders of other rounds by this. */
  readonly prefix: string;
  /** Over how many SKUs they are spread; `hot`: all on one. */
  readonly skus: number | 'hot';
  readonly count: number;
}

export interface IssueRequest {
  readonly merchantId: string;
  readonly orderNo: string;
  readonly path: string;
  readonly body: string;
}

/** All of them, made before the clock starts. */
export function issueRequests({ seed, prefix, skus, count }: IssueOrders): IssueRequest[] {
  const seeded = new Seeded(seed);
  return Array.from({ length: count }, (_, index) => {
    const merchantId = merchantName(seeded.below(merchantCount()));
    const orderNo = `${prefix}-${index}`;
    const sku = skus === 'hot' ? HOT_SKU : skuName(seeded.below(skus));
    const body = JSON.stringify({ orderNo, sku, quantity: 1, unitPrice: UNIT_PRICE });
    return { merchantId, orderNo, path: `/v1/merchants/${merchantId}/orders`, body };
  });
}
