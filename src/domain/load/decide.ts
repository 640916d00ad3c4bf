import { accept, DONE, type Decider, type Decision, type Done } from '../shared/decider.js';
import { unreachable } from '../shared/event.js';
import type { LineOutcome, LoadEvent } from './events.js';
import { evolveLoad, initialLoad, type LoadState } from './state.js';

export type LoadCommand =
  | { readonly kind: 'start'; readonly packDigest: string; readonly name: string }
  | {
      readonly kind: 'record';
      readonly packDigest: string;
      readonly outcomes: readonly LineOutcome[];
      readonly at: string;
    }
  | { readonly kind: 'finish'; readonly packDigest: string };

function decide(state: LoadState, command: LoadCommand): Decision<LoadEvent, Done> {
  switch (command.kind) {
    case 'start':
      return start(state, command.packDigest, command.name);
    case 'record':
      return record(state, command);
    case 'finish':
      return finish(state, command.packDigest);
    default:
      return unreachable(command);
  }
}

function start(state: LoadState, packDigest: string, name: string): Decision<LoadEvent, Done> {
  return accept(
    state.started ? [] : [{ type: 'LoadStarted', schemaVersion: 1, payload: { packDigest, name } }],
    DONE,
  );
}

/** Lines are recorded once and in order; those that stand already are passed over. */
function record(
  state: LoadState,
  command: Extract<LoadCommand, { kind: 'record' }>,
): Decision<LoadEvent, Done> {
  const outcomes = command.outcomes.filter(({ line }) => line > state.lastLine);
  const first = outcomes[0];
  if (first === undefined) return accept([], DONE);
  if (first.line !== state.lastLine + 1) {
    throw new RangeError(`line ${first.line} cannot be recorded after line ${state.lastLine}`);
  }
  const payload = { packDigest: command.packDigest, outcomes, at: command.at };
  return accept([{ type: 'OperationsRecorded', schemaVersion: 1, payload }], DONE);
}

function finish(state: LoadState, packDigest: string): Decision<LoadEvent, Done> {
  if (state.finished) return accept([], DONE);
  const { lastLine, done, replayed, refused, lastAt } = state;
  const payload = { packDigest, lines: lastLine, done, replayed, refused, at: lastAt };
  return accept([{ type: 'LoadFinished', schemaVersion: 1, payload }], DONE);
}

/** One stream for each pack's load: what became of every line. */
export const load: Decider<LoadState, LoadCommand, LoadEvent, Done> = {
  category: 'load',
  initial: initialLoad,
  decide,
  evolve: evolveLoad,
  recall: () => undefined,
};
