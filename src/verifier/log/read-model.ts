import type { Statement } from 'better-sqlite3';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { HASH_BYTES } from '../../proof/hashes.js';
import { TILE_HASHES } from '../../proof/tiles.js';
import { Misfit, UnusableSource } from '../findings.js';
import type { SourceEvent } from '../source/ledger-source.js';
import { codeOf, openReadOnly, type OpenDatabase } from '../source/sqlite.js';
import type { EventTree } from './event-tree.js';
import { firstDifferentHash } from './tile-files.js';

const FOLDER = 'read-models';
const POINTER = /^transparency-v(\d+)\.current$/;
const BATCH_LEAVES = 1_000;
const BATCH_TILES = 64;

interface LeafRow {
  readonly sequence: unknown;
  readonly position: unknown;
  readonly event_id: unknown;
  readonly entry: unknown;
}

interface TileRow {
  readonly rowid: number;
  readonly level: number;
  readonly number: number;
  readonly hashes: unknown;
}

/**
 * What the service keeps of its own tree, beside the ledger: it proves nothing to an auditor, and what the service serves
 * is read from it. Compared event by event while the events pass, so the first that differs is named.
 */
export class TransparencyModel {
  /** Its path within the data directory. */
  readonly name: string;
  /** How many leaves it has. */
  readonly size: number;
  private readonly file: OpenDatabase;
  private readonly leaves: Statement<[number, number], LeafRow>;
  private readonly tiles: Statement<[number, number], TileRow>;
  private rows: readonly LeafRow[] = [];
  private next = 0;

  private constructor(directory: string, fileName: string) {
    this.name = `${FOLDER}/${fileName}`;
    this.file = openReadOnly(join(directory, FOLDER, fileName));
    const { database } = this.file;
    this.leaves = database.prepare('SELECT * FROM leaves WHERE sequence > ? ORDER BY sequence LIMIT ?');
    this.tiles = database.prepare('SELECT rowid, * FROM tiles WHERE rowid > ? ORDER BY rowid LIMIT ?');
    const { size } = database.prepare('SELECT max(sequence) AS size FROM leaves').get() as {
      size: number | null;
    };
    this.size = size ?? 0;
  }

  /** The build that serves, of the newest version; undefined where there is none. @throws Misfit where it cannot be read */
  static in(directory: string): TransparencyModel | undefined {
    const folder = join(directory, FOLDER);
    if (!existsSync(folder)) return undefined;
    const versions = readdirSync(folder).flatMap((name) => POINTER.exec(name)?.[1] ?? []);
    const newest = versions.map(Number).sort((a, b) => b - a)[0];
    if (newest === undefined) return undefined;
    const fileName = readFileSync(join(folder, `transparency-v${newest}.current`), 'utf8').trim();
    if (!/^[\w.-]+\.sqlite$/.test(fileName) || !existsSync(join(folder, fileName))) return undefined;
    return guarded(() => new TransparencyModel(directory, fileName));
  }

  /**
   * Whether the leaf that the model holds for an event is the event's; also where the model has not come so far.
   * Events come in order. @throws Misfit where the model cannot be read
   */
  holds(event: SourceEvent, entry: Buffer): boolean {
    const sequence = event.sequence as number;
    if (sequence > this.size) return true;
    const row = this.rowOf(sequence);
    const sameId =
      row !== undefined &&
      isBytes(row.event_id) &&
      row.event_id.toString('hex') === event.eventId.replaceAll('-', '');
    const samePlace = row?.sequence === sequence && row.position === event.position;
    return samePlace && sameId && isBytes(row.entry) && entry.equals(row.entry);
  }

  /** @throws Misfit for the first tile that is not the one over the events */
  checkTiles(tree: EventTree): void {
    if (this.size > tree.size)
      throw new Misfit(
        'read_model_differs',
        `it has ${this.size} leaves, and the ledger ${tree.size} events`,
      );
    const counts = new Map<number, number>();
    guarded(() => {
      for (const row of this.allTiles()) {
        counts.set(row.level, (counts.get(row.level) ?? 0) + this.hashesOf(row, tree));
      }
    });
    // A service that goes on may have added some since.
    for (let level = 0, count = this.size; count > 0; level += 1, count = Math.floor(count / TILE_HASHES)) {
      if ((counts.get(level) ?? 0) < count)
        throw new Misfit('read_model_differs', `its level ${level} has fewer hashes than ${count}`);
    }
  }

  close(): void {
    this.file.close();
  }

  /** In batches, so that a running service's write-ahead log does not grow. */
  private *allTiles(): Iterable<TileRow> {
    for (let after = 0; ;) {
      const rows = this.tiles.all(after, BATCH_TILES);
      yield* rows;
      const last = rows.at(-1);
      if (last === undefined || rows.length < BATCH_TILES) return;
      after = last.rowid;
    }
  }

  /** @returns how many hashes the tile holds */
  private hashesOf({ level, number, hashes }: TileRow, tree: EventTree): number {
    const expected = tree.tile(level, number) ?? Buffer.alloc(0);
    if (!isBytes(hashes) || hashes.length % HASH_BYTES !== 0 || hashes.length > TILE_HASHES * HASH_BYTES)
      throw new Misfit('read_model_differs', `tile ${number} of its level ${level} is none`);
    const common = Math.min(hashes.length, expected.length);
    const index = firstDifferentHash(hashes.subarray(0, common), expected.subarray(0, common));
    if (index !== undefined)
      throw new Misfit(
        'read_model_differs',
        `hash ${index} of tile ${number} of its level ${level} is not what the events give`,
      );
    const width = hashes.length / HASH_BYTES;
    const least = Math.min(TILE_HASHES, Math.floor(this.size / TILE_HASHES ** level) - number * TILE_HASHES);
    if (width < least)
      throw new Misfit(
        'read_model_differs',
        `tile ${number} of its level ${level} has ${width} hashes, not ${least}`,
      );
    return width;
  }

  private rowOf(sequence: number): LeafRow | undefined {
    if (this.next >= this.rows.length) {
      this.rows = guarded(() => this.leaves.all(sequence - 1, BATCH_LEAVES));
      this.next = 0;
    }
    const row = this.rows[this.next];
    // After a row that is missing the others still stand where they belong.
    if (row?.sequence === sequence) this.next += 1;
    return row;
  }
}

function isBytes(value: unknown): value is Buffer {
  return Buffer.isBuffer(value);
}

function guarded<Result>(read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    const reason = error instanceof UnusableSource ? error.message : codeOf(error);
    if (reason === undefined) throw error;
    throw new Misfit('unreadable', `the read model of the tree cannot be read: ${reason}`);
  }
}
