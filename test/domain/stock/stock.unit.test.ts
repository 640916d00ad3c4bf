import fc from 'fast-check';
import { reservationIdOf } from '../../../src/domain/shared/attempt.js';
import type { Decision } from '../../../src/domain/shared/decider.js';
import { stock, type StockAnswer, type StockCommand } from '../../../src/domain/stock/decide.js';
import type { StockEvent } from '../../../src/domain/stock/events.js';
import { stockSnapshot } from '../../../src/domain/stock/snapshot.js';
import type { LotInStock, StockState } from '../../../src/domain/stock/state.js';
import { decideWithoutTrace, fold, Story } from '../../support/given-when-then.js';
import { lotPlans, partOf, stockActions, type LotPlan, type StockAction } from './stock-actions.js';
import { keysOf, StockModel, type Expected } from './stock-model.js';

type StockDecision = Decision<StockEvent, StockAnswer>;

const RUNS = { numRuns: 100 };

/** Turns actions into commands: the parts of a lot come in their order, and again once all are there. */
function commandsOf(plans: readonly LotPlan[], actions: readonly StockAction[]): StockCommand[] {
  const next = plans.map(() => 0);
  return actions.map((action) => {
    if (action.kind === 'command') return action.command;
    const plan = plans[action.lot] as LotPlan;
    const index = Math.min(next[action.lot] as number, plan.parts.length - 1);
    next[action.lot] = index + 1;
    return partOf(plan, index);
  });
}

/** Names the attempt's reservation, or one that is long gone. */
function withReservation(state: StockState, command: StockCommand): StockCommand {
  if (command.kind !== 'confirm' && command.kind !== 'release') return command;
  const { reservationId: attempt } = command;
  const outstanding = state.reservations.get(attempt);
  return { ...command, reservationId: outstanding?.reservationId ?? reservationIdOf(attempt, 999_999) };
}

/** Plays a random month on one product and hands every step to the check. */
function onEveryStep(
  check: (step: {
    story: Story<StockState, StockCommand, StockEvent, StockAnswer>;
    model: StockModel;
    command: StockCommand;
    decision: StockDecision;
    expected: Expected;
  }) => void,
): void {
  fc.assert(
    fc.property(lotPlans, stockActions, (plans, actions) => {
      const story = new Story(stock);
      const model = new StockModel();
      for (const planned of commandsOf(plans, actions)) {
        const command = withReservation(story.state, planned);
        const expected = model.take(command);
        const decision = story.tell(command);
        check({ story, model, command, decision, expected });
      }
    }),
    RUNS,
  );
}

function keysTaken(events: readonly StockEvent[]): string[] {
  return events.flatMap((event) => ('units' in event.payload ? keysOf(event.payload.units) : []));
}

const lotsOf = (state: StockState): LotInStock[] => [...state.lots.values()];

