import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { instantOf } from '../../../src/domain/shared/time.js';
import type { StoredEvent } from '../../../src/infrastructure/event-store/event-store.js';
import { contentDigests } from '../../../src/infrastructure/projection-runner/content-digest.js';
import { replay, type ReplayWork } from '../../../src/infrastructure/projection-runner/replay.js';
import { tablesOf } from '../../../src/infrastructure/projection-runner/tables.js';
import { READ_MODEL_NAMES, readModels, type ReadModelQueries } from '../../../src/projections/registry.js';
import { BuiltModels } from '../../support/built-models.js';
import { everyAnswer } from '../../support/every-answer.js';
import { MemoryEventStore } from '../../support/memory-event-store.js';
import { MergedStories } from '../../support/merged-stories.js';
import { ScratchDirectory } from '../../support/scratch-directory.js';
import type { Step } from '../../support/toy-story.js';

const AT = instantOf('2026-09-14T00:00:00Z');
const KINDS: readonly Step['kind'][] = [
  'receive',
  'receive',
  'transfer',
  'issue',
  'refund',
  'quarantine',
  'issue',
];
const STEPS = [...KINDS, ...KINDS].map((kind, index) => ({
  kind,
  pick: index % 2,
  quantity: 1 + (index % 3),
  flag: index % 4 !== 2,
  hours: 2,
}));
const HISTORY = new MergedStories([STEPS, STEPS], [true, false, false]);
const HALF = Math.floor(HISTORY.stored.length / 2);

