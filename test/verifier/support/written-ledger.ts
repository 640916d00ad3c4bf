import Database from 'better-sqlite3';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { streamName } from '../../../src/domain/shared/identifiers.js';
import { createSchema } from '../../../src/infrastructure/event-store/embedded/schema.js';
import type { StoredEvent } from '../../../src/infrastructure/event-store/event-store.js';
import { TRANSPARENCY_SCHEMA } from '../../../src/projections/transparency/schema.js';
import { formatCheckpoint } from '../../../src/proof/checkpoint.js';
import { CosignatureSigner } from '../../../src/proof/cosignature.js';
import { leafEntry } from '../../../src/proof/envelope.js';
import { leafHash } from '../../../src/proof/hashes.js';
import { addSignatures, Ed25519Signer, signatureLine, signNote, vkeyOf } from '../../../src/proof/note.js';
import { rootOfLeaves } from '../../../src/proof/merkle-proof.js';
import { formatPolicy } from '../../../src/proof/policy.js';
import { encodeEntries, tilePath, TILE_HASHES } from '../../../src/proof/tiles.js';
import { TreeBuilder } from '../../../src/proof/tree-builder.js';
import { LEDGER, renumbered } from './recorded-history.js';

export const ORIGIN = 'ledger.example/test';
export const LOG_KEY = new Ed25519Signer(ORIGIN, Buffer.alloc(32, 1));
export const WITNESS_KEY = new CosignatureSigner('witness.example', Buffer.alloc(32, 2));
export const LOG_VKEY = vkeyOf(LOG_KEY);
export const WITNESS_VKEY = vkeyOf(WITNESS_KEY);
export const POLICY = formatPolicy({
  logs: [{ vkey: LOG_VKEY }],
  witnesses: [{ name: 'w', vkey: WITNESS_VKEY }],
  groups: [],
  quorum: 'w',
});
const COSIGNED_AT_SECONDS = 1_790_000_000;

function leavesOf(events: readonly StoredEvent[]): Buffer[] {
  return inSequence(events).map((event, index) => leafEntry(event, index + 1));
}

function inSequence(events: readonly StoredEvent[]): StoredEvent[] {
  return events.filter(({ stream }) => !stream.startsWith(`${LEDGER}.aside.`));
}

/** Of the first `size` events of the sequence. */
export function rootOf(events: readonly StoredEvent[], size: number): Buffer {
  return rootOfLeaves(leavesOf(events).slice(0, size).map(leafHash));
}

/** A signed and witnessed checkpoint over the first events. */
export function signedNote(events: readonly StoredEvent[], size: number): string {
  const text = formatCheckpoint({ origin: ORIGIN, size, root: rootOf(events, size) });
  return addSignatures(signNote(text, [LOG_KEY]), [
    signatureLine(WITNESS_KEY.cosign(text, COSIGNED_AT_SECONDS)),
  ]);
}

/** The events, with a checkpoint in the aside stream after each of these sizes. */
export function withCheckpoints(events: readonly StoredEvent[], sizes: readonly number[]): StoredEvent[] {
  return renumbered(
    events.flatMap((event, index) => {
      const size = index + 1;
      return sizes.includes(size) ? [event, checkpointEvent(events, size)] : [event];
    }),
  );
}

function checkpointEvent(events: readonly StoredEvent[], size: number): StoredEvent {
  const root = rootOf(events, size).toString('base64');
  return {
    stream: streamName(LEDGER, 'aside.checkpoints'),
    revision: 0,
    position: 0,
    eventId: `00000000-0000-4000-a000-${String(size).padStart(12, '0')}`,
    type: 'CheckpointIssued',
    data: JSON.stringify({ origin: ORIGIN, size, root }),
    metadata: JSON.stringify({ schemaVersion: 1 }),
  };
}

/** A data directory that holds these events as they are, fitting or not. */
export function writeData(directory: string, events: readonly StoredEvent[]): void {
  const database = new Database(join(directory, 'ledger.sqlite'));
  database.pragma('synchronous = OFF');
  createSchema(database, LEDGER);
  // What a forger writes need not keep the engine's index.
  database.exec('DROP INDEX events_by_stream');
  const insert = database.prepare(
    'INSERT INTO events (position, stream, revision, event_id, type, data, metadata) VALUES (?, ?, ?, ?, ?, ?, ?)',
  );
  database.transaction(() => {
    for (const { position, stream, revision, eventId, type, data, metadata } of events)
      insert.run(position, stream, revision, eventId, type, data, metadata);
  })();
  database.close();
}

/** The service's own read model of the tree over these events, beside them. */
export function writeTransparencyModel(directory: string, events: readonly StoredEvent[]): string {
  const folder = join(directory, 'read-models');
  mkdirSync(folder);
  writeFileSync(join(folder, 'transparency-v1.current'), 'transparency-v1-1.sqlite\n');
  const file = join(folder, 'transparency-v1-1.sqlite');
  const database = new Database(file);
  database.pragma('synchronous = OFF');
  database.exec(`BEGIN; ${TRANSPARENCY_SCHEMA}`);
  const leaves = leavesOf(events);
  const builder = new TreeBuilder(0, () => Buffer.alloc(0));
  inSequence(events).forEach(({ position, eventId }, index) => {
    const entry = leaves[index] as Buffer;
    const id = Buffer.from(eventId.replaceAll('-', ''), 'hex');
    database.prepare('INSERT INTO leaves VALUES (?, ?, ?, ?)').run(index + 1, position, id, entry);
    builder.append(leafHash(entry));
  });
  for (const { level, number, hashes } of builder.takeChanged())
    database.prepare('INSERT INTO tiles VALUES (?, ?, ?)').run(level, number, hashes);
  database.exec('COMMIT');
  database.close();
  return file;
}

/** An export of all events, with its files as `sourcebook log export` writes them. */
export function writeExport(folder: string, events: readonly StoredEvent[]): void {
  const own = inSequence(events);
  const lines = own.map(({ stream, revision, eventId, type, data, metadata }, index) =>
    JSON.stringify({ sequence: index + 1, stream, revision, eventId, type, data, metadata }),
  );
  write(folder, 'events.jsonl', `${lines.join('\n')}\n`);
  write(folder, 'checkpoint', signedNote(own, own.length));
  write(folder, 'vkeys', `${LOG_VKEY}\n${WITNESS_VKEY}\n`);
  write(folder, 'policy', POLICY);
  const leaves = leavesOf(own);
  const builder = new TreeBuilder(0, () => Buffer.alloc(0));
  leaves.forEach((entry) => builder.append(leafHash(entry)));
  for (const { level, number, hashes } of builder.takeChanged())
    write(folder, tilePath(level, number, hashes.length / 32), hashes);
  for (let first = 0; first < leaves.length; first += TILE_HASHES) {
    const bundle = leaves.slice(first, first + TILE_HASHES);
    write(folder, tilePath('entries', first / TILE_HASHES, bundle.length), encodeEntries(bundle));
  }
}

export function write(folder: string, path: string, content: string | Buffer): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), content);
}
