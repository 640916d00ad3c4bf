import { instantOf } from '../../domain/shared/time.js';
import type { Place, ReadModel } from '../read-model.js';
import { RunningTimes, RunningTimesQueries, runningTimesSchema } from '../shared/running-times.js';
import type { MomentQuestions } from './questions.js';

/** How many events lie between two places that are kept: what a reader passes over at most. */
const PLACES_EVERY = 256;

/** When and where the ledger recorded what: turns "as of a recorded time" into a sequence, and a sequence into a place. */
export const moments: ReadModel<MomentQuestions> = {
  name: 'moments',
  version: 1,
  schema: `
    ${runningTimesSchema('recorded_times')}
    CREATE TABLE last_event (only INTEGER PRIMARY KEY CHECK (only = 1), sequence INTEGER NOT NULL);
    CREATE TABLE places (sequence INTEGER PRIMARY KEY, position INTEGER NOT NULL);
  `,

  open(tables) {
    const times = new RunningTimes(tables, 'recorded_times');
    const setLast = tables.prepare('INSERT OR REPLACE INTO last_event VALUES (1, ?)');
    const addPlace = tables.prepare('INSERT INTO places VALUES (?, ?)');
    let last: number | undefined;
    return {
      on: {},
      onEvery: (context, { sequence, position }) => {
        times.note(sequence, instantOf(context.recordedAt));
        if (sequence % PLACES_EVERY === 0) addPlace.run(sequence, position);
        last = sequence;
      },
      flush: () => {
        if (last !== undefined) setLast.run(last);
      },
    };
  },

  questions(tables) {
    const times = new RunningTimesQueries(tables, 'recorded_times');
    const last = tables.prepare<{ sequence: number }>('SELECT sequence FROM last_event');
    const near = tables.prepare<Place>(
      'SELECT sequence, position FROM places WHERE sequence <= ? ORDER BY sequence DESC LIMIT 1',
    );
    return {
      sequenceAsOf: (recorded) => times.prefixUntil(recorded) ?? last.get()?.sequence ?? 0,
      placeNear: (sequence) => near.get(sequence),
    };
  },
};
