import type { EventOf, LedgerEvent } from '../../domain/events.js';
import type { RecordedEvent } from '../../domain/shared/event.js';
import { instantOf, type Instant } from '../../domain/shared/time.js';
import type { Moment } from '../../proof/evidence/answers.js';

/** An event with its place in the ledger's sequence. */
export interface SequencedEvent {
  readonly sequence: number;
  readonly recorded: RecordedEvent<LedgerEvent>;
}

/** An event of one type, with when it was. */
export interface Fact<Type extends LedgerEvent['type']> {
  readonly payload: EventOf<Type>['payload'];
  readonly moment: Moment;
  readonly at: Instant;
  readonly actor: string;
}

export interface ImportFacts {
  readonly opened: Fact<'ImportOpened'>;
  completed: Fact<'ImportCompleted'> | undefined;
  duplicates: Fact<'DuplicateKeysFound'> | undefined;
  readonly chunks: Fact<'KeysRegistered'>[];
}

export interface OrderFacts {
  fulfilled: Fact<'OrderFulfilled'> | undefined;
  readonly settled: Fact<'UnitsSettled'>[];
  readonly revealed: Fact<'KeysRevealed'>[];
  /** Of every event of the order's stream. */
  readonly sequences: number[];
}

type RemovalType = 'UnitsWrittenOff' | 'UnitsReturned';
export type Removal = { [Type in RemovalType]: Fact<Type> & { readonly type: Type } }[RemovalType];

type Handlers = { readonly [Type in LedgerEvent['type']]?: (fact: Fact<Type>, type: Type) => void };

/** What the events of a pack say, in the order of the ledger's sequence. */
export class EvidenceFacts {
  founded: Fact<'LedgerFounded'> | undefined;
  readonly suppliers = new Map<string, Fact<'SupplierRegistered'>>();
  readonly products = new Map<string, Fact<'ProductDefined'>>();
  readonly merchants = new Map<string, Fact<'MerchantRegistered'>>();
  readonly authorisations = new Map<string, Fact<'AuthorisationGranted'>>();
  readonly revocations = new Map<string, Fact<'AuthorisationRevoked'>>();
  readonly purchases = new Map<string, Fact<'PurchaseOrderPlaced'>>();
  /** By attempt. */
  readonly imports = new Map<string, ImportFacts>();
  /** By attempt and sequence of a lot's receipt by its purchase order. */
  readonly receipts = new Map<string, Fact<'LotReceiptRecorded'>>();
  /** A lot's parts, in order. */
  readonly lots = new Map<string, Fact<'LotReceived'>[]>();
  readonly quarantines = new Map<
    string,
    (Fact<'LotQuarantined'> & { readonly kind: 'quarantined' | 'released' })[]
  >();
  readonly removals: Removal[] = [];
  readonly orders = new Map<string, OrderFacts>();

  private readonly handlers: Handlers = {
    LedgerFounded: (fact) => {
      this.founded = fact;
    },
    SupplierRegistered: (fact) => void this.suppliers.set(fact.payload.supplierId, fact),
    ProductDefined: (fact) => void this.products.set(fact.payload.sku, fact),
    MerchantRegistered: (fact) => void this.merchants.set(fact.payload.merchantId, fact),
    AuthorisationGranted: (fact) => void this.authorisations.set(fact.payload.authorisationId, fact),
    AuthorisationRevoked: (fact) => void this.revocations.set(fact.payload.authorisationId, fact),
    PurchaseOrderPlaced: (fact) => void this.purchases.set(fact.payload.poId, fact),
    LotReceiptRecorded: (fact) => void this.receipts.set(fact.payload.attempt, fact),
    ImportOpened: (opened) =>
      void this.imports.set(opened.payload.attempt, {
        opened,
        completed: undefined,
        duplicates: undefined,
        chunks: [],
      }),
    KeysRegistered: (fact) => void this.imports.get(fact.payload.attempt)?.chunks.push(fact),
    DuplicateKeysFound: (fact) => {
      const run = this.imports.get(fact.payload.attempt ?? '');
      if (run !== undefined) run.duplicates = fact;
    },
    ImportCompleted: (fact) => {
      const run = this.imports.get(fact.payload.attempt);
      if (run !== undefined) run.completed = fact;
    },
    LotReceived: (fact) => void listOf(this.lots, fact.payload.lotId).push(fact),
    LotQuarantined: (fact) =>
      void listOf(this.quarantines, fact.payload.lotId).push({ ...fact, kind: 'quarantined' }),
    LotReleased: (fact) =>
      void listOf(this.quarantines, fact.payload.lotId).push({ ...fact, kind: 'released' }),
    UnitsWrittenOff: (fact, type) => void this.removals.push({ ...fact, type }),
    UnitsReturned: (fact, type) => void this.removals.push({ ...fact, type }),
    OrderFulfilled: (fact) => {
      this.order(fact).fulfilled = fact;
    },
    UnitsSettled: (fact) => void this.order(fact).settled.push(fact),
    KeysRevealed: (fact) => void this.order(fact).revealed.push(fact),
    OrderAttemptAbandoned: (fact) => void this.order(fact),
    OrderConflictRecorded: (fact) => void this.order(fact),
  };

  apply({ sequence, recorded }: SequencedEvent): void {
    const { event, context } = recorded;
    const { occurredAt, recordedAt, actor } = context;
    const fact = {
      payload: event.payload,
      moment: { sequence, occurredAt, recordedAt },
      at: instantOf(occurredAt),
      actor,
    };
    const handler = this.handlers[event.type] as ((fact: unknown, type: string) => void) | undefined;
    handler?.(fact, event.type);
  }

  /** The import that made a lot; undefined where the pack does not hold it. */
  importOf(lotId: string): ImportFacts | undefined {
    const attempt = this.lots.get(lotId)?.[0]?.payload.attempt;
    return attempt === undefined ? undefined : this.imports.get(attempt);
  }

  private order({
    payload,
    moment,
  }: {
    readonly payload: { readonly merchantId: string; readonly orderNo: string };
    readonly moment: Moment;
  }): OrderFacts {
    const key = orderKey(payload.merchantId, payload.orderNo);
    const order = this.orders.get(key) ?? { fulfilled: undefined, settled: [], revealed: [], sequences: [] };
    this.orders.set(key, order);
    order.sequences.push(moment.sequence);
    return order;
  }
}

/** An order's merchant and number as one text, no two alike. */
export function orderKey(merchantId: string, orderNo: string): string {
  return JSON.stringify([merchantId, orderNo]);
}

function listOf<Value>(lists: Map<string, Value[]>, key: string): Value[] {
  const list = lists.get(key) ?? [];
  lists.set(key, list);
  return list;
}
