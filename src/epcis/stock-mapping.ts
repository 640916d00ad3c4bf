import type { EventOf } from '../domain/events.js';
import type { PooledRange, UnitRange } from '../domain/shared/units.js';
import { keyCount, keyLists, type EventDraft } from './event-draft.js';
import type { EpcisIdentifiers } from './identifiers.js';
import type { Mapping } from './payload-mapping.js';

type LotReceived = EventOf<'LotReceived'>['payload'];

/** What happens to goods while they are held. */
export const stockMapping = {
  LotReceived: (lot, identifiers) => [receipt(lot, identifiers), ...commissionings(lot, identifiers)],

  LotQuarantined: ({ lotId }, identifiers) => [
    {
      type: 'ObjectEvent',
      action: 'OBSERVE',
      bizStep: 'holding',
      disposition: 'non_sellable_other',
      keys: [],
      quantities: [{ epcClass: identifiers.lot(lotId) }],
    },
  ],

  LotReleased: ({ lotId }, identifiers) => [
    {
      type: 'ObjectEvent',
      action: 'OBSERVE',
      bizStep: 'stocking',
      disposition: 'sellable_accessible',
      keys: [],
      quantities: [{ epcClass: identifiers.lot(lotId) }],
    },
  ],

  UnitsTransferred: (transfer, identifiers) => [
    ...shipped(transfer, identifiers),
    ...arrived(transfer, identifiers),
  ],

  UnitsWrittenOff: ({ units }, identifiers) =>
    byPool(units).flatMap(([pool, ranges]) =>
      keyLists(ranges).map((keys) => ({
        type: 'ObjectEvent',
        action: 'DELETE',
        bizStep: 'destroying',
        disposition: 'destroyed',
        keys,
        readPoint: identifiers.pool(pool),
      })),
    ),

  UnitsReturned: ({ units }, identifiers) =>
    byPool(units).flatMap(([pool, ranges]) =>
      keyLists(ranges).map((keys) => ({
        type: 'ObjectEvent',
        action: 'OBSERVE',
        bizStep: 'shipping',
        disposition: 'returned',
        keys,
        readPoint: identifiers.pool(pool),
      })),
    ),
} satisfies Mapping;

/** The lot arrives as a class of so many; of a lot in several parts each part says how many it brings. */
function receipt(
  { lotId, poId, supplierId, pool, runs }: LotReceived,
  identifiers: EpcisIdentifiers,
): EventDraft {
  return {
    type: 'ObjectEvent',
    action: 'OBSERVE',
    bizStep: 'receiving',
    disposition: 'in_progress',
    keys: [],
    quantities: [{ epcClass: identifiers.lot(lotId), quantity: keyCount(runs) }],
    readPoint: identifiers.pool(pool),
    bizLocation: identifiers.pool(pool),
    bizTransactions: [{ type: 'po', bizTransaction: identifiers.purchaseOrder(poId) }],
    source: { type: 'owning_party', uri: identifiers.supplier(supplierId) },
  };
}

/** Its keys get their identities, those of one expiry together: what is said of an event's keys is said of all. */
function commissionings(lot: LotReceived, identifiers: EpcisIdentifiers): EventDraft[] {
  return [...byExpiry(lot.runs)].flatMap(([expiresOn, runs]) =>
    keyLists(runs).map((keys): EventDraft => ({
      type: 'ObjectEvent',
      action: 'ADD',
      bizStep: 'commissioning',
      disposition: 'active',
      keys,
      readPoint: identifiers.pool(lot.pool),
      bizLocation: identifiers.pool(lot.pool),
      ilmd: {
        lot: identifiers.lot(lot.lotId),
        sku: identifiers.sku(lot.sku),
        ...(lot.lotExpiresAt === null ? {} : { lotExpiresAt: lot.lotExpiresAt }),
        ...(expiresOn === undefined ? {} : { expiresOn }),
      },
    })),
  );
}

type Transfer = Pick<EventOf<'UnitsTransferred'>['payload'], 'from' | 'to' | 'units'>;

function shipped({ from, to, units }: Transfer, identifiers: EpcisIdentifiers): EventDraft[] {
  return keyLists(units).map((keys) => ({
    type: 'ObjectEvent',
    action: 'OBSERVE',
    bizStep: 'shipping',
    disposition: 'in_transit',
    keys,
    readPoint: identifiers.pool(from),
    destination: { type: 'location', uri: identifiers.pool(to) },
  }));
}

function arrived({ from, to, units }: Transfer, identifiers: EpcisIdentifiers): EventDraft[] {
  return keyLists(units).map((keys) => ({
    type: 'ObjectEvent',
    action: 'OBSERVE',
    bizStep: 'receiving',
    disposition: 'sellable_accessible',
    keys,
    readPoint: identifiers.pool(to),
    bizLocation: identifiers.pool(to),
    source: { type: 'location', uri: identifiers.pool(from) },
  }));
}

function byExpiry(runs: readonly UnitRange[]): Map<string | undefined, UnitRange[]> {
  return grouped(runs, ({ expiresOn }) => expiresOn);
}

function byPool(ranges: readonly PooledRange[]): [pool: string, ranges: PooledRange[]][] {
  return [...grouped(ranges, ({ pool }) => pool)];
}

/** In the order in which each group first appears. */
function grouped<Item, Name>(items: readonly Item[], nameOf: (item: Item) => Name): Map<Name, Item[]> {
  const groups = new Map<Name, Item[]>();
  for (const item of items) {
    const group = groups.get(nameOf(item));
    if (group === undefined) groups.set(nameOf(item), [item]);
    else group.push(item);
  }
  return groups;
}