describe('a replay', () => {
  let scratch: ScratchDirectory;
  let directory: string;
  /** As on a cluster: positions grow, but not by one. */
  let store: MemoryEventStore;
  let stored: readonly StoredEvent[];

  beforeEach(async () => {
    scratch = new ScratchDirectory();
    directory = join(scratch.path, 'replayed');
    store = new MemoryEventStore().add(HISTORY.stored);
    stored = await eventsOf(store);
  });

  afterEach(() => scratch.remove());

  const replayed = (work: Partial<ReplayWork>) =>
    replay({
      store,
      until: { kind: 'sequence', sequence: HALF },
      directory,
      signal: new AbortController().signal,
      ...work,
    });

  /** Every answer of the files, opened as any tool would. */
  function answersOf(path: string): string {
    const databases = READ_MODEL_NAMES.map(
      (name) => new Database(join(path, `${name}.sqlite`), { readonly: true }),
    );
    try {
      const queries = Object.fromEntries(
        READ_MODEL_NAMES.map((name, index) => [
          name,
          readModels[name].questions(tablesOf(databases[index] as Database.Database)),
        ]),
      ) as unknown as ReadModelQueries;
      return JSON.stringify(everyAnswer(queries, HISTORY.subjects, { at: AT }));
    } finally {
      for (const database of databases) database.close();
    }
  }

  it('answers what the live models answer as of that sequence, and holds what they held then', async () => {
    const { sequence, models } = await replayed({});
    expect(sequence).toBe(HALF);
    const live = new BuiltModels().apply(stored);
    const then = new BuiltModels().apply(stored.slice(0, HALF));
    try {
      expect(answersOf(directory)).toBe(
        JSON.stringify(everyAnswer(live.queries, HISTORY.subjects, { sequence: HALF, at: AT })),
      );
      expect(Object.fromEntries(models.map(({ model, tables }) => [model, tables]))).toEqual(then.digests());
    } finally {
      live.close();
      then.close();
    }
  });

  it('is made of plain files that say what they hold', async () => {
    const { models, lastEventId, recordedAt } = await replayed({});
    expect(lastEventId).toBe(stored[HALF - 1]?.eventId);
    expect(readdirSync(directory).sort()).toEqual(
      ['README.txt', ...READ_MODEL_NAMES.map((name) => `${name}.sqlite`)].sort(),
    );
    const readme = readFileSync(join(directory, 'README.txt'), 'utf8');
    for (const { model, file, version, tables, sha256 } of models) {
      expect(readme).toContain(sha256);
      const database = new Database(join(directory, file), { readonly: true });
      expect(database.pragma('journal_mode', { simple: true })).toBe('delete');
      expect(database.pragma('integrity_check', { simple: true })).toBe('ok');
      expect(contentDigests(database)).toEqual(tables);
      const about = database.prepare('SELECT name, value FROM about').raw().all() as [string, string][];
      expect(Object.fromEntries(about)).toMatchObject({
        'read model': model,
        version: String(version),
        sequence: String(HALF),
        'recorded at': recordedAt,
        'content sha256': sha256,
      });
      database.close();
    }
  });

  it('is the same however often it is made', async () => {
    const first = await replayed({});
    const second = await replayed({ directory: join(scratch.path, 'again') });
    expect(second).toEqual(first);
    for (const file of readdirSync(directory)) {
      if (file.endsWith('.txt')) {
        expect(readFileSync(join(scratch.path, 'again', file))).toEqual(readFileSync(join(directory, file)));
      }
    }
  });

  it('until a time ends before the first event that was recorded later', async () => {
    const times = stored.map(({ metadata }) =>
      instantOf((JSON.parse(metadata) as { recordedAt: string }).recordedAt),
    );
    const instant = times[HALF] ?? 0;
    const expected = times.findIndex((time) => time > instant);
    const { sequence } = await replayed({ until: { kind: 'time', instant } });
    expect(sequence).toBe(expected === -1 ? stored.length : expected);
    const early = await replayed({
      until: { kind: 'time', instant: Math.min(...times) - 1 },
      directory: join(scratch.path, 'early'),
    });
    expect(early).toMatchObject({ sequence: 0, lastEventId: null, recordedAt: null });
  });

  it('until a position ends with the last event at or before it', async () => {
    const position = (stored[HALF - 1]?.position ?? 0) + 1;
    expect(await replayed({ until: { kind: 'position', position } })).toMatchObject({ sequence: HALF });
  });

  it('of more than there is fails and leaves nothing', async () => {
    const until = { kind: 'sequence' as const, sequence: stored.length + 1 };
    await expect(replayed({ until })).rejects.toThrow(`the ledger has ${stored.length} events so far`);
    expect(readdirSync(scratch.path)).toEqual([]);
  });

  it('goes into a folder that holds nothing, and changes none that does', async () => {
    mkdirSync(directory);
    await replayed({});
    const before = readdirSync(directory);
    await expect(replayed({})).rejects.toThrow('holds something already');
    expect(readdirSync(directory)).toEqual(before);
    const file = join(scratch.path, 'file');
    writeFileSync(file, 'mine');
    await expect(replayed({ directory: file })).rejects.toThrow('holds something already');
    expect(readFileSync(file, 'utf8')).toBe('mine');
    expect(readdirSync(scratch.path).sort()).toEqual(['file', 'replayed']);
  });

  it('that is interrupted leaves nothing, wherever it had come', async () => {
    const abort = new AbortController();
    const onProgress = (): void => {
      expect(existsSync(directory)).toBe(false);
      abort.abort(new Error('enough'));
    };
    const reading = { signal: abort.signal, until: { kind: 'sequence' as const, sequence: stored.length } };
    await expect(replayed({ ...reading, onProgress })).rejects.toThrow('enough');
    expect(readdirSync(scratch.path)).toEqual([]);
  });

  it('that meets an event which a read model cannot apply names both and leaves nothing', async () => {
    const damaged = new MemoryEventStore().add(
      HISTORY.stored.map((event, index) => (index === 3 ? { ...event, type: 'Unheard' } : event)),
    );
    await expect(replayed({ store: damaged })).rejects.toThrow(/cannot apply event .*sequence 4/);
    expect(readdirSync(scratch.path)).toEqual([]);
  });
});

async function eventsOf(store: MemoryEventStore): Promise<StoredEvent[]> {
  const events: StoredEvent[] = [];
  for await (const batch of store.readAll(-1)) events.push(...batch);
  return events;
}
