import fc from 'fast-check';
import { baseOfOrigin, checkedBase, EpcisIdentifiers, UnusableBase } from '../../src/epcis/identifiers.js';

const identifiers = new EpcisIdentifiers('https://id.example.org');
const anyId = fc.string({ minLength: 1, maxLength: 30, unit: 'binary' });

describe('a base', () => {
  it.each([
    ['https://id.example.org', 'https://id.example.org'],
    ['https://id.example.org/', 'https://id.example.org'],
    ['http://localhost:3000/goods/v2', 'http://localhost:3000/goods/v2'],
  ])('%s serves', (text, base) => expect(checkedBase(text)).toBe(base));

  it.each([
    'example.org',
    'urn:example:goods',
    'ftp://example.org',
    'https://Example.org',
    'https://example.org?x=1',
    'https://example.org/#x',
    'https://user@example.org',
    'https://example.org/01/12345678901231',
    'https://example.org/party/4012345',
    'https://example.org/a b',
    'https://example.org//a',
  ])('%s is refused, and told why', (text) => {
    expect(() => checkedBase(text)).toThrow(UnusableBase);
    expect(() => checkedBase(text)).toThrow('https://id.example.org/goods');
  });

  it.each([
    ['localhost/sourcebook', 'https://id.localhost/sourcebook'],
    ['ledger.example/a', 'https://id.ledger.example/a'],
    ['Ledger der Firma', 'https://id.invalid/origin-Ledger%20der%20Firma'],
    ['ledger.example/2026', 'https://id.invalid/origin-ledger.example%2F2026'],
  ])('is made of the origin %s', (origin, base) => expect(baseOfOrigin(origin)).toBe(base));

  it('is always one that serves', () => {
    fc.assert(fc.property(anyId, (origin) => new URL(baseOfOrigin(origin)).href.length > 0));
  });
});

describe('a key', () => {
  it('is named by its id', () => {
    expect(identifiers.key('LOT-0001', 42)).toBe('https://id.example.org/obj/key/LOT-0001-000042');
    expect(identifiers.parseKey('https://id.example.org/obj/key/LOT-0001-000042')).toEqual({
      lotId: 'LOT-0001',
      serial: 42,
    });
  });

  it('is found again by its URI, whatever its lot is called', () => {
    fc.assert(
      fc.property(anyId, fc.integer({ min: 1, max: 10_000_000 }), (lotId, serial) => {
        expect(identifiers.parseKey(identifiers.key(lotId, serial))).toEqual({ lotId, serial });
        expect(identifiers.keys({ lotId, firstSerial: serial, count: 2 })).toEqual([
          identifiers.key(lotId, serial),
          identifiers.key(lotId, serial + 1),
        ]);
      }),
    );
  });

  it.each([
    'https://id.example.org/obj/key/LOT-0001',
    'https://id.example.org/obj/key/LOT-0001-000000',
    'https://id.example.org/obj/key/LOT%2D0001-000042',
    'https://id.example.org/obj/key/%ff-000042',
    'https://id.example.com/obj/key/LOT-0001-000042',
    'https://id.example.org/class/lot/LOT-0001-000042',
  ])('is not what %s names', (uri) => expect(identifiers.parseKey(uri)).toBeUndefined());
});

describe('every identifier', () => {
  it('is a URI of unreserved and encoded characters, different for different things', () => {
    fc.assert(
      fc.property(anyId, anyId, anyId, anyId, (a, b, c, d) => {
        const [one, other] = [identifiers.merchantOrder(a, b), identifiers.merchantOrder(c, d)];
        expect(one).toMatch(
          /^https:\/\/id\.example\.org\/bt\/so\/(?:[\w.-]|%[0-9A-F]{2})+~(?:[\w.-]|%[0-9A-F]{2})+$/,
        );
        expect(one === other).toBe(a === c && b === d);
      }),
    );
  });
});
