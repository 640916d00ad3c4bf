/** Words of CBV 2.0 that the ledger's history needs. */
export type BizStep =
  | 'commissioning'
  | 'destroying'
  | 'holding'
  | 'receiving'
  | 'replacing'
  | 'retail_selling'
  | 'shipping'
  | 'stocking';

export type Disposition =
  | 'active'
  | 'destroyed'
  | 'in_progress'
  | 'in_transit'
  | 'needs_replacement'
  | 'non_sellable_other'
  | 'retail_sold'
  | 'returned'
  | 'sellable_accessible';

export type EpcisEventType = 'ObjectEvent' | 'TransactionEvent';

/** Consecutive serials of one lot. */
export interface KeyRun {
  readonly lotId: string;
  readonly firstSerial: number;
  readonly count: number;
}

export interface ClassQuantity {
  readonly epcClass: string;
  /** Left out where the event does not say how many. */
  readonly quantity?: number;
}

export interface BizTransaction {
  readonly type: 'po' | 'rma';
  readonly bizTransaction: string;
}

/** A party or a place by its URI. */
export interface SourceOrDestination {
  readonly type: 'owning_party' | 'location';
  readonly uri: string;
}

/**
 * One EPCIS event before its keys and its id are written out. It has a source or a destination, never both: hash
 * implementations put the two in different orders.
 */
export interface EventDraft {
  readonly type: EpcisEventType;
  readonly action: 'ADD' | 'OBSERVE' | 'DELETE';
  readonly bizStep?: BizStep;
  readonly disposition?: Disposition;
  /** At most KEYS_PER_EVENT_MAX keys; empty where the event is about classes. */
  readonly keys: readonly KeyRun[];
  readonly quantities?: readonly ClassQuantity[];
  /** Where it was seen. */
  readonly readPoint?: string;
  /** Where it is from then on. */
  readonly bizLocation?: string;
  readonly bizTransactions?: readonly BizTransaction[];
  readonly source?: SourceOrDestination;
  readonly destination?: SourceOrDestination;
  /** By local name: what is true of the goods from their beginning. Only with action ADD. */
  readonly ilmd?: Readonly<Record<string, string>>;
}

/** How many keys one EPCIS event names at most. */
export const KEYS_PER_EVENT_MAX = 1000;

/** Cuts runs into lists of at most `max` keys, in their order. */
export function keyLists(runs: readonly KeyRun[], max = KEYS_PER_EVENT_MAX): KeyRun[][] {
  const lists: KeyRun[][] = [];
  let room = 0;
  for (const { lotId, firstSerial, count } of runs) {
    for (let taken = 0; taken < count;) {
      if (room === 0) {
        lists.push([]);
        room = max;
      }
      const length = Math.min(room, count - taken);
      lists.at(-1)?.push({ lotId, firstSerial: firstSerial + taken, count: length });
      taken += length;
      room -= length;
    }
  }
  return lists;
}

export function keyCount(runs: readonly KeyRun[]): number {
  return runs.reduce((sum, { count }) => sum + count, 0);
}
