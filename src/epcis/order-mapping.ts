import type { EventOf } from '../domain/events.js';
import type { SourcedRange } from '../domain/shared/units.js';
import { keyLists, type BizTransaction, type EventDraft } from './event-draft.js';
import type { EpcisIdentifiers } from './identifiers.js';
import type { Mapping } from './payload-mapping.js';

type UnitsSettled = EventOf<'UnitsSettled'>['payload'];

/** What happens to goods with and after their order. */
export const orderMapping = {
  OrderFulfilled: ({ merchantId, orderNo, pool, units }, identifiers) =>
    keyLists(units).map((keys) => ({
      type: 'ObjectEvent',
      action: 'OBSERVE',
      bizStep: 'retail_selling',
      disposition: 'retail_sold',
      keys,
      readPoint: identifiers.pool(pool),
      bizTransactions: [orderOf({ merchantId, orderNo }, identifiers)],
      destination: { type: 'owning_party', uri: identifiers.merchant(merchantId) },
    })),

  UnitsSettled: (settled, identifiers) =>
    settled.remedy === 'refund' ? refunded(settled, identifiers) : replaced(settled, identifiers),
} satisfies Mapping;

/** The keys come back, and are void from then on. */
function refunded(settled: UnitsSettled, identifiers: EpcisIdentifiers): EventDraft[] {
  const lists = keyLists(settled.places.map(({ voided }) => voided));
  const bizTransactions = documentsOf(settled, identifiers);
  const source = { type: 'owning_party', uri: identifiers.merchant(settled.merchantId) } as const;
  return [
    ...lists.map((keys): EventDraft => ({
      type: 'ObjectEvent',
      action: 'OBSERVE',
      bizStep: 'receiving',
      disposition: 'returned',
      keys,
      bizTransactions,
      source,
    })),
    ...lists.map((keys): EventDraft => ({
      type: 'ObjectEvent',
      action: 'DELETE',
      bizStep: 'destroying',
      disposition: 'destroyed',
      keys,
      bizTransactions,
    })),
  ];
}

/** The void keys, and those that take their places: two events that share one return authorisation. */
function replaced(settled: UnitsSettled, identifiers: EpcisIdentifiers): EventDraft[] {
  const { places, merchantId, pool } = settled;
  const bizTransactions = documentsOf(settled, identifiers);
  const voided = keyLists(places.map((place) => place.voided));
  const replacements = keyLists(places.map((place) => place.replacement).filter(isUnit));
  return [
    ...voided.map((keys): EventDraft => ({
      type: 'ObjectEvent',
      action: 'OBSERVE',
      bizStep: 'replacing',
      disposition: 'needs_replacement',
      keys,
      bizTransactions,
      source: { type: 'owning_party', uri: identifiers.merchant(merchantId) },
    })),
    ...replacements.map((keys): EventDraft => ({
      type: 'ObjectEvent',
      action: 'OBSERVE',
      bizStep: 'replacing',
      disposition: 'retail_sold',
      keys,
      readPoint: identifiers.pool(pool),
      bizTransactions,
      destination: { type: 'owning_party', uri: identifiers.merchant(merchantId) },
    })),
  ];
}

function isUnit(unit: SourcedRange | null): unit is SourcedRange {
  return unit !== null;
}

function documentsOf(settled: UnitsSettled, identifiers: EpcisIdentifiers): BizTransaction[] {
  const { merchantId, refundNo } = settled;
  return [
    { type: 'rma', bizTransaction: identifiers.refund(merchantId, refundNo) },
    orderOf(settled, identifiers),
  ];
}

/** A merchant's order is the purchase order of whom it is sold to. */
function orderOf(
  { merchantId, orderNo }: { readonly merchantId: string; readonly orderNo: string },
  identifiers: EpcisIdentifiers,
): BizTransaction {
  return { type: 'po', bizTransaction: identifiers.merchantOrder(merchantId, orderNo) };
}
