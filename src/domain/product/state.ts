import type { ProductEvent, ProductDefined } from './events.js';

/** The one register of products, so that a decision saw one revision of all of it. */
export interface ProductState {
  readonly products: Map<string, ProductDefined['payload']>;
}

export function initialProducts(): ProductState {
  return { products: new Map() };
}

export function evolveProducts(state: ProductState, event: ProductEvent): ProductState {
  state.products.set(event.payload.sku, event.payload);
  return state;
}
