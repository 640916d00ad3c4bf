import type { DomainEvent } from '../shared/event.js';
import type { RefusalCode } from '../shared/refusal.js';

// These types are the storage contract: they outlive the code. Add a version and an upcaster, never change one.

export interface RefundBody {
  readonly merchantId: string;
  readonly refundNo: string;
  readonly orderNo: string;
  /** Places within the order, from 1, in the order that the caller named them. */
  readonly units: readonly number[];
  readonly reason: 'bad_key' | 'goodwill';
  readonly remedy: 'refund' | 'replace';
}

export type RefundOpened = DomainEvent<
  'RefundOpened',
  RefundBody & {
    readonly attempt: number;
    /** Whoever carries the refund on records its outcome under the id of the command that opened it. */
    readonly commandId: string;
  }
>;

/** Uses the refund's number up. */
export type RefundCompleted = DomainEvent<'RefundCompleted', RefundBody & { readonly attempt: number }>;

/** The number is free again. */
export type RefundRefused = DomainEvent<
  'RefundRefused',
  {
    merchantId: string;
    refundNo: string;
    orderNo: string;
    attempt: number;
    code: RefusalCode;
    message: string;
  }
>;

/** A fact for auditors: the number came again with another body. Changes nothing. */
export type RefundConflictRecorded = DomainEvent<
  'RefundConflictRecorded',
  {
    merchantId: string;
    refundNo: string;
    offered: { orderNo: string; units: string; reason: string; remedy: string };
  }
>;

export type RefundEvent = RefundOpened | RefundCompleted | RefundRefused | RefundConflictRecorded;
