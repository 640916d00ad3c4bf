import Database from 'better-sqlite3';
import * as fc from 'fast-check';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Finding } from '../../src/verifier/findings.js';
import type { StoredEvent } from '../../src/infrastructure/event-store/event-store.js';
import { longStory } from './support/recorded-history.js';
import { verify, type Against } from './support/verifying.js';
import {
  LOG_VKEY,
  signedNote,
  withCheckpoints,
  write,
  writeData,
  writeTransparencyModel,
} from './support/written-ledger.js';

/** One that stands in the middle: checkpoints lie before and behind it. */
const SEQUENCE = 150;
const SIZES = [100, 140, 160, 260];

/** What each test changes, and puts back: the file is copied and not made anew. */
describe('a ledger with its checkpoints and its read model', () => {
  const root = mkdtempSync(join(tmpdir(), 'sourcebook-tampered-'));
  const original = join(root, 'original');
  const directory = join(root, 'tampered');
  const checkpoint = join(root, 'checkpoint');
  const story = longStory();
  const events = withCheckpoints(story, SIZES);
  const target = events.filter(({ stream }) => !stream.includes('.aside.'))[SEQUENCE - 1] as StoredEvent;
  const against: Against = { checkpoints: [checkpoint], vkeys: [LOG_VKEY] };

  beforeAll(() => {
    write(original, 'unused', '');
    writeData(original, events);
    writeTransparencyModel(original, events);
    write(root, 'checkpoint', signedNote(story, story.length));
  });

  beforeEach(() => cpSync(original, directory, { recursive: true }));
  afterEach(() => rmSync(directory, { recursive: true }));
  afterAll(() => rmSync(root, { recursive: true }));

  function change(file: string, sql: string, ...values: unknown[]): void {
    const database = new Database(join(directory, file));
    const { changes } = database.prepare(sql).run(...values);
    database.close();
    expect(changes).toBeGreaterThan(0);
  }

  const changeLedger = (sql: string, ...values: unknown[]): void => change('ledger.sqlite', sql, ...values);
  const changeModel = (sql: string, ...values: unknown[]): void =>
    change('read-models/transparency-v1-1.sqlite', sql, ...values);

  async function findings(options: Against = against): Promise<readonly Finding[]> {
    const found = await verify('data', directory, options);
    expect(found.verified).toBe(found.findingsTotal === 0);
    return found.findings;
  }

  it('verifies, and says what it proves', async () => {
    expect(await findings()).toEqual([]);
    const found = await verify('data', directory, against);
    expect(story.length).toBeGreaterThan(256);
    expect(found.checkpoints).toMatchObject({ issued: SIZES.length, confirmedSize: story.length });
    expect(found.notProved.join('\n')).not.toContain('no signed checkpoint');
  });

  it('without a signed checkpoint says that nothing was promised', async () => {
    const { verified, notProved } = await verify('data', directory);
    expect(verified).toBe(true);
    expect(notProved[0]).toContain('no signed checkpoint was given');
  });

  const flipLast = (column: string): string =>
    `UPDATE events SET ${column} = substr(${column}, 1, length(${column}) - 1) || char(unicode(substr(${column}, -1)) + 1) WHERE position = ?`;

  describe('names the event whose stored text was changed by one byte:', () => {
    const named = { event: { sequence: SEQUENCE, eventId: expect.any(String) as string } };

    it.each<[string, () => void]>([
      [
        'its payload',
        () =>
          changeLedger(
            `UPDATE events SET data = '{ ' || substr(data, 2) WHERE position = ?`,
            target.position,
          ),
      ],
      [
        'its salt',
        () =>
          changeLedger(
            `UPDATE events SET data = substr(data, 1, length(data) - 3) || 'A"}' WHERE position = ?`,
            target.position,
          ),
      ],
      [
        'its metadata',
        () =>
          changeLedger(
            `UPDATE events SET metadata = replace(metadata, 'tester', 'tesuer') WHERE position = ?`,
            target.position,
          ),
      ],
      ['its type', () => changeLedger(flipLast('type'), target.position)],
      [
        'its revision',
        () => changeLedger('UPDATE events SET revision = revision + 1 WHERE position = ?', target.position),
      ],
      [
        'its event id',
        () =>
          changeLedger(
            `UPDATE events SET event_id = substr(event_id, 1, 34) || 'ff' WHERE position = ?`,
            target.position,
          ),
      ],
      ['its stream', () => changeLedger(flipLast('stream'), target.position)],
    ])('%s', async (_, tamper) => {
      tamper();
      const found = await findings();
      expect(found[0]).toMatchObject(named);
      expect(found.map(({ code }) => code)).toEqual(
        expect.arrayContaining(['leaf_differs', 'checkpoint_differs']),
      );
    });

    it('to bytes that are no text, even where they read as the same text', async () => {
      changeLedger(
        `UPDATE events SET metadata = CAST(CAST(metadata AS BLOB) || x'FF' AS TEXT) WHERE position = ?`,
        target.position,
      );
      expect((await findings())[0]).toMatchObject({
        code: 'bad_record',
        message: expect.stringContaining('no UTF-8') as string,
      });
    });
  });

  it('without its read model names the events between two checkpoints', async () => {
    rmSync(join(directory, 'read-models'), { recursive: true });
    changeLedger(
      `UPDATE events SET metadata = replace(metadata, 'tester', 'tesuer') WHERE position = ?`,
      target.position,
    );
    const [first, second] = await findings();
    expect(first).toMatchObject({ code: 'checkpoint_differs', event: { sequence: null } });
    expect(first?.message).toContain('one of 141 to 160');
    expect(second).toMatchObject({ code: 'checkpoint_differs', file: checkpoint });
  });

  it('no byte of any text of any event can be flipped unnoticed', async () => {
    const columns = fc.constantFrom('stream', 'event_id', 'type', 'data', 'metadata');
    await fc.assert(
      fc.asyncProperty(
        fc.nat(events.length - 1),
        columns,
        fc.nat(),
        fc.nat(7),
        async (position, column, at, bit) => {
          const database = new Database(join(directory, 'ledger.sqlite'));
          const read = `SELECT CAST(${column} AS BLOB) FROM events WHERE position = ?`;
          const bytes = database.prepare<[number], Buffer>(read).pluck().get(position) as Buffer;
          const write = database.prepare(`UPDATE events SET ${column} = CAST(? AS TEXT) WHERE position = ?`);
          const flipped = Buffer.from(bytes);
          const place = at % bytes.length;
          flipped.writeUInt8(flipped.readUInt8(place) ^ (1 << bit), place);
          write.run(flipped, position);
          const found = await findings();
          write.run(bytes, position);
          database.close();
          // A checkpoint's own metadata is no part of the sequence, and says nothing that counts.
          const isAside = (events[position] as StoredEvent).stream.includes('.aside.');
          return found.length > 0 || (isAside && column === 'metadata');
        },
      ),
      { numRuns: 40 },
    );
  });

  describe('finds', () => {
    it('an event that was deleted', async () => {
      changeLedger('DELETE FROM events WHERE position = ?', target.position);
      const found = await findings();
      expect(found[0]).toMatchObject({ code: 'leaf_differs', event: { sequence: SEQUENCE } });
      expect(found.map(({ code }) => code)).toContain('history_too_short');
    });

    it('the last event gone', async () => {
      changeLedger('DELETE FROM events WHERE position = (SELECT max(position) FROM events)');
      expect(await findings({})).toMatchObject([
        { code: 'read_model_differs', message: expect.stringContaining('it has') as string },
      ]);
      expect((await findings()).map(({ code }) => code)).toContain('history_too_short');
    });

    it('two events that were swapped', async () => {
      changeLedger('UPDATE events SET position = -1 WHERE position = ?', target.position);
      changeLedger('UPDATE events SET position = ? WHERE position = ?', target.position, target.position + 1);
      changeLedger('UPDATE events SET position = ? WHERE position = -1', target.position + 1);
      expect((await findings())[0]).toMatchObject({ code: 'leaf_differs', event: { sequence: SEQUENCE } });
    });

    it('an event that was inserted', async () => {
      const id = '00000000-0000-4000-b000-000000000001';
      changeLedger('UPDATE events SET position = -position WHERE position > ?', target.position);
      changeLedger('UPDATE events SET position = 1 - position WHERE position < 0');
      changeLedger(
        `INSERT INTO events SELECT ?, 'test.merchants', 2, ?, 'MerchantRegistered', '{"merchantId":"MER-X","name":"x","channel":"x"}', metadata FROM events WHERE position = ?`,
        target.position + 1,
        id,
        target.position,
      );
      const found = await findings();
      expect(found[0]).toMatchObject({
        code: 'leaf_differs',
        event: { sequence: SEQUENCE + 1, eventId: id },
      });
    });

    it('an event gone, with nothing else beside the ledger', async () => {
      rmSync(join(directory, 'read-models'), { recursive: true });
      changeLedger(`DELETE FROM events WHERE type = 'LotReleased'`);
      const found = await findings({});
      expect(found[0]).toMatchObject({ code: 'revision_gap', event: { stream: 'test.stock-SKU%2DA' } });
      expect(found.map(({ code }) => code)).toContain('history_too_short');
    });

    it('an id that two events share', async () => {
      changeLedger(
        `UPDATE events SET event_id = (SELECT event_id FROM events WHERE position = 3) WHERE position = ?`,
        target.position,
      );
      expect(await findings()).toContainEqual(
        expect.objectContaining({
          code: 'event_id_twice',
          event: expect.objectContaining({ sequence: SEQUENCE }) as object,
        }),
      );
    });

    it('a checkpoint of the ledger that was changed', async () => {
      const changed = events.findIndex(({ stream }) => stream.includes('.aside.'));
      const other = Buffer.alloc(32, 9).toString('base64');
      changeLedger(`UPDATE events SET data = json_set(data, '$.root', ?) WHERE position = ?`, other, changed);
      expect(await findings()).toMatchObject([
        { code: 'checkpoint_differs', event: { sequence: null, revision: 0 } },
      ]);
    });

    it('a checkpoint of the ledger that goes back', async () => {
      const sizes = events.filter(({ stream }) => stream.includes('.aside.')).map(({ position }) => position);
      changeLedger(
        `UPDATE events SET data = (SELECT data FROM events WHERE position = ?) WHERE position = ?`,
        sizes[0],
        sizes[1],
      );
      expect(await findings()).toMatchObject([{ code: 'checkpoint_order', event: { revision: 1 } }]);
    });
  });

  describe('tells a changed read model from a changed event:', () => {
    it.each<[string, () => void, object]>([
      [
        'a leaf',
        () =>
          changeModel(
            `UPDATE leaves SET entry = CAST(replace(CAST(entry AS TEXT), 'tester', 'tesuer') AS BLOB) WHERE sequence = ?`,
            SEQUENCE,
          ),
        { event: { sequence: SEQUENCE } },
      ],
      [
        'its event id',
        () =>
          changeModel(
            `UPDATE leaves SET event_id = x'00000000000040008000FFFFFFFFFFFF' WHERE sequence = ?`,
            SEQUENCE,
          ),
        { event: { sequence: SEQUENCE } },
      ],
      [
        'its position',
        () => changeModel('UPDATE leaves SET position = position + 1 WHERE sequence = ?', SEQUENCE),
        { event: { sequence: SEQUENCE } },
      ],
      [
        'a leaf that is missing',
        () => changeModel('DELETE FROM leaves WHERE sequence = ?', SEQUENCE),
        { event: { sequence: SEQUENCE } },
      ],
      [
        'a tile',
        () =>
          changeModel(
            `UPDATE tiles SET hashes = CAST(x'00' || substr(hashes, 2) AS BLOB) WHERE level = 0 AND number = 1`,
          ),
        { message: expect.stringMatching(/hash 0 of tile 1 of its level 0/) as string },
      ],
      [
        'an upper tile',
        () =>
          changeModel(`UPDATE tiles SET hashes = CAST(x'00' || substr(hashes, 2) AS BLOB) WHERE level = 1`),
        { message: expect.stringMatching(/level 1/) as string },
      ],
      [
        'a tile cut short',
        () => changeModel('UPDATE tiles SET hashes = substr(hashes, 1, 32) WHERE level = 0 AND number = 0'),
        { message: expect.stringMatching(/1 hashes, not 256/) as string },
      ],
      [
        'a tile that is missing',
        () => changeModel('DELETE FROM tiles WHERE level = 0 AND number = 0'),
        { message: expect.stringMatching(/fewer hashes/) as string },
      ],
    ])('%s', async (_, tamper, place) => {
      tamper();
      expect(await findings()).toMatchObject([
        { code: 'read_model_differs', file: 'read-models/transparency-v1-1.sqlite', ...place },
      ]);
    });
  });
});
