import { accept, DONE, refuse, type Decider, type Decision, type Done } from '../shared/decider.js';
import { Refusal } from '../shared/refusal.js';
import type { MerchantEvent, MerchantRegistered } from './events.js';
import { evolveMerchants, initialMerchants, type MerchantState } from './state.js';

export interface MerchantCommand {
  readonly kind: 'register';
  readonly merchant: MerchantRegistered['payload'];
}

function decide(state: MerchantState, { merchant }: MerchantCommand): Decision<MerchantEvent, Done> {
  const known = state.merchants.get(merchant.merchantId);
  if (known === undefined)
    return accept([{ type: 'MerchantRegistered', schemaVersion: 1, payload: merchant }], DONE);
  if (isSame(known, merchant)) return accept([], DONE);
  return refuse(
    new Refusal('duplicate_merchant', `merchant ${merchant.merchantId} is known with other particulars`),
  );
}

function isSame(left: MerchantRegistered['payload'], right: MerchantRegistered['payload']): boolean {
  return (Object.keys(right) as (keyof MerchantRegistered['payload'])[]).every(
    (name) => left[name] === right[name],
  );
}

/** All merchants stand in one stream. */
export const merchants: Decider<MerchantState, MerchantCommand, MerchantEvent, Done> = {
  category: 'merchants',
  initial: initialMerchants,
  decide,
  evolve: evolveMerchants,
  recall: () => DONE,
};
