import { Misfit } from '../findings.js';
import type { Money } from '../history/money.js';
import { textOf } from '../history/payloads.js';
import type { Rules } from './told-event.js';

/** Products and merchants. */
export class Catalogue {
  /** SKUs with their currency, in the order in which they were defined. */
  readonly currencies = new Map<string, string>();
  private readonly merchants = new Set<string>();

  readonly rules: Rules = {
    ProductDefined: {
      versions: [1],
      stream: (_, names) => names.of('products'),
      apply: ({ payload }) => {
        const sku = textOf(payload, 'sku');
        if (this.currencies.has(sku)) throw new Misfit('recorded_twice', `product ${sku} was defined before`);
        this.currencies.set(sku, textOf(payload, 'currency'));
      },
    },
    MerchantRegistered: {
      versions: [1],
      stream: (_, names) => names.of('merchants'),
      apply: ({ payload }) => {
        const merchantId = textOf(payload, 'merchantId');
        if (this.merchants.has(merchantId))
          throw new Misfit('recorded_twice', `merchant ${merchantId} was registered before`);
        this.merchants.add(merchantId);
      },
    },
  };

  requireMerchant(merchantId: string): void {
    if (!this.merchants.has(merchantId))
      throw new Misfit('unknown_reference', `merchant ${merchantId} was never registered`);
  }

  /** @throws Misfit for an unknown product, or money of another currency than the product's */
  requireCurrency(sku: string, { currency }: Money): void {
    const own = this.currencies.get(sku);
    if (own === undefined) throw new Misfit('unknown_reference', `product ${sku} was never defined`);
    if (own !== currency)
      throw new Misfit('terms_differ', `an amount of ${sku} is in ${currency}, not in ${own}`);
  }
}
