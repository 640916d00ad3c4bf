import fc from 'fast-check';
import { canonicalJson } from '../../src/proof/canonical-json.js';
import { leafEntry, readEntry, type StoredRecord } from '../../src/proof/envelope.js';
import { sha256Hex } from '../../src/proof/hashes.js';
import { Malformed } from '../../src/proof/malformed.js';
import { everyFlip } from './trees.js';

const metadata = {
  schemaVersion: 2,
  occurredAt: '2026-09-01T08:00:00.000Z',
  recordedAt: '2026-09-01T08:00:01.000Z',
  actor: '店员 "一"',
  channel: 'http',
  $correlationId: 'c',
};

const fulfilled: StoredRecord = {
  eventId: '3f0c8f9e-0000-4000-8000-000000000001',
  type: 'OrderFulfilled',
  stream: 'main.order-MER%2D001~C1',
  revision: 3,
  data: '{"price": "1.50", "$salt":"AAAAAAAAAAAAAAAAAAAAAA"}',
  metadata: JSON.stringify(metadata),
};

describe("a leaf's entry", () => {
  it('says what its event is, in bytes that never change', () => {
    expect(leafEntry(fulfilled, 7).toString()).toBe(
      '{"actor":"店员 \\"一\\"","envelope":1,"eventId":"3f0c8f9e-0000-4000-8000-000000000001",' +
        `"metadataDigest":"${sha256Hex(fulfilled.metadata)}","occurredAt":"2026-09-01T08:00:00.000Z",` +
        `"payloadDigest":"${sha256Hex(fulfilled.data)}","recordedAt":"2026-09-01T08:00:01.000Z",` +
        '"revision":3,"schemaVersion":2,"sequence":7,"stream":"main.order-MER%2D001~C1","type":"OrderFulfilled"}',
    );
  });

  it('digests the stored texts as they stand, not what they mean', () => {
    const spaced = { ...fulfilled, data: fulfilled.data.replace(': ', ':') };
    expect(leafEntry(spaced, 7).equals(leafEntry(fulfilled, 7))).toBe(false);
  });

  it('is the canonical JSON of the envelope that it is read as', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 40 });
    fc.assert(
      fc.property(text, text, text, fc.nat(), fc.nat(), (actor, stream, type, revision, count) => {
        const record = {
          ...fulfilled,
          stream,
          type,
          revision,
          metadata: JSON.stringify({ ...metadata, actor }),
        };
        const entry = leafEntry(record, count + 1);
        const envelope = readEntry(entry);
        expect(envelope).toMatchObject({ actor, stream, type, revision, sequence: count + 1, envelope: 1 });
        expect(canonicalJson(envelope)).toBe(entry.toString());
      }),
    );
  });

  it.each<[string, Partial<StoredRecord>, number]>([
    ['metadata that is no JSON', { metadata: 'x' }, 1],
    ['metadata without an actor', { metadata: JSON.stringify({ ...metadata, actor: undefined }) }, 1],
    ['a schema version that is a text', { metadata: JSON.stringify({ ...metadata, schemaVersion: '1' }) }, 1],
    ['an id in capitals', { eventId: fulfilled.eventId.toUpperCase() }, 1],
    ['a revision below 0', { revision: -1 }, 1],
    ['a sequence below 1', {}, 0],
    ['half a character', { stream: 'main.\ud800' }, 1],
    ['a name beyond every limit', { stream: 'x'.repeat(65_536) }, 1],
  ])('is refused for %s, naming the event', (_, change, sequence) => {
    const record = { ...fulfilled, ...change };
    expect(() => leafEntry(record, sequence)).toThrow(Malformed);
    expect(() => leafEntry(record, sequence)).toThrow(record.eventId);
  });
});

describe('reading an entry', () => {
  const entry = leafEntry(fulfilled, 7);
  const envelope = readEntry(entry);

  it.each<[string, string]>([
    ['a member more', canonicalJson({ ...envelope, note: 'x' })],
    ['a member less', canonicalJson({ ...envelope, type: undefined })],
    ['another version of the form', canonicalJson({ ...envelope, envelope: 2 })],
    ['a digest in capitals', canonicalJson({ ...envelope, payloadDigest: 'A'.repeat(64) })],
    ['a broken number', canonicalJson({ ...envelope, revision: 0.5 })],
    ['sequence 0', canonicalJson({ ...envelope, sequence: 0 })],
    ['a number as a text', canonicalJson({ ...envelope, schemaVersion: '2' })],
    ['white space', JSON.stringify(envelope, null, 1)],
    ['another order of members', JSON.stringify(Object.fromEntries(Object.entries(envelope).reverse()))],
    ['a member twice', entry.toString().replace('{', '{"actor":"someone else",')],
    ['another spelling of a number', entry.toString().replace('"revision":3', '"revision":3.0')],
    ['an escape too many', entry.toString().replace('main', '\\u006dain')],
    ['half a character', entry.toString().replace('main', '\\ud800')],
    ['no object', '[]'],
    ['no JSON', '{'],
    ['nothing', ''],
  ])('refuses %s', (_, text) => expect(() => readEntry(Buffer.from(text))).toThrow(Malformed));

  it('refuses bytes that are no UTF-8', () => {
    const bytes = Buffer.from(entry);
    bytes[bytes.indexOf('main')] = 0xff;
    expect(() => readEntry(bytes)).toThrow(Malformed);
  });

  it('never reads two byte sequences as one envelope', () => {
    for (const flip of everyFlip(entry)) {
      const read = attempt(() => readEntry(flip));
      if (read !== undefined) expect(read).not.toEqual(envelope);
    }
  });
});

function attempt<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch (error) {
    expect(error).toBeInstanceOf(Malformed);
    return undefined;
  }
}
