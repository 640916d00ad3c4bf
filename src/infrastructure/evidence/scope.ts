import { parseKeyId } from '../../domain/shared/identifiers.js';
import { instantOf, type Instant } from '../../domain/shared/time.js';
import type { EvidenceQuestion } from '../../proof/evidence/question.js';
import { orderKey, type Fact } from './facts.js';
import type { KeyHistory, Sale } from './key-runs.js';

/** What of a pack's events a question is about. */
export interface Scope {
  hasSale(sale: Sale): boolean;
  hasKey(history: KeyHistory): boolean;
  /** Whether what an event did at a moment counts in the totals; its key is asked about apart. */
  counts(at: Instant): boolean;
  /** Whether stock that was received or removed counts, key by key or by lot. */
  hasStock(lotId: string): boolean;
  /** The lots that are shown whole, sold or not. */
  readonly wholeLot: string | undefined;
}

const ALWAYS = (): boolean => true;
const NEVER = (): boolean => false;

export function scopeOf(question: EvidenceQuestion): Scope {
  switch (question.kind) {
    case 'orders': {
      const wanted = new Set(question.orders.map(({ merchantId, orderNo }) => orderKey(merchantId, orderNo)));
      const hasSale = (sale: Sale) => wanted.has(orderKey(sale.merchantId, sale.orderNo));
      return { hasSale, hasKey: ALWAYS, counts: ALWAYS, hasStock: NEVER, wholeLot: undefined };
    }
    case 'authorisation': {
      const hasSale = ({ range }: Sale) => range.authorisationId === question.authorisationId;
      return { hasSale, hasKey: ALWAYS, counts: ALWAYS, hasStock: NEVER, wholeLot: undefined };
    }
    case 'lot': {
      const { lotId } = question;
      const hasSale = ({ range }: Sale) => range.lotId === lotId;
      return { hasSale, hasKey: ALWAYS, counts: ALWAYS, hasStock: (lot) => lot === lotId, wholeLot: lotId };
    }
    case 'period':
      return periodScope(instantOf(question.from), instantOf(question.to));
    case 'key': {
      const key = parseKeyId(question.keyId);
      const hasSale = ({ range }: Sale) => range.lotId === key?.lotId;
      const hasKey = ({ serial }: KeyHistory) => serial === key?.serial;
      return { hasSale, hasKey, counts: ALWAYS, hasStock: NEVER, wholeLot: undefined };
    }
  }
}

/** A key belongs to a period in which it was sold or became void. */
function periodScope(from: Instant, to: Instant): Scope {
  const counts = (at: Instant) => from <= at && at < to;
  const isIn = (fact: Pick<Fact<'UnitsSettled'>, 'at'> | undefined) => fact !== undefined && counts(fact.at);
  return {
    hasSale: ALWAYS,
    hasKey: ({ sale, settlement }) => isIn(sale?.event) || isIn(settlement?.event),
    counts,
    hasStock: ALWAYS,
    wholeLot: undefined,
  };
}
