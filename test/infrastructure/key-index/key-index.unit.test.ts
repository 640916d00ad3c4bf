import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import {
  KeyIndex,
  RegistryMismatch,
  type RegistryEvent,
} from '../../../src/infrastructure/key-index/key-index.js';
import { fingerprints, Registry } from './registry.js';

describe('the index of known keys', () => {
  let directory: string;
  let file: string;
  let index: KeyIndex;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'sourcebook-key-index-'));
    file = join(directory, 'key-index.sqlite');
    index = new KeyIndex(file, 'main');
  });
  afterEach(() => {
    index.close();
    rmSync(directory, { recursive: true });
  });

  const known = (...names: readonly (string | number)[]): unknown =>
    Object.fromEntries(
      [...index.lookup(fingerprints(...names))].map(([at, key]) => [names[at], `${key.lotId}/${key.serial}`]),
    );

  const reopen = (ledger = 'main'): void => {
    index.close();
    index = new KeyIndex(file, ledger);
  };

  /** What a killed process leaves: the files as they are, without the last flush. */
  const crash = (): void => {
    (index as unknown as { database: Database.Database }).database.close();
    index = new KeyIndex(file, 'main');
  };

  it('knows nothing before the first event', () => {
    expect(index.checkpoint).toEqual({ revision: -1, eventId: null });
    expect(known('a')).toEqual({});
    expect(index.currentImport()).toBeNull();
    expect(index.lot('LOT-1')).toBeUndefined();
  });

  it('knows a key from the moment that it is registered, by its lot and serial', () => {
    const registry = new Registry()
      .open('LOT-1', 'a1')
      .keys('LOT-1', 'a1', 1, 'a', 'b')
      .keys('LOT-1', 'a1', 3, 'c');
    index.apply(registry.events);
    expect(known('c', 'x', 'a', 'b', 'a')).toEqual({ a: 'LOT-1/1', b: 'LOT-1/2', c: 'LOT-1/3' });
    index.apply(registry.complete('LOT-1', 'a1').events);
    index.apply(registry.open('LOT-2', 'a2').keys('LOT-2', 'a2', 1, 'd').complete('LOT-2', 'a2').events);
    expect(known('a', 'd')).toEqual({ a: 'LOT-1/1', d: 'LOT-2/1' });
  });

  it('forgets the keys of an abandoned import, and its lot is free again', () => {
    const registry = new Registry()
      .open('LOT-1', 'a1')
      .keys('LOT-1', 'a1', 1, 'a', 'b')
      .abandon('LOT-1', 'a1');
    index.apply(registry.events);
    expect(known('a', 'b')).toEqual({});
    expect(index.lot('LOT-1')).toBeUndefined();
    expect(index.currentImport()).toBeNull();
    index.apply(registry.open('LOT-1', 'a2').keys('LOT-1', 'a2', 1, 'b', 'c').events);
    expect(known('a', 'b', 'c')).toEqual({ b: 'LOT-1/1', c: 'LOT-1/2' });
  });

  it('knows a key as what it was first registered as', () => {
    const registry = new Registry().open('LOT-1', 'a1').keys('LOT-1', 'a1', 1, 'a').complete('LOT-1', 'a1');
    index.apply(registry.open('LOT-2', 'a2').keys('LOT-2', 'a2', 1, 'a').complete('LOT-2', 'a2').events);
    expect(known('a')).toEqual({ a: 'LOT-1/1' });
  });

  it('says how far the import under way has come', () => {
    const registry = new Registry().refuse('LOT-0').open('LOT-1', 'a1', 5).keys('LOT-1', 'a1', 1, 'a', 'b');
    index.apply(registry.events);
    const underWay = {
      attempt: 'a1',
      lotId: 'LOT-1',
      poId: 'PO-1',
      sku: 'GIFT',
      state: 'open',
      accepted: 5,
      registered: 2,
      firstRevision: 1,
      lastRevision: 2,
      fileSha256: 'digest of a1',
    };
    expect(index.currentImport()).toEqual(underWay);
    expect(index.lot('LOT-1')).toEqual(underWay);
    index.apply(registry.keys('LOT-1', 'a1', 3, 'c', 'd', 'e').complete('LOT-1', 'a1').events);
    expect(index.currentImport()).toBeNull();
    expect(index.lot('LOT-1')).toEqual({ ...underWay, state: 'completed', registered: 5, lastRevision: 4 });
  });

  it('passes over what it has applied, and refuses a gap', () => {
    const { events } = new Registry()
      .open('LOT-1', 'a1')
      .keys('LOT-1', 'a1', 1, 'a')
      .keys('LOT-1', 'a1', 2, 'b');
    index.apply(events.slice(0, 2));
    index.apply(events);
    expect(index.checkpoint).toEqual({ revision: 2, eventId: 'event-2' });
    const [later] = new Registry().refuse('LOT-9').events;
    expect(() => index.apply([{ ...(later as RegistryEvent), revision: 4 }])).toThrow(RegistryMismatch);
    expect(known('a', 'b')).toEqual({ a: 'LOT-1/1', b: 'LOT-1/2' });
  });

  it.each([
    ['a second import while one is under way', new Registry().open('LOT-1', 'a1').open('LOT-2', 'a2')],
    [
      'a lot for the second time',
      new Registry().open('LOT-1', 'a1').complete('LOT-1', 'a1').open('LOT-1', 'a2'),
    ],
    ['keys of no import', new Registry().keys('LOT-1', 'a1', 1, 'a')],
    ['keys of another attempt', new Registry().open('LOT-1', 'a1').keys('LOT-1', 'a2', 1, 'a')],
    ['keys that leave serials out', new Registry().open('LOT-1', 'a1').keys('LOT-1', 'a1', 2, 'a')],
    ['the end of another attempt', new Registry().open('LOT-1', 'a1').complete('LOT-1', 'a2')],
  ])('refuses %s', (_name, { events }) => {
    expect(() => index.apply(events)).toThrow(RegistryMismatch);
    expect(index.checkpoint.revision).toBe(events.length - 2);
  });

  it('is found again after a clean end', () => {
    const registry = new Registry().open('LOT-1', 'a1').keys('LOT-1', 'a1', 1, 'a').refuse('LOT-9');
    index.apply(registry.events);
    reopen();
    expect(index.checkpoint).toEqual({ revision: 2, eventId: 'event-2' });
    expect(known('a')).toEqual({ a: 'LOT-1/1' });
    index.apply(registry.keys('LOT-1', 'a1', 2, 'b').complete('LOT-1', 'a1').events);
    expect(known('b')).toEqual({ b: 'LOT-1/2' });
  });

  it('goes back to its checkpoint after a crash, and comes to the same by the same events', () => {
    const registry = new Registry()
      .open('LOT-1', 'a1')
      .keys('LOT-1', 'a1', 1, 'a')
      .keys('LOT-1', 'a1', 2, 'b');
    index.apply(registry.events);
    crash();
    expect(index.checkpoint.revision).toBe(0);
    expect(index.currentImport()).toMatchObject({ registered: 0 });
    index.apply(registry.complete('LOT-1', 'a1').events);
    expect(known('a', 'b')).toEqual({ a: 'LOT-1/1', b: 'LOT-1/2' });
    crash();
    expect(index.checkpoint.revision).toBe(3);
    expect(index.lot('LOT-1')).toMatchObject({ state: 'completed', registered: 2 });
  });

  it('starts anew where the file is of another ledger, of another version, or no index at all', () => {
    const { events } = new Registry().open('LOT-1', 'a1').keys('LOT-1', 'a1', 1, 'a').complete('LOT-1', 'a1');
    index.apply(events);
    reopen('other');
    expect(index.checkpoint.revision).toBe(-1);
    expect(known('a')).toEqual({});

    index.apply(events);
    index.close();
    const outside = new Database(file);
    outside.exec('UPDATE origin SET version = 0');
    outside.close();
    index = new KeyIndex(file, 'other');
    expect(index.checkpoint.revision).toBe(-1);

    index.close();
    writeFileSync(file, 'this is no database, but it is long enough to be taken for one'.repeat(100));
    index = new KeyIndex(file, 'other');
    index.apply(events);
    expect(known('a')).toEqual({ a: 'LOT-1/1' });
  });

  it('starts anew when it is told to', () => {
    const { events } = new Registry().open('LOT-1', 'a1').keys('LOT-1', 'a1', 1, 'a');
    index.apply(events);
    index.reset();
    expect(index.checkpoint).toEqual({ revision: -1, eventId: null });
    expect(index.currentImport()).toBeNull();
    index.apply(events);
    expect(known('a')).toEqual({ a: 'LOT-1/1' });
  });

  it('knows all of an import that is larger than what waits in memory', () => {
    const count = 300_000;
    const registry = new Registry().open('LOT-1', 'a1', count);
    const sample: number[] = [];
    for (let first = 1; first <= count; first += 500) {
      registry.keys('LOT-1', 'a1', first, ...Array.from({ length: 500 }, (_, at) => first + at));
      sample.push(first, first + 499);
    }
    index.apply(registry.complete('LOT-1', 'a1', count).events);
    expect(known('x', ...sample)).toEqual(
      Object.fromEntries(sample.map((serial) => [serial, `LOT-1/${serial}`])),
    );
    const unknown = Array.from({ length: 270_000 }, (_, at) => fingerprints(`unknown ${at}`));
    expect(index.lookup(Buffer.concat([...unknown, fingerprints(7)]))).toEqual(
      new Map([[270_000, { lotId: 'LOT-1', serial: 7 }]]),
    );
  });
});
