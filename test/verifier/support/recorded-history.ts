import { createHash } from 'node:crypto';
import { streamName, parseStreamName } from '../../../src/domain/shared/identifiers.js';
import type { StoredEvent } from '../../../src/infrastructure/event-store/event-store.js';
import { ToyStory, type Step } from '../../support/toy-story.js';

/** An event that a test may change in any way. */
export type Forgeable = { -readonly [Name in keyof StoredEvent]: StoredEvent[Name] };
export type Payload = Record<string, unknown>;

export const LEDGER = 'test';

/** How a toy ledger calls a category, and how the service does; `null` for one stream without parts. */
const CATEGORIES: Readonly<Record<string, string>> = {
  po: 'purchaseorder',
  'key.registry': 'keyregistry',
  supplier: 'suppliers',
  product: 'products',
  merchant: 'merchants',
};
const SINGLE = new Set(['keyregistry', 'suppliers', 'products', 'merchants']);

/** 16 bytes that stand for a key's keyed fingerprint. */
function fingerprint(lotId: string, serial: number): Buffer {
  return createHash('sha256').update(`${lotId}/${serial}`).digest().subarray(0, 16);
}

function streamOf(told: string): string {
  const { category, parts } = parseStreamName(told) ?? { category: '', parts: [] };
  const name = CATEGORIES[category] ?? category;
  return SINGLE.has(name) ? streamName(LEDGER, name) : streamName(LEDGER, name, ...parts);
}

function withFingerprints(payload: Payload): Payload {
  const { lotId, firstSerial, count } = payload as { lotId: string; firstSerial: number; count: number };
  const prints = Array.from({ length: count }, (_, index) => fingerprint(lotId, firstSerial + index));
  return { ...payload, fingerprints: Buffer.concat(prints).toString('base64') };
}

/** Toy stories do not count the lines between their keys. */
function withLines(payload: Payload): Payload {
  const { accepted, ...counts } = payload['counts'] as Record<string, number>;
  if ((counts['lines'] as number) !== accepted) return payload;
  const blank = accepted ?? 0;
  return { ...payload, counts: { ...counts, accepted, lines: 2 * blank, blank } };
}

export function founding(): StoredEvent {
  const publicKey = Buffer.alloc(32, 7).toString('base64');
  return {
    stream: streamName(LEDGER, 'genesis'),
    revision: 0,
    position: 0,
    eventId: '00000000-0000-4000-9000-000000000000',
    type: 'LedgerFounded',
    data: JSON.stringify({ ledgerId: 'LEDGER-1', origin: 'ledger.example/test', signingKey: publicKey }),
    metadata: JSON.stringify({
      schemaVersion: 2,
      occurredAt: '2026-01-01T00:00:00Z',
      recordedAt: '2026-01-01T00:00:00Z',
      actor: 'sourcebook',
    }),
  };
}

type Fill = (payload: Payload) => Payload;

/** What a toy ledger told, as the service would have recorded it: streams, key fingerprints and salts. */
export function asRecorded(
  told: readonly StoredEvent[],
  fillImport: Fill = (payload) => payload,
): Forgeable[] {
  const events = [founding(), ...told.map((event) => ({ ...event, stream: streamOf(event.stream) }))];
  return renumbered(
    events.map((event, index) => {
      const payload = JSON.parse(event.data) as Payload;
      const filled =
        event.type === 'KeysRegistered'
          ? withFingerprints(payload)
          : event.type.startsWith('Import')
            ? fillImport(payload)
            : payload;
      const salt = createHash('sha256').update(`salt ${index}`).digest('base64url').slice(0, 22);
      return { ...event, data: JSON.stringify({ ...filled, $salt: salt }) };
    }),
  );
}

/** The same events as one history: positions and revisions follow. */
export function renumbered(events: readonly StoredEvent[]): Forgeable[] {
  const revisions = new Map<string, number>();
  return events.map((event, position) => {
    const revision = revisions.get(event.stream) ?? 0;
    revisions.set(event.stream, revision + 1);
    return { ...event, revision, position };
  });
}

/** Two lots, transfers, orders, both kinds of refund, losses: enough of everything that can happen. */
const STORY: readonly Step[] = [
  { kind: 'receive', pick: 0, quantity: 7, flag: true, hours: 1 },
  { kind: 'receive', pick: 2, quantity: 6, flag: true, hours: 1 },
  { kind: 'transfer', pick: 0, quantity: 3, flag: true, hours: 1 },
  { kind: 'issue', pick: 0, quantity: 3, flag: true, hours: 1 },
  { kind: 'issue', pick: 0, quantity: 2, flag: false, hours: 1 },
  { kind: 'refund', pick: 0, quantity: 2, flag: true, hours: 1 },
  { kind: 'refund', pick: 0, quantity: 1, flag: false, hours: 1 },
  { kind: 'refund', pick: 1, quantity: 1, flag: false, hours: 1 },
  { kind: 'quarantine', pick: 1, quantity: 1, flag: false, hours: 1 },
  { kind: 'writeOff', pick: 1, quantity: 2, flag: false, hours: 1 },
  { kind: 'release', pick: 1, quantity: 1, flag: false, hours: 1 },
  { kind: 'return', pick: 1, quantity: 1, flag: false, hours: 1 },
  { kind: 'issue', pick: 2, quantity: 1, flag: true, hours: 1 },
];

export function story(steps: readonly Step[] = STORY): Forgeable[] {
  return asRecorded(new ToyStory(steps).ledger.told.stored, withLines);
}

/** A long one, so that the tree has full tiles. */
export function longStory(): Forgeable[] {
  const again = Array.from({ length: 20 }, (): Step[] => [
    { kind: 'receive', pick: 0, quantity: 7, flag: true, hours: 1 },
    { kind: 'issue', pick: 0, quantity: 3, flag: true, hours: 1 },
    { kind: 'issue', pick: 0, quantity: 2, flag: true, hours: 1 },
    { kind: 'refund', pick: 0, quantity: 1, flag: true, hours: 1 },
  ]);
  return story([...STORY, ...again.flat()]);
}

export function payloadOf(event: StoredEvent): Payload {
  return JSON.parse(event.data) as Payload;
}

/** Changes an event's payload; its salt stays at the end. */
export function forge(event: Forgeable, change: (payload: Payload) => void): void {
  const { $salt, ...payload } = payloadOf(event);
  change(payload);
  event.data = JSON.stringify({ ...payload, $salt });
}

/** The `n`-th event of a type, from 0. */
export function eventOf(events: readonly Forgeable[], type: string, n = 0): Forgeable {
  const found = events.filter((event) => event.type === type)[n];
  if (found === undefined) throw new Error(`the story has no ${type} number ${n}`);
  return found;
}
