import type { EvidenceQuestion } from './question.js';

/** Money in a decimal text of six digits, with its currency. */
export interface Amount {
  readonly amount: string;
  readonly currency: string;
}

/** What an event did, and when. */
export interface Moment {
  readonly sequence: number;
  readonly occurredAt: string;
  readonly recordedAt: string;
}

/**
 * Whether a source was authorised at one second. Judged by all that the ledger says up to the checkpoint; `revoked`
 * says since when that was known.
 */
export interface Authority extends Moment {
  /** As the event records it; at a receipt, where none is recorded, the lowest id in force, or null for none. */
  readonly authorisationId: string | null;
  readonly inForce: boolean;
}

export interface AuthorisationAnswer {
  readonly authorisationId: string;
  readonly issuer: string;
  readonly supplierId: string;
  readonly skus: readonly string[];
  readonly validFrom: string;
  /** Null: no end. */
  readonly validTo: string | null;
  readonly granted: Moment;
  readonly revoked: (Moment & { readonly revokedAt: string; readonly reason: string | null }) | null;
}

/** A name that was registered. */
export interface NamedAnswer {
  readonly id: string;
  readonly name: string;
  readonly sequence: number;
}

export interface LotAnswer {
  readonly lotId: string;
  readonly sku: string;
  readonly supplierId: string;
  readonly poId: string;
  /** The line of the purchase order, from 1. */
  readonly poLine: number;
  readonly unitCost: Amount;
  readonly expiresAt: string | null;
  readonly file: { readonly name: string; readonly sha256: string; readonly bytes: number };
  readonly accepted: number;
  readonly purchase: Authority;
  readonly receipt: Authority;
  readonly quarantined: boolean;
  readonly quarantines: readonly (Moment & {
    readonly kind: 'quarantined' | 'released';
    readonly reason: string | null;
  })[];
  /** Every event that says something of the lot as a whole. */
  readonly sequences: readonly number[];
}

export interface OrderAnswer extends Moment {
  readonly merchantId: string;
  readonly orderNo: string;
  readonly sku: string;
  readonly pool: string;
  readonly quantity: number;
  readonly unitPrice: Amount;
  readonly refunds: readonly (Moment & {
    readonly refundNo: string;
    readonly places: readonly number[];
    readonly reason: string;
    readonly remedy: string;
  })[];
  readonly reveals: readonly (Moment & {
    readonly actor: string;
    readonly purpose: string;
    readonly places: readonly number[];
  })[];
  readonly sequences: readonly number[];
}

export type KeyState = 'held' | 'issued' | 'void' | 'writtenOff' | 'returned';

/** Consecutive serials of one lot with one history; on consecutive lines of the key file, on consecutive places. */
export interface KeyRunAnswer {
  readonly lotId: string;
  readonly firstSerial: number;
  readonly count: number;
  /** The line of the key file that the first came from. */
  readonly firstLine: number;
  /** The keys' own last good day. */
  readonly expiresOn: string | null;
  readonly state: KeyState;
  readonly sale:
    | (Authority & {
        readonly merchantId: string;
        readonly orderNo: string;
        readonly firstPlace: number;
        readonly role: 'issued' | 'replacement';
      })
    | null;
  /** What made it void. */
  readonly settlement:
    | (Moment & {
        readonly refundNo: string;
        readonly reason: string;
        readonly remedy: string;
        /** The key that took its place. */
        readonly replacedBy: string | null;
      })
    | null;
  /** Every event of these keys: registered, received, sold, revealed, settled, removed. */
  readonly sequences: readonly number[];
}

export const FIGURES = [
  'unitsReceived',
  'unitsIssued',
  'unitsReplacement',
  'unitsRefunded',
  'unitsReplaced',
  'unitsWrittenOff',
  'unitsReturned',
  'unitsHeld',
  'revenue',
  'costOfGoodsSold',
  'supplierClaims',
  'inventoryLosses',
  'returnedToSupplier',
  'onHandCost',
] as const;

export type FigureName = (typeof FIGURES)[number];

/** A number with the events that it comes from. */
export interface FigureAnswer {
  readonly name: FigureName;
  /** A whole number of units, or an amount with six decimals. */
  readonly value: string;
  readonly sequences: readonly number[];
}

export interface TotalAnswer {
  /** Null: all products of this currency. */
  readonly sku: string | null;
  readonly currency: string;
  /** In the order of `FIGURES`; those that no event moved are left out. */
  readonly figures: readonly FigureAnswer[];
}

/** `answers.json`. Lists are in the order of their ids' UTF-16 units, or of the ledger's sequence. */
export interface EvidenceAnswers {
  readonly question: EvidenceQuestion;
  readonly ledger: { readonly ledgerId: string; readonly sequence: number };
  readonly suppliers: readonly NamedAnswer[];
  readonly products: readonly NamedAnswer[];
  readonly merchants: readonly NamedAnswer[];
  readonly authorisations: readonly AuthorisationAnswer[];
  readonly lots: readonly LotAnswer[];
  readonly orders: readonly OrderAnswer[];
  readonly keys: readonly KeyRunAnswer[];
  readonly totals: readonly TotalAnswer[];
}

/** An element of `documents.json`: a file that the goods came with. */
export interface DocumentAnswer {
  readonly lotId: string;
  readonly name: string;
  readonly sha256: string;
  readonly bytes: number;
  /** Of the event that says so. */
  readonly sequence: number;
}
