import type Database from 'better-sqlite3';
import type { ImportTerms, KeyRegistryEvent } from '../../domain/key-registry/events.js';
import { unreachable, type RecordedEvent } from '../../domain/shared/event.js';
import { FINGERPRINT_BYTES } from '../custody/fingerprint.js';
import { FingerprintTable, SORTED_MAX } from './fingerprint-table.js';
import { ImportTable, type RegisteredImport } from './import-table.js';
import { NOTHING_APPLIED, openDatabase, removeDatabase } from './schema.js';

/** An event of the key-registry stream, with its place there. */
export type RegistryEvent = Pick<RecordedEvent<KeyRegistryEvent>, 'event' | 'eventId' | 'revision'>;

/** The key that a fingerprint is known as. */
export interface KnownKey {
  readonly lotId: string;
  readonly serial: number;
}

/** The newest event of the registry that is applied. */
export interface Checkpoint {
  /** -1: none yet. */
  readonly revision: number;
  readonly eventId: string | null;
}

/** The registry's events do not follow on what was applied, or contradict it: rebuild the index with `reset`. */
export class RegistryMismatch extends Error {
  override readonly name = 'RegistryMismatch';

  constructor(fault: string) {
    super(`${fault}; rebuild the key index, and verify the ledger if it happens again`);
  }
}

type KeysRegisteredPayload = Extract<KeyRegistryEvent, { type: 'KeysRegistered' }>['payload'];

interface OpenImport {
  readonly no: number;
  readonly attempt: string;
  registered: number;
  lastRevision: number;
}

/**
 * Which keys the ledger knows: a local, disposable table derived from the key-registry stream and from nothing else.
 * Fingerprints wait in memory until a batch is worth sorting; they, the import's progress and the checkpoint go down
 * in one transaction, so after a crash the events since then are simply applied again.
 */
export class KeyIndex {
  private database: Database.Database;
  private imports: ImportTable;
  private fingerprints: FingerprintTable;
  private checkpointNow: Checkpoint;
  private current: OpenImport | null;
  private readonly waiting = Buffer.allocUnsafe(SORTED_MAX * FINGERPRINT_BYTES);
  private waitingKeys = 0;

  /**
   * @param file its place; a missing, damaged or foreign file is replaced by an empty index
   * @param ledger the ledger's id
   */
  constructor(
    private readonly file: string,
    private readonly ledger: string,
  ) {
    this.database = openDatabase(file, ledger);
    this.imports = new ImportTable(this.database);
    this.fingerprints = new FingerprintTable(this.database);
    this.checkpointNow = this.readCheckpoint();
    this.current = this.readCurrent();
  }

  /** Compare its event with the stream's at that revision before going on: a restored ledger may differ. */
  get checkpoint(): Checkpoint {
    return this.checkpointNow;
  }

  /**
   * Takes the registry's next events, in order. Those applied already are passed over.
   * @throws RegistryMismatch when one is missing in between, or does not fit
   */
  apply(events: readonly RegistryEvent[]): void {
    for (const recorded of events) {
      const next = this.checkpointNow.revision + 1;
      if (recorded.revision < next) continue;
      if (recorded.revision > next) {
        throw new RegistryMismatch(`the registry's event ${next} is missing before ${recorded.revision}`);
      }
      this.applyNext(recorded);
    }
  }

  /** Which fingerprints of a packed batch are known, by their index in it, and as which keys. */
  lookup(packed: Buffer): ReadonlyMap<number, KnownKey> {
    this.flush();
    const known = new Map<number, KnownKey>();
    const lots = new Map<number, string | null>();
    const batchBytes = SORTED_MAX * FINGERPRINT_BYTES;
    for (let from = 0; from < packed.length; from += batchBytes) {
      const found = this.fingerprints.lookup(packed.subarray(from, from + batchBytes));
      for (const [index, { importNo, serial }] of found) {
        const lotId = lots.get(importNo) ?? this.imports.lotOf(importNo);
        lots.set(importNo, lotId);
        if (lotId !== null) known.set(from / FINGERPRINT_BYTES + index, { lotId, serial });
      }
    }
    return known;
  }

  /** The import that has a lot's id; undefined when the id is free. */
  lot(lotId: string): RegisteredImport | undefined {
    this.flush();
    return this.imports.ofLot(lotId);
  }

  /** The import that is under way, if one is. */
  currentImport(): RegisteredImport | null {
    if (this.current === null) return null;
    this.flush();
    const found = this.imports.current();
    if (found === undefined) return null;
    const { no: _no, ...current } = found;
    return current;
  }

