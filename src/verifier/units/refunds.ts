import { Misfit } from '../findings.js';
import { countOf, listOf, textOf, type Members } from '../history/payloads.js';
import type { StreamNames } from '../source/stream-names.js';
import type { Rule, Rules, ToldEvent } from './told-event.js';

interface Refund {
  /** Order, places, reason and remedy, as one text. */
  readonly body: string;
  readonly attempt: number;
  state: 'open' | 'settled' | 'completed' | 'refused';
}

const REASONS: readonly unknown[] = ['bad_key', 'goodwill'];
const REMEDIES: readonly unknown[] = ['refund', 'replace'];

/** Refunds by their numbers: opened, settled by the order, completed; or refused, and the number is free again. */
export class Refunds {
  private readonly byStream = new Map<string, Refund>();

  constructor(private readonly names: StreamNames) {}

  readonly rules: Rules = {
    RefundOpened: refundRule((event) => this.open(event)),
    RefundCompleted: refundRule((event) => this.complete(event)),
    RefundRefused: refundRule((event) => {
      this.inState(event, 'open').state = 'refused';
    }),
    RefundConflictRecorded: refundRule(({ stream }) => {
      if (!this.byStream.has(stream))
        throw new Misfit('refund_state', 'it conflicts with a refund that never was');
    }),
  };

  /** Refunds that were opened and have no outcome yet. */
  get unfinished(): number {
    return [...this.byStream.values()].filter(({ state }) => state === 'open' || state === 'settled').length;
  }

  /** That an order may settle these places for a refund. @throws Misfit */
  settle(payload: Members, places: readonly number[]): void {
    const refundNo = textOf(payload, 'refundNo');
    const refund = this.byStream.get(this.names.of('refund', textOf(payload, 'merchantId'), refundNo));
    if (refund?.state !== 'open')
      throw new Misfit(
        'refund_state',
        `refund ${refundNo} is ${refund?.state ?? 'not opened'}, and the order settles it`,
      );
    if (refund.body !== bodyOf(payload, places))
      throw new Misfit(
        'terms_differ',
        `refund ${refundNo} was opened for another order, other places, reason or remedy`,
      );
    refund.state = 'settled';
  }

  private open({ payload, stream }: ToldEvent): void {
    const before = this.byStream.get(stream);
    const refundNo = textOf(payload, 'refundNo');
    if (before !== undefined && before.state !== 'refused')
      throw new Misfit('recorded_twice', `refund ${refundNo} is ${before.state} already`);
    const attempt = countOf(payload, 'attempt', 1);
    if (attempt !== (before?.attempt ?? 0) + 1)
      throw new Misfit(
        'refund_state',
        `attempt ${attempt} of refund ${refundNo} does not follow the one before`,
      );
    this.byStream.set(stream, { body: bodyOf(payload, listOf(payload, 'units')), attempt, state: 'open' });
  }

  private complete(event: ToldEvent): void {
    const refund = this.inState(event, 'settled');
    if (refund.body !== bodyOf(event.payload, listOf(event.payload, 'units')))
      throw new Misfit('terms_differ', 'it completes with another body than it was opened with');
    refund.state = 'completed';
  }

  private inState({ stream, payload }: ToldEvent, state: Refund['state']): Refund {
    const refund = this.byStream.get(stream);
    if (refund !== undefined && refund.state === state && refund.attempt === payload['attempt'])
      return refund;
    throw new Misfit(
      'refund_state',
      `refund ${textOf(payload, 'refundNo')} is ${refund?.state ?? 'not opened'} and not ${state} in this attempt`,
    );
  }
}

function bodyOf(payload: Members, places: readonly unknown[]): string {
  const { reason, remedy } = payload;
  if (!REASONS.includes(reason) || !REMEDIES.includes(remedy))
    throw new Misfit('bad_payload', 'its reason or remedy is none');
  if (places.length === 0 || new Set(places).size < places.length)
    throw new Misfit('bad_payload', 'it names no place, or one twice');
  return JSON.stringify([textOf(payload, 'orderNo'), places, reason, remedy]);
}

function refundRule(apply: Rule['apply']): Rule {
  return {
    versions: [1],
    stream: (payload, names) =>
      names.of('refund', textOf(payload, 'merchantId'), textOf(payload, 'refundNo')),
    apply,
  };
}
