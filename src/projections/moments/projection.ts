import { instantOf } from '../../domain/shared/time.js';
import type { ReadModel } from '../read-model.js';
import { RunningTimes, RunningTimesQueries, runningTimesSchema } from '../shared/running-times.js';
import type { MomentQuestions } from './questions.js';

/** When the ledger recorded what: turns "as of a recorded time" into a sequence. */
export const moments: ReadModel<MomentQuestions> = {
  name: 'moments',
  version: 1,
  schema: `
    ${runningTimesSchema('recorded_times')}
    CREATE TABLE last_event (only INTEGER PRIMARY KEY CHECK (only = 1), sequence INTEGER NOT NULL);
  `,

  open(tables) {
    const times = new RunningTimes(tables, 'recorded_times');
    const setLast = tables.prepare('INSERT OR REPLACE INTO last_event VALUES (1, ?)');
    let last: number | undefined;
    return {
      on: {},
      onEvery: ({ context }, { sequence }) => {
        times.note(sequence, instantOf(context.recordedAt));
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
    return { sequenceAsOf: (recorded) => times.prefixUntil(recorded) ?? last.get()?.sequence ?? 0 };
  },
};
