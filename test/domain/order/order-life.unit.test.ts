import fc from 'fast-check';
import { order, type OrderAnswer, type OrderCommand } from '../../../src/domain/order/decide.js';
import type { OrderEvent, SettledPlace } from '../../../src/domain/order/events.js';
import type { OrderState } from '../../../src/domain/order/state.js';
import type { Decision } from '../../../src/domain/shared/decider.js';
import { keyId } from '../../../src/domain/shared/identifiers.js';
import type { SourcedRange } from '../../../src/domain/shared/units.js';
import { decideWithoutTrace, fold, Story } from '../../support/given-when-then.js';
import { abandon, conflict, fulfil, keys, replace, reveal, settle } from './order-facts.js';

/** Every reservation brings keys of its own, as the stock promises; `lag` names a revision that has passed. */
type Action = {
  readonly kind: 'fulfil' | 'abandon' | 'refund' | 'replace' | 'reveal' | 'conflict';
  readonly lag: number;
  readonly refundNo: string;
  readonly places: readonly number[];
};

const action: fc.Arbitrary<Action> = fc.record({
  kind: fc.constantFrom('fulfil', 'abandon', 'refund', 'replace', 'replace', 'reveal', 'conflict'),
  lag: fc.constantFrom(0, 0, 0, 1),
  refundNo: fc.constantFrom('R-1', 'R-2', 'R-3', 'R-4'),
  places: fc.uniqueArray(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 3 }),
});

function commandOf(state: OrderState, turn: number, { kind, lag, refundNo, places }: Action): OrderCommand {
  const revision = Math.max(0, state.nextRevision - lag);
  switch (kind) {
    case 'fulfil':
      return fulfil(revision, keys(`LOT-${turn}`, 1, 3));
    case 'abandon':
      return abandon(revision);
    case 'refund':
      return settle(refundNo, places);
    case 'replace':
      return replace(refundNo, places, revision, keys(`LOT-${turn}`, 1, places.length));
    case 'reveal':
      return reveal(...places.map((place) => Math.max(1, place)));
    default:
      return { kind: 'note-conflict', conflict: conflict.payload };
  }
}

interface Step {
  readonly story: Story<OrderState, OrderCommand, OrderEvent, OrderAnswer>;
  readonly command: OrderCommand;
  readonly decision: Decision<OrderEvent, OrderAnswer>;
}

function onEveryStep(check: (step: Step) => void): void {
  fc.assert(
    fc.property(fc.array(action, { maxLength: 25 }), (actions) => {
      const story = new Story(order);
      actions.forEach((one, turn) => {
        const command = commandOf(story.state, turn, one);
        const decision = story.tell(command);
        check({ story, command, decision });
      });
    }),
    { numRuns: 300 },
  );
}

const idsOf = ({ lotId, firstSerial, count }: SourcedRange): string[] =>
  Array.from({ length: count }, (_, offset) => keyId(lotId, firstSerial + offset));

interface PlaceModel {
  /** Every key that ever held the place, in order. */
  readonly keys: string[];
  refunds: number;
}

/** An order as a list of places. */
function placesOf(events: readonly OrderEvent[]): PlaceModel[] {
  const places: PlaceModel[] = [];
  for (const { type, payload } of events) {
    if (type === 'OrderFulfilled')
      places.push(...payload.units.flatMap(idsOf).map((id) => ({ keys: [id], refunds: 0 })));
    if (type === 'UnitsSettled') payload.places.forEach((settled) => settlePlace(places, settled));
  }
  return places;
}

function settlePlace(places: readonly PlaceModel[], { place, voided, replacement }: SettledPlace): void {
  const held = places[place - 1] as PlaceModel;
  expect(idsOf(voided)).toEqual([held.keys.at(-1)]);
  if (replacement === null) held.refunds += 1;
  else held.keys.push(...idsOf(replacement));
}

describe('whatever is asked of an order', () => {
  it('it is fulfilled at most once (G9), and no key comes to it twice (G2)', () => {
    onEveryStep(({ story }) => {
      expect(story.events.filter(({ type }) => type === 'OrderFulfilled').length).toBeLessThanOrEqual(1);
      const issued = placesOf(story.events).flatMap((place) => place.keys);
      expect(new Set(issued).size).toBe(issued.length);
    });
  });

  it('a place is paid back at most once, and each refund number is used once (G8)', () => {
    onEveryStep(({ story }) => {
      for (const { refunds } of placesOf(story.events)) expect(refunds).toBeLessThanOrEqual(1);
      const refundNos = story.events.flatMap((event) =>
        event.type === 'UnitsSettled' ? [event.payload.refundNo] : [],
      );
      expect(new Set(refundNos).size).toBe(refundNos.length);
    });
  });

  it('its state says what its history says, place by place', () => {
    onEveryStep(({ story }) => {
      expect(story.state.nextRevision).toBe(story.events.length);
      const told = placesOf(story.events).map(({ keys: held, refunds }) => [held.at(-1), refunds > 0]);
      expect(story.state.places.map(({ unit, settled }) => [...idsOf(unit), settled])).toEqual(told);
      expect(fold(order, story.events)).toEqual(story.state);
    });
  });

  it('a reveal shows only keys that hold a place', () => {
    onEveryStep(({ story, decision }) => {
      for (const event of decision.events) {
        if (event.type !== 'KeysRevealed') continue;
        for (const { place, lotId, serial } of event.payload.keys) {
          expect(placesOf(story.events)[place - 1]).toMatchObject({ refunds: 0 });
          expect(placesOf(story.events)[place - 1]?.keys.at(-1)).toBe(keyId(lotId, serial));
        }
      }
    });
  });

  it('a step of a protocol taken again records nothing more, and deciding changes nothing', () => {
    onEveryStep(({ story, command, decision }) => {
      const again = decideWithoutTrace(order, story.state, command);
      if (decision.kind === 'accepted' && command.kind !== 'reveal') expect(again.events).toEqual([]);
    });
  });

  it('a repeated command is told what it was told first, or is decided again', () => {
    onEveryStep(({ decision }) => {
      const recalled = order.recall(decision.events);
      if (recalled === undefined) return;
      expect(recalled).toEqual(decision.kind === 'refused' ? decision.refusal : decision.answer);
    });
  });
});
