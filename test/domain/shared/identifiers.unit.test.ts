import fc from 'fast-check';
import {
  isInSequence,
  keyId,
  parseKeyId,
  parseStreamName,
  streamName,
} from '../../../src/domain/shared/identifiers.js';

/** Any text of JavaScript, lone surrogates and noncharacters included. */
const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({
    unit: fc.constantFrom('-', '~', '.', '%', '/', '2', 'd800', '\uFFFF', '\uD800', '\uDC00', '源'),
  }),
);

describe('stream names', () => {
  it('keep merchant A-1 with order 2 apart from merchant A with order 1-2', () => {
    const left = streamName('main', 'order', 'A-1', '2');
    expect(left).toBe('main.order-A%2D1~2');
    expect(streamName('main', 'order', 'A', '1-2')).toBe('main.order-A~1%2D2');
  });

  it.each([
    ['a slash', 'A-1/2', 'A/1-2'],
    ['the mark between parts', 'A~1', 'A%7E1'],
    ['the mark of an encoding', '%2D', '-'],
    ['a lone surrogate', '\uD800', '\uFFFFd800'],
    ['two lone surrogates', '\uD800', '\uDBFF'],
    ['a noncharacter', '\uFFFF', '\uFFFFffff'],
  ])('keep ids apart that differ by %s', (_, left, right) => {
    expect(streamName('main', 'order', left)).not.toBe(streamName('main', 'order', right));
  });

  it('keep an empty part apart from no part', () => {
    expect(streamName('main', 'stock', '')).toBe('main.stock-');
    expect(streamName('main', 'stock')).toBe('main.stock');
    expect(parseStreamName('main.stock-')?.parts).toEqual(['']);
    expect(parseStreamName('main.stock')?.parts).toEqual([]);
  });

  it('consist of ASCII alone, whatever the ids are', () => {
    fc.assert(
      fc.property(anyText, fc.array(anyText), (ledger, parts) => {
        expect(streamName(ledger, 'order', ...parts)).toMatch(/^[\x21-\x7e]*$/);
      }),
    );
  });

  it('are taken apart again into just what they were made of', () => {
    fc.assert(
      fc.property(
        anyText.filter((ledger) => ledger !== ''),
        fc.constantFrom('order', 'keyregistry', 'aside.keys'),
        fc.array(anyText),
        (ledger, category, parts) => {
          const identity = parseStreamName(streamName(ledger, category, ...parts));
          expect(identity).toEqual({ ledger, category, parts });
        },
      ),
    );
  });

  it.each([
    '',
    'main',
    'main.',
    'main.Order-1',
    '.order-1',
    '$ce-order',
    'main.order-%ZZ',
    'main.order-%2d',
    'main.order-A-1',
  ])('are not taken apart where they are not ours: %p', (name) =>
    expect(parseStreamName(name)).toBeUndefined(),
  );

  it.each(['', 'Order', 'key-registry', 'aside.', 'a b'])('have no category such as %p', (category) => {
    expect(() => streamName('main', category)).toThrow(RangeError);
  });
});

describe("the ledger's sequence", () => {
  it('counts every stream but those set aside', () => {
    expect(isInSequence(streamName('main', 'order', 'aside.x'))).toBe(true);
    expect(isInSequence(streamName('aside.main', 'order'))).toBe(true);
    expect(isInSequence(streamName('main', 'aside.keys', 'LOT-1'))).toBe(false);
    expect(isInSequence(streamName('main', 'asides'))).toBe(true);
  });
});

describe("a key's id", () => {
  it('is its lot and its serial in at least six digits', () => {
    expect(keyId('LOT-0001', 42)).toBe('LOT-0001-000042');
    expect(keyId('LOT-0001', 1_234_567)).toBe('LOT-0001-1234567');
  });

  it('names its lot and serial again', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ minLength: 1, unit: 'binary' }), fc.constant('LOT-000001')),
        fc.integer({ min: 1, max: 999_999_999_999_999 }),
        (lotId, serial) => {
          expect(parseKeyId(keyId(lotId, serial))).toEqual({ lotId, serial });
        },
      ),
    );
  });

  it.each([
    'LOT-1',
    'LOT-000000',
    'LOT-0000001',
    '-000001',
    'LOT-00001',
    'LOT000001',
    'LOT-1234567890123456',
  ])('is not %p', (text) => expect(parseKeyId(text)).toBeUndefined());
});
