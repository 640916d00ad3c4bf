import fc from 'fast-check';
import { Malformed } from '../../src/proof/malformed.js';
import { decodeEntries, encodeEntries, readTilePath, tilePath } from '../../src/proof/tiles.js';

describe("a tile's path", () => {
  it.each<[number | 'entries', number, number, string]>([
    [0, 1234067, 256, 'tile/0/x001/x234/067'],
    [0, 1234067, 12, 'tile/0/x001/x234/067.p/12'],
    [0, 0, 256, 'tile/0/000'],
    [63, 999, 255, 'tile/63/999.p/255'],
    [2, 1000, 1, 'tile/2/x001/000.p/1'],
    ['entries', 273, 112, 'tile/entries/273.p/112'],
    [0, Number.MAX_SAFE_INTEGER, 256, 'tile/0/x009/x007/x199/x254/x740/991'],
  ])('of level %s, number %d, width %d is %s', (level, number, width, path) => {
    expect(tilePath(level, number, width)).toBe(path);
    expect(readTilePath(path)).toEqual({ level, number, width });
  });

  it('names one tile, and every tile has one', () => {
    const level = fc.oneof(fc.nat(63), fc.constant('entries' as const));
    const number = fc.maxSafeNat();
    fc.assert(
      fc.property(level, number, fc.integer({ min: 1, max: 256 }), (...address) => {
        const [of, at, width] = address;
        expect(readTilePath(tilePath(of, at, width))).toEqual({ level: of, number: at, width });
      }),
    );
  });

  it.each([
    'tile/0/1',
    'tile/00/000',
    'tile/64/000',
    'tile/-1/000',
    'tile/0/x000/001',
    'tile/0/001/002',
    'tile/0/x001/x002',
    'tile/0/000.p/0',
    'tile/0/000.p/256',
    'tile/0/000.p/01',
    'tile/0/000.p/',
    'tile/0/000.p',
    'tile/data/000',
    '/tile/0/000',
    'tile/0/000/',
    'tile/0/000\n',
    'tile/0/x009/x007/x199/x254/x740/992',
    'tile/0/x999/x999/x999/x999/x999/x999/999',
    '',
  ])('is never %j', (path) => expect(readTilePath(path)).toBeUndefined());

  it.each<[number, number, number]>([
    [64, 0, 1],
    [-1, 0, 1],
    [0, -1, 1],
    [0, 0.5, 1],
    [0, 0, 0],
    [0, 0, 257],
  ])('is not written for level %d, number %d, width %d', (level, number, width) => {
    expect(() => tilePath(level, number, width)).toThrow(RangeError);
  });
});

describe('a bundle of entries', () => {
  it('gives back what was put in', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 256 }), (entries) => {
        expect(decodeEntries(encodeEntries(entries))).toEqual(entries.map((entry) => Buffer.from(entry)));
      }),
    );
  });

  it('writes lengths in 16 bits, the high byte first', () => {
    expect(encodeEntries([Buffer.alloc(0), Buffer.from('ab')]).toString('hex')).toBe('000000026162');
  });

  it('holds an entry of 65,535 bytes and none longer', () => {
    const longest = Buffer.alloc(65_535, 7);
    expect(decodeEntries(encodeEntries([longest]))).toEqual([longest]);
    expect(() => encodeEntries([Buffer.alloc(65_536)])).toThrow(RangeError);
  });

  it('is refused when it ends within an entry or its length', () => {
    const bundle = encodeEntries([Buffer.from('abc'), Buffer.from('defg')]);
    for (const length of [1, 2, 3, 4, 6, 8, 10]) {
      expect(() => decodeEntries(bundle.subarray(0, length))).toThrow(Malformed);
    }
    expect(decodeEntries(bundle.subarray(0, 5))).toHaveLength(1);
  });

  it('is refused with more entries than a tile has', () => {
    expect(() => decodeEntries(Buffer.alloc(2 * 257))).toThrow(Malformed);
  });
});
