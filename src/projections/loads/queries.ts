import type { Known } from '../shared/as-of.js';
import { sequenceOf } from '../shared/as-of.js';
import type { Tables } from '../shared/tables.js';
import type { LoadQuestions, LoadRefusal, LoadView } from './questions.js';

interface LoadRow {
  pack_digest: string;
  name: string;
  finished_sequence: number | null;
}

interface ProgressRow {
  at: string;
  done: number;
  replayed: number;
  refused: number;
}

export function loadQueries(tables: Tables): LoadQuestions {
  const newest = tables.prepare<LoadRow>(
    'SELECT * FROM loads WHERE started_sequence <= ? ORDER BY started_sequence DESC LIMIT 1',
  );
  const one = tables.prepare<LoadRow>('SELECT * FROM loads WHERE pack_digest = ? AND started_sequence <= ?');
  const progress = tables.prepare<ProgressRow>(
    'SELECT * FROM progress WHERE pack_digest = ? AND sequence <= ? ORDER BY sequence DESC LIMIT 1',
  );
  const refusals = tables.prepare<{ line: number; op: string; code: string; ids: string }>(
    'SELECT * FROM refusals WHERE pack_digest = ? AND sequence <= ? ORDER BY line',
  );

  function view(row: LoadRow | undefined, known: Known): LoadView | undefined {
    if (row === undefined) return undefined;
    const sequence = sequenceOf(known);
    const { at: asOf, ...counts } = progress.get(row.pack_digest, sequence) ?? NOT_BEGUN;
    return {
      packDigest: row.pack_digest,
      name: row.name,
      asOf,
      lines: counts.done + counts.replayed + counts.refused,
      done: counts.done,
      replayed: counts.replayed,
      refused: counts.refused,
      finished: row.finished_sequence !== null && row.finished_sequence <= sequence,
    };
  }

  return {
    newest: (known) => view(newest.get(sequenceOf(known)), known),
    load: (packDigest, known) => view(one.get(packDigest, sequenceOf(known)), known),
    refusals: (packDigest, known) =>
      refusals.all(packDigest, sequenceOf(known)).map((row) => ({
        line: row.line,
        op: row.op,
        code: row.code,
        ids: JSON.parse(row.ids) as LoadRefusal['ids'],
      })),
  };
}

const NOT_BEGUN = { at: null, done: 0, replayed: 0, refused: 0 };