describe('whatever is asked of a stock', () => {
  it('to decide changes nothing', () => {
    onEveryStep(({ story, command }) => {
      decideWithoutTrace(stock, story.state, command);
    });
  });

  it('it decides as an array of units would: the same units in the same order, or the same refusal', () => {
    onEveryStep(({ command, decision, expected }) => {
      if (decision.kind === 'refused') {
        expect(decision.refusal.code).toBe(expected.outcome);
        return;
      }
      expect(expected.outcome).toBe('done');
      const isRepeat = command.kind === 'reserve' && decision.events.length === 0;
      if (isRepeat && decision.answer.kind === 'reserved')
        expect(keysOf(decision.answer.units)).toEqual(expected.keys);
      else if (!isRepeat) expect(keysTaken(decision.events)).toEqual(expected.keys);
    });
  });

  it('a key is set aside once at a time and issued at most once, ever (G2)', () => {
    const issued = new Map<object, Set<string>>();
    onEveryStep(({ story, decision }) => {
      const gone = issued.get(story) ?? new Set<string>();
      issued.set(story, gone);
      const outstanding = [...story.state.reservations.values()].flatMap(({ units }) => keysOf(units));
      expect(new Set(outstanding).size).toBe(outstanding.length);
      expect(outstanding.filter((key) => gone.has(key))).toEqual([]);
      for (const event of decision.events) {
        if (event.type !== 'ReservationConfirmed') continue;
        const reservation = story.events.findLast(
          (told) =>
            told.type === 'UnitsReserved' && told.payload.reservationId === event.payload.reservationId,
        );
        for (const key of keysTaken(reservation === undefined ? [] : [reservation])) {
          expect(gone.has(key)).toBe(false);
          gone.add(key);
        }
      }
    });
  });

  it('every unit that was received is somewhere, and just once (G4)', () => {
    onEveryStep(({ story, model }) => {
      const reserved = [...story.state.reservations.values()].flatMap(({ units }) => units);
      for (const lot of lotsOf(story.state).filter(({ open }) => open)) {
        const aside = reserved
          .filter(({ lotId }) => lotId === lot.lotId)
          .reduce((sum, { count }) => sum + count, 0);
        const gone = model.count(lot.lotId, 'issued', 'writtenOff', 'returned');
        const received = model.units.filter(({ lotId }) => lotId === lot.lotId).length;
        expect(lot.heldUnits + aside + gone).toBe(received);
        const held = model.units.filter(({ lotId, fate }) => lotId === lot.lotId && fate === 'held');
        const inRuns = lot.runs.flatMap((run) =>
          Array.from({ length: run.count }, (_, offset) => [run.firstSerial + offset, run.pool]),
        );
        expect(inRuns).toEqual(held.map(({ serial, pool }) => [serial, pool]));
      }
    });
  });

  it('no quantity is ever negative, and no run is empty (G5)', () => {
    onEveryStep(({ story }) => {
      for (const lot of lotsOf(story.state)) {
        expect(lot.heldUnits).toBeGreaterThanOrEqual(0);
        for (const units of lot.heldByPool.values()) expect(units).toBeGreaterThanOrEqual(0);
        for (const run of lot.runs) expect(run.count).toBeGreaterThan(0);
        if (lot.open)
          expect([...lot.heldByPool.values()].reduce((sum, units) => sum + units, 0)).toBe(lot.heldUnits);
      }
    });
  });

  it('units leave only from authorised sources and from lots out of quarantine (G11)', () => {
    onEveryStep(({ model, command, decision }) => {
      for (const event of decision.events) {
        if (event.type !== 'UnitsReserved' || command.kind !== 'reserve') continue;
        for (const { lotId, supplierId, authorisationId } of event.payload.units) {
          expect(command.authorisationOf(supplierId)).toBe(authorisationId);
          expect(model.lots.get(lotId)).toMatchObject({ quarantined: false, supplierId });
        }
      }
    });
  });

  it('a shortage is an event of its own and never part of an order (G19)', () => {
    onEveryStep(({ command, decision }) => {
      for (const event of decision.events) {
        if (event.type === 'UnitsReserved')
          expect(keysOf(event.payload.units)).toHaveLength(event.payload.quantity);
        if (event.type === 'ShortageRecorded')
          expect(event.payload.free).toBeLessThan(event.payload.requested);
        if (event.type === 'UnauthorisedSourceRecorded') {
          expect(event.payload.authorised).toBeLessThan(event.payload.requested);
          expect(event.payload.free).toBeGreaterThanOrEqual(event.payload.requested);
        }
      }
      if (command.kind === 'reserve' && decision.kind === 'refused')
        expect(decision.events.filter(({ type }) => type === 'UnitsReserved')).toEqual([]);
    });
  });

  it('a decision taken twice is recorded once, where a step of a protocol may be taken again', () => {
    onEveryStep(({ story, command, decision }) => {
      const again = stock.decide(story.state, command);
      if (decision.kind === 'refused') expect(again).toMatchObject({ kind: 'refused', events: [] });
      else if (['receive', 'reserve', 'confirm', 'release'].includes(command.kind)) {
        expect(again).toEqual({ kind: 'accepted', events: [], answer: decision.answer });
      }
    });
  });

  it('a repeated command is told what it was told first, or is decided again', () => {
    onEveryStep(({ decision }) => {
      const recalled = stock.recall(decision.events);
      if (recalled === undefined) return;
      expect(recalled).toEqual(decision.kind === 'refused' ? decision.refusal : decision.answer);
    });
  });

  it('a snapshot of it, kept as JSON, is the same as its whole history', () => {
    onEveryStep(({ story }) => {
      const kept = JSON.parse(JSON.stringify(stockSnapshot.write(story.state))) as unknown;
      expect(stockSnapshot.read(kept)).toEqual(story.state);
    });
  });

  it('its history folds to the state it has, and the lots that hold units stand in their turn', () => {
    onEveryStep(({ story }) => {
      expect(fold(stock, story.events)).toEqual(story.state);
      const holding = lotsOf(story.state).filter((lot) => lot.open && lot.heldUnits > 0);
      expect(story.state.active).toEqual(holding.sort((left, right) => left.turn - right.turn));
    });
  });
});
