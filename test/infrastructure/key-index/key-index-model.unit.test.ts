import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type Database from 'better-sqlite3';
import fc from 'fast-check';
import { KeyIndex } from '../../../src/infrastructure/key-index/key-index.js';
import { fingerprints, Registry } from './registry.js';

const ASKED = ['a', 'b', 'c', 'd', 'e'];

/** A registry being written, an index that follows it, and what the index should know. */
class Course {
  readonly registry = new Registry();
  readonly model = new Map<string, string>();
  index: KeyIndex;
  underWay: { readonly lotId: string; readonly attempt: string; readonly names: string[] } | null = null;
  private turn = 0;

  constructor(private readonly file: string) {
    this.index = new KeyIndex(file, 'main');
  }

  readonly steps: Readonly<Record<string, () => void>> = {
    open: () => {
      if (this.underWay !== null) return;
      this.turn += 1;
      this.underWay = { lotId: `LOT-${this.turn % 3}-${this.turn}`, attempt: `a${this.turn}`, names: [] };
      this.registry.open(this.underWay.lotId, this.underWay.attempt);
    },
    keys: () => {
      if (this.underWay === null) return;
      const { lotId, attempt, names } = this.underWay;
      const fresh = [...ASKED, `f${this.registry.events.length}`]
        .filter((name) => !this.model.has(name))
        .slice(0, 2);
      this.registry.keys(lotId, attempt, names.length + 1, ...fresh);
      for (const name of fresh) this.model.set(name, `${lotId}/${names.push(name)}`);
    },
    complete: () => {
      if (this.underWay === null) return;
      this.registry.complete(this.underWay.lotId, this.underWay.attempt);
      this.underWay = null;
    },
    abandon: () => {
      if (this.underWay === null) return;
      this.registry.abandon(this.underWay.lotId, this.underWay.attempt);
      this.underWay.names.forEach((name) => this.model.delete(name));
      this.underWay = null;
    },
    refuse: () => void this.registry.refuse('LOT-X'),
    ask: () => {
      expect(this.known()).toEqual(this.expected());
    },
    reset: () => this.index.reset(),
    reopen: () => {
      this.index.close();
      this.index = new KeyIndex(this.file, 'main');
    },
    crash: () => {
      (this.index as unknown as { database: Database.Database }).database.close();
      this.index = new KeyIndex(this.file, 'main');
    },
  };

  known(): Record<string, string> {
    const found = this.index.lookup(fingerprints(...ASKED));
    return Object.fromEntries(
      [...found].map(([at, key]) => [String(ASKED[at]), `${key.lotId}/${key.serial}`]),
    );
  }

  expected(): Record<string, string> {
    return Object.fromEntries([...this.model].filter(([name]) => ASKED.includes(name)));
  }
}

describe('the index of known keys', () => {
  let directory: string;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'sourcebook-key-index-'));
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  it('agrees with a small model, wherever it is asked, closed, killed or told to start anew', () => {
    const kinds = ['open', 'keys', 'complete', 'abandon', 'ask', 'reopen', 'crash', 'reset', 'refuse'];
    let run = 0;
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...kinds), { maxLength: 40 }), (steps) => {
        const course = new Course(join(directory, `${(run += 1)}.sqlite`));
        try {
          for (const step of steps) {
            course.steps[step]?.();
            course.index.apply(course.registry.events);
          }
          expect(course.known()).toEqual(course.expected());
          expect(course.index.currentImport()?.registered).toBe(course.underWay?.names.length);
        } finally {
          course.index.close();
        }
      }),
      { numRuns: 40 },
    );
  });
});
