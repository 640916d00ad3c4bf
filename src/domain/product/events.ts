import type { DomainEvent } from '../shared/event.js';

// These types are the storage contract: they outlive the code. Add a version and an upcaster, never change one.

export type ProductDefined = DomainEvent<
  'ProductDefined',
  {
    sku: string;
    name: string;
    category: string;
    productClass: string;
    fulfilment: string;
    faceValue: string;
    /** Of every amount of this product: cost, price and what follows from them. */
    currency: string;
  }
>;

export type ProductEvent = ProductDefined;
