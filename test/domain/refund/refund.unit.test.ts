import fc from 'fast-check';
import { refund, type RefundCommand } from '../../../src/domain/refund/decide.js';
import type { RefundBody, RefundEvent } from '../../../src/domain/refund/events.js';
import { isSameRefund } from '../../../src/domain/refund/state.js';
import { decideWithoutTrace, fold, given, Story } from '../../support/given-when-then.js';

const body: RefundBody = {
  merchantId: 'M-1',
  refundNo: 'R-1',
  orderNo: 'O-1',
  units: [2, 1],
  reason: 'bad_key',
  remedy: 'replace',
};
const other: RefundBody = { ...body, orderNo: 'O-2' };

const opened = (attempt: number, terms = body): RefundEvent => ({
  type: 'RefundOpened',
  schemaVersion: 1,
  payload: { ...terms, attempt, commandId: 'C-1' },
});
const completed = (attempt: number): RefundEvent => ({
  type: 'RefundCompleted',
  schemaVersion: 1,
  payload: { ...body, attempt },
});
const refused = (attempt: number): RefundEvent => ({
  type: 'RefundRefused',
  schemaVersion: 1,
  payload: {
    merchantId: 'M-1',
    refundNo: 'R-1',
    orderNo: 'O-1',
    attempt,
    code: 'shortage',
    message: 'too few',
  },
});
const conflict: Extract<RefundEvent, { type: 'RefundConflictRecorded' }> = {
  type: 'RefundConflictRecorded',
  schemaVersion: 1,
  payload: {
    merchantId: 'M-1',
    refundNo: 'R-1',
    offered: { orderNo: 'O-2', units: '[1]', reason: 'goodwill', remedy: 'refund' },
  },
};

const open = (terms = body, commandId = 'C-1'): RefundCommand => ({ kind: 'open', body: terms, commandId });
const complete = (attempt: number): RefundCommand => ({ kind: 'complete', attempt });
const refuse = (attempt: number): RefundCommand => ({
  kind: 'refuse',
  attempt,
  code: 'shortage',
  message: 'too few',
});

describe("a refund's number", () => {
  it('is opened with its body', () => {
    given(refund)
      .when(open())
      .records(opened(1))
      .answers({ kind: 'open', body, attempt: 1, commandId: 'C-1' });
  });

  it('that is open is carried on by the same body, places in whatever order', () => {
    for (const units of [
      [2, 1],
      [1, 2],
    ])
      expect(
        given(refund, opened(1))
          .when(open({ ...body, units }, 'C-2'))
          .changesNothing().answer,
      ).toMatchObject({
        kind: 'open',
        body,
        attempt: 1,
        commandId: 'C-1',
      });
  });

  it('that is open with another body is brought to its end first: one number for two orders', () => {
    const { answer } = given(refund, opened(1)).when(open(other)).changesNothing();
    expect(answer).toMatchObject({ kind: 'busy', body, attempt: 1 });
  });

  it('is used up once the refund is completed', () => {
    given(refund, opened(1)).when(complete(1)).records(completed(1)).answers({ kind: 'done' });
    for (const terms of [body, other])
      expect(given(refund, opened(1), completed(1)).when(open(terms)).changesNothing().answer).toMatchObject({
        kind: 'completed',
        body,
      });
  });

  it('is free again after a refusal, for any body, as a new attempt', () => {
    given(refund, opened(1)).when(refuse(1)).isRefused('shortage', refused(1));
    given(refund, opened(1), refused(1)).when(open(other)).records(opened(2, other));
  });

  it('that comes again with another body leaves a fact and is refused', () => {
    given(refund, opened(1), completed(1))
      .when({ kind: 'note-conflict', conflict: conflict.payload })
      .isRefused('refund_conflict', conflict);
    given(refund, opened(1), completed(1), conflict)
      .when({ kind: 'note-conflict', conflict: conflict.payload })
      .isRefused('refund_conflict');
    given(refund, opened(1), completed(1), conflict).when(complete(1)).changesNothing();
  });

  it('is not ended by an owner of an attempt that is over', () => {
    const history = [opened(1), refused(1), opened(2, other)];
    given(refund, ...history)
      .when(complete(1))
      .changesNothing();
    given(refund, ...history)
      .when(refuse(1))
      .isRefused('shortage');
    given(refund, opened(1), completed(1)).when(refuse(1)).isRefused('shortage');
    given(refund).when(complete(1)).changesNothing();
  });
});

describe('the same refund', () => {
  it('is of the same order, places, reason and remedy', () => {
    expect(isSameRefund(body, body)).toBe(true);
    expect(isSameRefund(body, { ...body, orderNo: 'O-2' })).toBe(false);
    expect(isSameRefund(body, { ...body, reason: 'goodwill' })).toBe(false);
    expect(isSameRefund(body, { ...body, remedy: 'refund' })).toBe(false);
  });

  it('names its places as a set: [1, 1] equals [1] here', () => {
    const one = { ...body, units: [1] };
    expect(isSameRefund(one, { ...one, units: [1, 1] })).toBe(true);
    expect(isSameRefund(body, { ...body, units: [1, 2, 1] })).toBe(true);
    for (const units of [[], [1], [1, 3], [1, 2, 3], ['1', 2], '12', null, undefined])
      expect(isSameRefund(body, { ...body, units })).toBe(false);
  });
});

describe('what a repeated command is told', () => {
  it('is what it was told first, or is decided again where the refund is still open', () => {
    expect(refund.recall([completed(1)])).toEqual({ kind: 'done' });
    expect(refund.recall([refused(1)])).toMatchObject({ code: 'shortage', message: 'too few' });
    expect(refund.recall([conflict])).toMatchObject({ code: 'refund_conflict' });
    expect(refund.recall([opened(1)])).toBeUndefined();
    expect(refund.recall([])).toBeUndefined();
  });
});

/** A refund's number as one word and a count. */
class NumberModel {
  standing: 'free' | 'open' | 'completed' = 'free';
  attempts = 0;

  /** @returns whether the number is free after this, so that the same command may open it anew */
  take(command: RefundCommand): boolean {
    if (command.kind === 'open') this.open();
    else if (command.kind !== 'note-conflict' && command.attempt === this.attempts) this.end(command.kind);
    return this.standing === 'free' && command.kind === 'open';
  }

  private open(): void {
    if (this.standing !== 'free') return;
    this.standing = 'open';
    this.attempts += 1;
  }

  private end(kind: 'complete' | 'refuse'): void {
    if (this.standing === 'open') this.standing = kind === 'complete' ? 'completed' : 'free';
  }
}

describe("whatever is asked of a refund's number", () => {
  const command = fc.oneof(
    fc.constantFrom(open(), open(other), open({ ...body, units: [1, 2] })),
    fc.integer({ min: 0, max: 3 }).map(complete),
    fc.integer({ min: 0, max: 3 }).map(refuse),
  );

  it('it is used up at most once, its attempts follow each other, and steps taken again record nothing', () => {
    fc.assert(
      fc.property(fc.array(command, { maxLength: 20 }), (commands) => {
        const story = new Story(refund);
        const number = new NumberModel();
        for (const one of commands) {
          const isOver = number.take(one);
          story.tell(one);
          expect(story.state).toMatchObject({
            attempts: number.attempts,
            standing: { kind: number.standing },
          });
          if (!isOver) expect(decideWithoutTrace(refund, story.state, one).events).toEqual([]);
        }
        expect(story.events.filter(({ type }) => type === 'RefundCompleted').length).toBeLessThanOrEqual(1);
        expect(fold(refund, story.events)).toEqual(story.state);
      }),
    );
  });
});
