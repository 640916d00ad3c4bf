import { unreachable } from '../shared/event.js';
import type { LoadEvent } from './events.js';

export interface LoadState {
  started: boolean;
  finished: boolean;
  /** 1-based number of the last line whose outcome is recorded; 0 for none. */
  lastLine: number;
  lastAt: string | null;
  done: number;
  replayed: number;
  refused: number;
}

export function initialLoad(): LoadState {
  return { started: false, finished: false, lastLine: 0, lastAt: null, done: 0, replayed: 0, refused: 0 };
}

export function evolveLoad(state: LoadState, event: LoadEvent): LoadState {
  switch (event.type) {
    case 'LoadStarted':
      state.started = true;
      return state;
    case 'OperationsRecorded':
      for (const { line, outcome } of event.payload.outcomes) {
        state.lastLine = line;
        state[outcome] += 1;
      }
      state.lastAt = event.payload.at;
      return state;
    case 'LoadFinished':
      state.finished = true;
      return state;
    default:
      return unreachable(event);
  }
}
