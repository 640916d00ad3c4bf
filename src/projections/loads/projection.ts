import type { LineOutcome } from '../../domain/load/events.js';
import type { ReadModel } from '../read-model.js';
import type { Tables } from '../shared/tables.js';
import { loadQueries } from './queries.js';
import type { LoadQuestions } from './questions.js';
import { LOADS_SCHEMA } from './schema.js';

/** What became of the lines of recorded packs. */
export const loads: ReadModel<LoadQuestions> = {
  name: 'loads',
  version: 1,
  schema: LOADS_SCHEMA,

  open(tables) {
    const start = tables.prepare(
      'INSERT OR IGNORE INTO loads (pack_digest, name, started_sequence) VALUES (?, ?, ?)',
    );
    const finish = tables.prepare('UPDATE loads SET finished_sequence = ? WHERE pack_digest = ?');
    const record = recorder(tables);
    return {
      on: {
        LoadStarted: ({ event: { payload } }, { sequence }) => {
          start.run(payload.packDigest, payload.name, sequence);
        },
        OperationsRecorded: ({ event: { payload } }, { sequence }) => {
          record(payload, sequence);
        },
        LoadFinished: ({ event: { payload } }, { sequence }) => {
          finish.run(sequence, payload.packDigest);
        },
      },
      flush: () => undefined,
    };
  },

  questions: loadQueries,
};

interface Recorded {
  readonly packDigest: string;
  readonly at: string;
  readonly outcomes: readonly LineOutcome[];
}

function recorder(tables: Tables): (recorded: Recorded, sequence: number) => void {
  const before = tables.prepare<{ done: number; replayed: number; refused: number }>(
    'SELECT done, replayed, refused FROM progress WHERE pack_digest = ? ORDER BY sequence DESC LIMIT 1',
  );
  const progress = tables.prepare('INSERT INTO progress VALUES (?, ?, ?, ?, ?, ?)');
  const refusal = tables.prepare('INSERT INTO refusals VALUES (?, ?, ?, ?, ?, ?)');
  return ({ packDigest, at, outcomes }, sequence) => {
    const counts = { done: 0, replayed: 0, refused: 0, ...before.get(packDigest) };
    for (const outcome of outcomes) {
      counts[outcome.outcome] += 1;
      if (outcome.outcome !== 'refused') continue;
      refusal.run(
        packDigest,
        outcome.line,
        outcome.op,
        outcome.code,
        JSON.stringify(outcome.ids ?? {}),
        sequence,
      );
    }
    progress.run(packDigest, sequence, at, counts.done, counts.replayed, counts.refused);
  };
}
