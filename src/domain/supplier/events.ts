import type { DomainEvent } from '../shared/event.js';

// These types are the storage contract: they outlive the code. Add a version and an upcaster, never change one.

export type SupplierRegistered = DomainEvent<
  'SupplierRegistered',
  { supplierId: string; name: string; kind: string }
>;

export type AuthorisationGranted = DomainEvent<
  'AuthorisationGranted',
  {
    authorisationId: string;
    issuer: string;
    supplierId: string;
    skus: readonly string[];
    validFrom: string;
    /** Null: no end. */
    validTo: string | null;
  }
>;

export type AuthorisationRevoked = DomainEvent<
  'AuthorisationRevoked',
  { authorisationId: string; supplierId: string; revokedAt: string; reason: string | null }
>;

export type SupplierEvent = SupplierRegistered | AuthorisationGranted | AuthorisationRevoked;
