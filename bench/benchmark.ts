import type { LedgerShelf } from './ledgers/ledger-shelf.js';
import type { Row } from './report/row.js';
import type { Scale } from './scale.js';

/** What a benchmark is given. */
export interface Bench {
  readonly scale: Scale;
  readonly ledgers: LedgerShelf;
  /** Told to the person who waits: progress, and loudly what could not be run. */
  note(message: string): void;
}

/** Something that can be measured alone by its name. */
export interface Benchmark {
  readonly name: string;
  run(bench: Bench): Promise<readonly Row[]>;
}
