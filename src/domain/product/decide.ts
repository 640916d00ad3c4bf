import { accept, DONE, refuse, type Decider, type Decision, type Done } from '../shared/decider.js';
import { Refusal } from '../shared/refusal.js';
import type { ProductEvent, ProductDefined } from './events.js';
import { evolveProducts, initialProducts, type ProductState } from './state.js';

export interface ProductCommand {
  readonly kind: 'define';
  readonly product: ProductDefined['payload'];
}

function decide(state: ProductState, { product }: ProductCommand): Decision<ProductEvent, Done> {
  const known = state.products.get(product.sku);
  if (known === undefined)
    return accept([{ type: 'ProductDefined', schemaVersion: 1, payload: product }], DONE);
  if (isSame(known, product)) return accept([], DONE);
  return refuse(new Refusal('duplicate_product', `product ${product.sku} is known with other particulars`));
}

function isSame(left: ProductDefined['payload'], right: ProductDefined['payload']): boolean {
  return (Object.keys(right) as (keyof ProductDefined['payload'])[]).every(
    (name) => left[name] === right[name],
  );
}

/** All products stand in one stream. */
export const products: Decider<ProductState, ProductCommand, ProductEvent, Done> = {
  category: 'products',
  initial: initialProducts,
  decide,
  evolve: evolveProducts,
  recall: () => DONE,
};
