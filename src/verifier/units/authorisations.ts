import { Misfit } from '../findings.js';
import { momentOf, type Moment } from '../history/moments.js';
import {
  listOf,
  objectsOf,
  countOf,
  misshapen,
  textOf,
  textOrNullOf,
  type Members,
} from '../history/payloads.js';
import type { Rules, ToldEvent } from './told-event.js';

interface Authorisation {
  readonly supplierId: string;
  readonly skus: ReadonlySet<string>;
  readonly validFrom: Moment;
  readonly validTo: Moment;
  /** Of the register's stream. */
  readonly grantedRevision: number;
  revokedAt: Moment;
  revokedRevision: number;
}

const REGISTER = 'suppliers';

/** A time of a member. @throws Misfit */
export function momentIn(from: Members, name: string): Moment {
  const moment = momentOf(textOf(from, name));
  if (moment === undefined) throw misshapen(name, 'an RFC 3339 time');
  return moment;
}

/** Suppliers, and what each is authorised to sell. */
export class Authorisations {
  private readonly suppliers = new Set<string>();
  private readonly byId = new Map<string, Authorisation>();
  private readonly bySupplier = new Map<string, Authorisation[]>();

  constructor(private readonly registerStream: string) {}

  readonly rules: Rules = {
    SupplierRegistered: {
      versions: [1],
      stream: (_, names) => names.of(REGISTER),
      apply: ({ payload }) => {
        const supplierId = textOf(payload, 'supplierId');
        if (this.suppliers.has(supplierId))
          throw new Misfit('recorded_twice', `supplier ${supplierId} was registered before`);
        this.suppliers.add(supplierId);
      },
    },
    AuthorisationGranted: {
      versions: [1],
      stream: (_, names) => names.of(REGISTER),
      apply: (event) => this.grant(event),
    },
    AuthorisationRevoked: {
      versions: [1],
      stream: (_, names) => names.of(REGISTER),
      apply: (event) => this.revoke(event),
    },
  };

  requireSupplier(supplierId: string): void {
    if (!this.suppliers.has(supplierId))
      throw new Misfit('unknown_reference', `supplier ${supplierId} was never registered`);
  }

  /** Whether a supplier may sell a SKU at a moment, by all that is recorded. */
  isAuthorised(supplierId: string, sku: string, at: Moment): boolean {
    const named = this.bySupplier.get(supplierId) ?? [];
    return named.some((each) => each.skus.has(sku) && isInForce(each, at, Number.MAX_SAFE_INTEGER));
  }

  /**
   * That an authorisation was in force at the moment of a decision, by the revision of the register that the decision saw
   * (a revocation recorded meanwhile was not known to it). @throws Misfit
   */
  requireInForce(
    named: { readonly authorisationId: string; readonly supplierId: string; readonly sku: string },
    { occurredAt, payload }: ToldEvent,
  ): void {
    const { authorisationId, supplierId, sku } = named;
    const found = this.byId.get(authorisationId);
    const at = momentOf(occurredAt);
    const covers = found?.supplierId === supplierId && found.skus.has(sku);
    if (covers && at !== undefined && isInForce(found, at, this.revisionSeen(payload))) return;
    throw new Misfit(
      'unauthorised_source',
      `authorisation ${authorisationId} was not in force for supplier ${supplierId} and ${sku} at ${occurredAt}`,
    );
  }

  private revisionSeen(payload: Members): number {
    const register = this.registerStream;
    const seen = objectsOf(payload, 'saw').find((each) => each['stream'] === register);
    return seen === undefined ? Number.MAX_SAFE_INTEGER : countOf(seen, 'revision', -1);
  }

  private grant({ payload, revision }: ToldEvent): void {
    const authorisationId = textOf(payload, 'authorisationId');
    const supplierId = textOf(payload, 'supplierId');
    this.requireSupplier(supplierId);
    if (this.byId.has(authorisationId))
      throw new Misfit('recorded_twice', `authorisation ${authorisationId} was granted before`);
    const authorisation: Authorisation = {
      supplierId,
      skus: new Set(listOf(payload, 'skus').map(String)),
      validFrom: momentIn(payload, 'validFrom'),
      validTo: textOrNullOf(payload, 'validTo') === null ? Infinity : momentIn(payload, 'validTo'),
      grantedRevision: revision,
      revokedAt: Infinity,
      revokedRevision: Infinity,
    };
    this.byId.set(authorisationId, authorisation);
    this.bySupplier.set(supplierId, [...(this.bySupplier.get(supplierId) ?? []), authorisation]);
  }

  private revoke({ payload, revision }: ToldEvent): void {
    const authorisationId = textOf(payload, 'authorisationId');
    const found = this.byId.get(authorisationId);
    if (found?.supplierId !== textOf(payload, 'supplierId'))
      throw new Misfit(
        'unknown_reference',
        `authorisation ${authorisationId} was never granted to that supplier`,
      );
    if (found.revokedAt !== Infinity)
      throw new Misfit('recorded_twice', `authorisation ${authorisationId} was revoked before`);
    found.revokedAt = momentIn(payload, 'revokedAt');
    found.revokedRevision = revision;
  }
}

function isInForce(authorisation: Authorisation, at: Moment, revisionSeen: number): boolean {
  const { validFrom, validTo, grantedRevision, revokedAt, revokedRevision } = authorisation;
  if (grantedRevision > revisionSeen || at < validFrom || at >= validTo) return false;
  return revokedAt > at || revokedRevision > revisionSeen;
}
