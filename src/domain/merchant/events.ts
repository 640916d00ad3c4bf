import type { DomainEvent } from '../shared/event.js';

// These types are the storage contract: they outlive the code. Add a version and an upcaster, never change one.

export type MerchantRegistered = DomainEvent<
  'MerchantRegistered',
  { merchantId: string; name: string; channel: string }
>;

export type MerchantEvent = MerchantRegistered;
