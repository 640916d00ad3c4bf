import type { BizTransaction, ClassQuantity, EventDraft } from './event-draft.js';

export interface Place {
  readonly id: string;
}

export type Ilmd = Readonly<Record<string, string>>;

/** An EPCIS 2.0 event as JSON-LD, but for its id. The members' names are the standard's. */
export interface EpcisContent {
  readonly type: EventDraft['type'];
  readonly eventTime: string;
  readonly eventTimeZoneOffset: string;
  readonly recordTime: string;
  readonly epcList?: readonly string[];
  readonly quantityList?: readonly ClassQuantity[];
  readonly action: EventDraft['action'];
  readonly bizStep?: string;
  readonly disposition?: string;
  readonly readPoint?: Place;
  readonly bizLocation?: Place;
  readonly bizTransactionList?: readonly BizTransaction[];
  readonly sourceList?: readonly { readonly type: string; readonly source: string }[];
  readonly destinationList?: readonly { readonly type: string; readonly destination: string }[];
  readonly ilmd?: Ilmd;
  /** The URI of the ledger's event that it was made of: no two EPCIS events have the same content. */
  readonly 'sourcebook:event': string;
}

export interface EpcisEvent extends EpcisContent {
  readonly eventID: string;
}
