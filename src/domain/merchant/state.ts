import type { MerchantEvent, MerchantRegistered } from './events.js';

/** The one register of merchants, so that a decision saw one revision of all of it. */
export interface MerchantState {
  readonly merchants: Map<string, MerchantRegistered['payload']>;
}

export function initialMerchants(): MerchantState {
  return { merchants: new Map() };
}

export function evolveMerchants(state: MerchantState, event: MerchantEvent): MerchantState {
  state.merchants.set(event.payload.merchantId, event.payload);
  return state;
}