  /** Throws everything away and starts before the registry's first event. */
  reset(): void {
    this.database.close();
    removeDatabase(this.file);
    this.database = openDatabase(this.file, this.ledger);
    this.imports = new ImportTable(this.database);
    this.fingerprints = new FingerprintTable(this.database);
    this.waitingKeys = 0;
    this.checkpointNow = this.readCheckpoint();
    this.current = this.readCurrent();
  }

  close(): void {
    this.commit(this.checkpointNow, () => undefined);
    this.database.close();
  }

  private applyNext({ event, eventId, revision }: RegistryEvent): void {
    const checkpoint = { revision, eventId };
    switch (event.type) {
      case 'ImportOpened':
        this.begin(event.payload, checkpoint);
        return;
      case 'KeysRegistered':
        this.hold(event.payload, revision);
        this.checkpointNow = checkpoint;
        return;
      case 'ImportCompleted':
      case 'ImportAbandoned':
        this.finish(event, checkpoint);
        return;
      case 'DuplicateKeysFound':
      case 'ImportRefused':
        // Facts for auditors: they make nothing known.
        this.checkpointNow = checkpoint;
        return;
      default:
        unreachable(event);
    }
  }

  private begin(terms: ImportTerms, to: Checkpoint): void {
    if (this.current !== null || this.imports.ofLot(terms.lotId) !== undefined) {
      throw new RegistryMismatch(`the registry opens an import of lot ${terms.lotId} while it may not`);
    }
    this.commit(to, () => this.imports.add(terms, to.revision));
    this.current = this.readCurrent();
  }

  private hold(payload: KeysRegisteredPayload, revision: number): void {
    const current = this.expectCurrent(payload.attempt);
    const packed = Buffer.from(payload.fingerprints, 'base64');
    if (
      packed.length !== payload.count * FINGERPRINT_BYTES ||
      payload.firstSerial !== current.registered + 1
    ) {
      throw new RegistryMismatch(
        `the registry's event ${revision} is not the chunk after serial ${current.registered}`,
      );
    }
    if (this.waitingKeys + payload.count > SORTED_MAX) this.flush();
    packed.copy(this.waiting, this.waitingKeys * FINGERPRINT_BYTES);
    this.waitingKeys += payload.count;
    current.registered += payload.count;
    current.lastRevision = revision;
  }

  private finish(
    event: Extract<KeyRegistryEvent, { type: 'ImportCompleted' | 'ImportAbandoned' }>,
    to: Checkpoint,
  ): void {
    const current = this.expectCurrent(event.payload.attempt);
    const state = event.type === 'ImportCompleted' ? 'completed' : 'abandoned';
    this.commit(to, () => {
      this.imports.advance(current.no, { state, registered: current.registered, lastRevision: to.revision });
    });
    this.current = null;
  }

  private expectCurrent(attempt: string): OpenImport {
    if (this.current?.attempt === attempt) return this.current;
    throw new RegistryMismatch(`the registry speaks of import attempt ${attempt}, which is not under way`);
  }

  private flush(): void {
    if (this.waitingKeys > 0) this.commit(this.checkpointNow, () => undefined);
  }

  /** What waits, a change of the imports and the checkpoint: all or nothing. */
  private commit(checkpoint: Checkpoint, change: () => void): void {
    this.database.transaction(() => {
      this.writeWaiting();
      change();
      this.database
        .prepare('UPDATE origin SET revision = ?, event_id = ?')
        .run(checkpoint.revision, checkpoint.eventId);
    })();
    this.waitingKeys = 0;
    this.checkpointNow = checkpoint;
  }

  private writeWaiting(): void {
    if (this.current === null || this.waitingKeys === 0) return;
    const { no, registered, lastRevision } = this.current;
    const packed = this.waiting.subarray(0, this.waitingKeys * FINGERPRINT_BYTES);
    this.fingerprints.add(no, registered - this.waitingKeys + 1, packed);
    this.imports.advance(no, { state: 'open', registered, lastRevision });
  }

  private readCheckpoint(): Checkpoint {
    const kept = this.database.prepare('SELECT revision, event_id AS eventId FROM origin').get();
    return (kept as Checkpoint | undefined) ?? { revision: NOTHING_APPLIED, eventId: null };
  }

  private readCurrent(): OpenImport | null {
    const found = this.imports.current();
    if (found === undefined) return null;
    const { no, attempt, registered, lastRevision } = found;
    return { no, attempt, registered, lastRevision };
  }
}
