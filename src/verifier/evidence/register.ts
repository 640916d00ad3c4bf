import type { Authority, LotAnswer, Moment, NamedAnswer, OrderAnswer } from '../../proof/evidence/answers.js';
import { inOrder } from './order.js';
import type { Story, Told } from './story.js';
import { isBeforeByCodePoints, microsOf } from './texts.js';

/** Who was registered and what was granted, and what of it was in force when. */
export class Register {
  private readonly granted: readonly Told<'AuthorisationGranted'>[];
  private readonly revoked: ReadonlyMap<string, Told<'AuthorisationRevoked'>>;
  private readonly found = new Map<string, Authority>();

  constructor(private readonly story: Story) {
    this.granted = story.of('AuthorisationGranted');
    this.revoked = new Map(
      story.of('AuthorisationRevoked').map((told) => [told.payload.authorisationId, told]),
    );
  }

  /** Of an event that names one. */
  named(lots: readonly LotAnswer[], orders: readonly OrderAnswer[]) {
    const supplierIds = new Set(lots.map(({ supplierId }) => supplierId));
    const skus = new Set([...lots, ...orders].map(({ sku }) => sku));
    const merchantIds = new Set(orders.map(({ merchantId }) => merchantId));
    const concerned = this.granted.filter(
      ({ payload }) => supplierIds.has(payload.supplierId) && payload.skus.some((sku) => skus.has(sku)),
    );
    return {
      suppliers: names(this.story.of('SupplierRegistered'), ({ supplierId }) => supplierId, supplierIds),
      products: names(this.story.of('ProductDefined'), ({ sku }) => sku, skus),
      merchants: names(this.story.of('MerchantRegistered'), ({ merchantId }) => merchantId, merchantIds),
      authorisations: inOrder(
        concerned.map((told) => {
          const { authorisationId, issuer, supplierId, validFrom, validTo } = told.payload;
          const revoked = this.revoked.get(authorisationId);
          const end =
            revoked === undefined
              ? null
              : {
                  ...momentOf(revoked),
                  revokedAt: revoked.payload.revokedAt,
                  reason: revoked.payload.reason,
                };
          return {
            authorisationId,
            issuer,
            supplierId,
            skus: told.payload.skus,
            validFrom,
            validTo,
            granted: momentOf(told),
            revoked: end,
          };
        }),
        ({ authorisationId }) => authorisationId,
      ),
    };
  }

  recorded(goods: Goods, authorisationId: string, told: TimedMoment): Authority {
    const granted = this.granted.find(({ payload }) => payload.authorisationId === authorisationId);
    const inForce = granted !== undefined && this.isInForce(granted, goods, told.at);
    return { ...momentOf(told), authorisationId, inForce };
  }

  lowest(goods: Goods, told: TimedMoment): Authority {
    const mark = JSON.stringify([goods, told.sequence]);
    const known = this.found.get(mark);
    if (known !== undefined) return known;
    let lowest: string | null = null;
    for (const granted of this.granted) {
      const { authorisationId } = granted.payload;
      if (!this.isInForce(granted, goods, told.at)) continue;
      if (lowest === null || isBeforeByCodePoints(authorisationId, lowest)) lowest = authorisationId;
    }
    const authority = { ...momentOf(told), authorisationId: lowest, inForce: lowest !== null };
    this.found.set(mark, authority);
    return authority;
  }

  private isInForce(
    { payload }: Told<'AuthorisationGranted'>,
    { supplierId, sku }: Goods,
    at: number,
  ): boolean {
    const { validFrom, validTo } = payload;
    if (payload.supplierId !== supplierId || !payload.skus.includes(sku)) return false;
    const revokedAt = this.revoked.get(payload.authorisationId)?.payload.revokedAt;
    const ends = [validTo, revokedAt].flatMap((text) => (typeof text === 'string' ? [microsOf(text)] : []));
    return microsOf(validFrom) <= at && ends.every((end) => at < end);
  }
}

export interface Goods {
  readonly supplierId: string;
  readonly sku: string;
}

interface TimedMoment extends Moment {
  readonly at: number;
}

export function momentOf({ sequence, occurredAt, recordedAt }: Moment): Moment {
  return { sequence, occurredAt, recordedAt };
}

function names<Payload extends { name: string }>(
  told: readonly (Moment & { readonly payload: Payload })[],
  idOf: (payload: Payload) => string,
  wanted: ReadonlySet<string>,
): NamedAnswer[] {
  const found = told
    .filter(({ payload }) => wanted.has(idOf(payload)))
    .map(({ payload, sequence }) => ({ id: idOf(payload), name: payload.name, sequence }));
  return inOrder(found, ({ id }) => id);
}
