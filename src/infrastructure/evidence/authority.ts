import { compareCodePoints } from '../../domain/shared/code-points.js';
import { instantOf, type Instant } from '../../domain/shared/time.js';
import type { AuthorisationAnswer, Authority, Moment } from '../../proof/evidence/answers.js';
import type { EvidenceFacts } from './facts.js';

interface Goods {
  readonly supplierId: string;
  readonly sku: string;
}

/** Whether an authorisation that an event names was in force for these goods at that second. */
export function recordedAuthority(
  facts: EvidenceFacts,
  goods: Goods,
  authorisationId: string,
  { moment, at }: { readonly moment: Moment; readonly at: Instant },
): Authority {
  return { ...moment, authorisationId, inForce: isInForce(facts, authorisationId, goods, at) };
}

/** The lowest authorisation in force at a second for which none is recorded. */
export function foundAuthority(
  facts: EvidenceFacts,
  goods: Goods,
  { moment, at }: { readonly moment: Moment; readonly at: Instant },
): Authority {
  const found = [...facts.authorisations.keys()]
    .filter((authorisationId) => isInForce(facts, authorisationId, goods, at))
    .sort(compareCodePoints)[0];
  return { ...moment, authorisationId: found ?? null, inForce: found !== undefined };
}

/** samples/README.md, "Authorised": it names both, valid_from <= at < valid_to, and not revoked at or before. */
function isInForce(facts: EvidenceFacts, authorisationId: string, goods: Goods, at: Instant): boolean {
  const granted = facts.authorisations.get(authorisationId)?.payload;
  if (granted === undefined || granted.supplierId !== goods.supplierId || !granted.skus.includes(goods.sku))
    return false;
  if (at < instantOf(granted.validFrom)) return false;
  if (granted.validTo !== null && at >= instantOf(granted.validTo)) return false;
  const revoked = facts.revocations.get(authorisationId);
  return revoked === undefined || instantOf(revoked.payload.revokedAt) > at;
}

export function authorisationAnswer(facts: EvidenceFacts, authorisationId: string): AuthorisationAnswer[] {
  const granted = facts.authorisations.get(authorisationId);
  if (granted === undefined) return [];
  const revoked = facts.revocations.get(authorisationId);
  const { issuer, supplierId, skus, validFrom, validTo } = granted.payload;
  return [
    {
      authorisationId,
      issuer,
      supplierId,
      skus: [...skus],
      validFrom,
      validTo,
      granted: granted.moment,
      revoked:
        revoked === undefined
          ? null
          : { ...revoked.moment, revokedAt: revoked.payload.revokedAt, reason: revoked.payload.reason },
    },
  ];
}
