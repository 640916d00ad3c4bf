import { compareCodePoints } from '../shared/code-points.js';
import { unreachable } from '../shared/event.js';
import { instantOf, type Instant } from '../shared/time.js';
import type { AuthorisationGranted, SupplierEvent } from './events.js';

export interface Authorisation {
  readonly granted: AuthorisationGranted['payload'];
  readonly validFrom: Instant;
  readonly validTo: Instant | undefined;
  revokedAt: Instant | undefined;
}

/** The one register of suppliers and of what they may sell, so that a decision saw one revision of all of it. */
export interface SupplierState {
  readonly suppliers: Map<string, { readonly name: string; readonly kind: string }>;
  readonly authorisations: Map<string, Authorisation>;
  /** By SKU and then supplier: the authorisations that name both, lowest id first. */
  readonly bySku: Map<string, Map<string, readonly Authorisation[]>>;
}

export function initialSuppliers(): SupplierState {
  return { suppliers: new Map(), authorisations: new Map(), bySku: new Map() };
}

export function evolveSuppliers(state: SupplierState, event: SupplierEvent): SupplierState {
  switch (event.type) {
    case 'SupplierRegistered':
      state.suppliers.set(event.payload.supplierId, { name: event.payload.name, kind: event.payload.kind });
      return state;
    case 'AuthorisationGranted':
      grant(state, event.payload);
      return state;
    case 'AuthorisationRevoked':
      revoke(state, event.payload.authorisationId, instantOf(event.payload.revokedAt));
      return state;
    default:
      return unreachable(event);
  }
}

function grant(state: SupplierState, granted: AuthorisationGranted['payload']): void {
  const authorisation: Authorisation = {
    granted,
    validFrom: instantOf(granted.validFrom),
    validTo: granted.validTo === null ? undefined : instantOf(granted.validTo),
    revokedAt: undefined,
  };
  state.authorisations.set(granted.authorisationId, authorisation);
  for (const sku of new Set(granted.skus)) {
    const bySupplier = state.bySku.get(sku) ?? new Map<string, readonly Authorisation[]>();
    state.bySku.set(sku, bySupplier);
    const named = [...(bySupplier.get(granted.supplierId) ?? []), authorisation];
    named.sort((a, b) => compareCodePoints(a.granted.authorisationId, b.granted.authorisationId));
    bySupplier.set(granted.supplierId, named);
  }
}

function revoke(state: SupplierState, authorisationId: string, at: Instant): void {
  const authorisation = state.authorisations.get(authorisationId);
  if (authorisation === undefined) throw new RangeError(`authorisation ${authorisationId} was never granted`);
  authorisation.revokedAt = at;
}

function isInForce(authorisation: Authorisation, at: Instant): boolean {
  if (at < authorisation.validFrom) return false;
  if (authorisation.validTo !== undefined && at >= authorisation.validTo) return false;
  return authorisation.revokedAt === undefined || authorisation.revokedAt > at;
}

function lowestInForce(named: readonly Authorisation[], at: Instant): string | undefined {
  return named.find((authorisation) => isInForce(authorisation, at))?.granted.authorisationId;
}

/** The authorisation in force for a supplier and SKU at a moment: of several, the one with the lowest id. */
export function authorisationInForce(
  state: SupplierState,
  supplierId: string,
  sku: string,
  at: Instant,
): string | undefined {
  return lowestInForce(state.bySku.get(sku)?.get(supplierId) ?? [], at);
}

/** Every supplier's authorisation in force for one SKU at a moment. */
export function authorisationsForSku(
  state: SupplierState,
  sku: string,
  at: Instant,
): ReadonlyMap<string, string> {
  const inForce = new Map<string, string>();
  for (const [supplierId, named] of state.bySku.get(sku) ?? []) {
    const authorisationId = lowestInForce(named, at);
    if (authorisationId !== undefined) inForce.set(supplierId, authorisationId);
  }
  return inForce;
}
