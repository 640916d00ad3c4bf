import { accept, DONE, refuse, type Decider, type Decision, type Done } from '../shared/decider.js';
import { unreachable } from '../shared/event.js';
import { Refusal } from '../shared/refusal.js';
import { instantOf } from '../shared/time.js';
import type { AuthorisationGranted, SupplierEvent, SupplierRegistered } from './events.js';
import { evolveSuppliers, initialSuppliers, type SupplierState } from './state.js';

export type SupplierCommand =
  | { readonly kind: 'register'; readonly supplier: SupplierRegistered['payload'] }
  | { readonly kind: 'grant'; readonly authorisation: AuthorisationGranted['payload'] }
  | {
      readonly kind: 'revoke';
      readonly authorisationId: string;
      readonly at: string;
      readonly reason: string | null;
    };

function decide(state: SupplierState, command: SupplierCommand): Decision<SupplierEvent, Done> {
  switch (command.kind) {
    case 'register':
      return register(state, command.supplier);
    case 'grant':
      return grant(state, command.authorisation);
    case 'revoke':
      return revoke(state, command);
    default:
      return unreachable(command);
  }
}

function register(
  state: SupplierState,
  supplier: SupplierRegistered['payload'],
): Decision<SupplierEvent, Done> {
  const known = state.suppliers.get(supplier.supplierId);
  if (known === undefined)
    return accept([{ type: 'SupplierRegistered', schemaVersion: 1, payload: supplier }], DONE);
  if (known.name === supplier.name && known.kind === supplier.kind) return accept([], DONE);
  return refuse(
    new Refusal('duplicate_supplier', `supplier ${supplier.supplierId} is registered with other particulars`),
  );
}

function grant(
  state: SupplierState,
  authorisation: AuthorisationGranted['payload'],
): Decision<SupplierEvent, Done> {
  const { authorisationId, supplierId } = authorisation;
  if (!state.suppliers.has(supplierId)) {
    return refuse(
      new Refusal('unknown_supplier', `register supplier ${supplierId} before its authorisations`),
    );
  }
  const known = state.authorisations.get(authorisationId)?.granted;
  if (known === undefined)
    return accept([{ type: 'AuthorisationGranted', schemaVersion: 1, payload: authorisation }], DONE);
  if (sameGrant(known, authorisation)) return accept([], DONE);
  return refuse(
    new Refusal('duplicate_authorisation', `authorisation ${authorisationId} was granted with other terms`),
  );
}

function sameGrant(left: AuthorisationGranted['payload'], right: AuthorisationGranted['payload']): boolean {
  const terms = (grant: AuthorisationGranted['payload']): string =>
    JSON.stringify([
      grant.issuer,
      grant.supplierId,
      grant.skus,
      instantOf(grant.validFrom),
      grant.validTo && instantOf(grant.validTo),
    ]);
  return terms(left) === terms(right);
}

function revoke(
  state: SupplierState,
  command: { authorisationId: string; at: string; reason: string | null },
): Decision<SupplierEvent, Done> {
  const { authorisationId, at, reason } = command;
  const authorisation = state.authorisations.get(authorisationId);
  if (authorisation === undefined) {
    return refuse(new Refusal('unknown_authorisation', `no authorisation ${authorisationId}; check its id`));
  }
  if (authorisation.revokedAt !== undefined) {
    return refuse(new Refusal('already_revoked', `authorisation ${authorisationId} is revoked already`));
  }
  const { supplierId } = authorisation.granted;
  return accept(
    [
      {
        type: 'AuthorisationRevoked',
        schemaVersion: 1,
        payload: { authorisationId, supplierId, revokedAt: at, reason },
      },
    ],
    DONE,
  );
}

/** Suppliers and their authorisations: one stream for all of them. */
export const suppliers: Decider<SupplierState, SupplierCommand, SupplierEvent, Done> = {
  category: 'suppliers',
  initial: initialSuppliers,
  decide,
  evolve: evolveSuppliers,
  recall: () => DONE,
};
