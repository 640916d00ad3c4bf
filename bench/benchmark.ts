import type { LedgerShelf } from './ledgers/ledger-shelf.js';
import type { Row } from './report/row.js';
import type { Scale } from './scale.js';

/** What a benchmark is given. */
export interface Bench {
  readonly scale: Scale;
  readonly ledgers: LedgerShelf;
  /** What was measured in this run under that name, or now is: what takes long is measured once. */
  once<Measured>(name: string, measure: () => Promise<Measured>): Promise<Measured>;
  /** Told to the person who waits: progress, and loudly what could not be run. */
  note(message: string): void;
}

/** Something that can be measured alone by its name. */
export interface Benchmark {
  readonly name: string;
  run(bench: Bench): Promise<readonly Row[]>;
}

/** The memory of one run. */
export function measuredOnce(): Bench['once'] {
  const measured = new Map<string, Promise<unknown>>();
  return <Measured>(name: string, measure: () => Promise<Measured>): Promise<Measured> => {
    const known = measured.get(name) ?? measure();
    measured.set(name, known);
    return known as Promise<Measured>;
  };
}
