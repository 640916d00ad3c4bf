import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { strictDecoder, type KeyFileEncoding } from '../../../src/domain/key-file/decoding.js';
import { detectEncoding } from '../../../src/domain/key-file/detection.js';
import { detect, inPieces, told } from './reading.js';

const SECRET_ONLY = { columns: ['secret'] };
const NI_HAO_GB18030 = [0xc4, 0xe3, 0xba, 0xc3];

function bytes(...values: readonly (number | string)[]): Buffer {
  return Buffer.concat(
    values.map((value) => (typeof value === 'number' ? Buffer.of(value) : Buffer.from(value))),
  );
}

function utf16(text: string, order: 'utf-16le' | 'utf-16be', mark = true): Buffer {
  const little = Buffer.from(mark ? `\uFEFF${text}` : text, 'utf16le');
  return order === 'utf-16le' ? little : little.swap16();
}

function decode(encoding: KeyFileEncoding, file: Uint8Array, sizes: readonly number[]): string {
  const decoder = strictDecoder(encoding);
  let text = '';
  for (const piece of inPieces(file, sizes)) text += decoder.write(piece);
  decoder.end();
  return text;
}

describe('the encoding of a key file', () => {
  it.each([
    ['plain ASCII', bytes('abc'), 'utf-8'],
    ['an empty file', bytes(), 'utf-8'],
    ['UTF-8 without a mark', bytes('卡密'), 'utf-8'],
    ['UTF-8 with its mark', bytes(0xef, 0xbb, 0xbf, 'abc'), 'utf-8'],
    ['only a mark', bytes(0xef, 0xbb, 0xbf), 'utf-8'],
    ['UTF-16LE', utf16('卡密😀', 'utf-16le'), 'utf-16le'],
    ['UTF-16BE', utf16('卡密😀', 'utf-16be'), 'utf-16be'],
    ['only a mark of UTF-16LE', bytes(0xff, 0xfe), 'utf-16le'],
    ['only a mark of UTF-16BE', bytes(0xfe, 0xff), 'utf-16be'],
    ['GB18030 of two bytes', bytes('abc', ...NI_HAO_GB18030), 'gb18030'],
    ['GB18030 of four bytes', bytes(0x81, 0x30, 0x81, 0x30, 0x80), 'gb18030'],
    ['half a UTF-8 mark, which GB18030 can read', bytes(0xef, 0xbb), 'gb18030'],
  ])('knows %s', (_name, file, encoding) => {
    expect(detect(file)).toBe(encoding);
    expect(detect(file, [1])).toBe(encoding);
  });

  it.each([
    ['UTF-8 with a mark and a byte that is none of its own', bytes(0xef, 0xbb, 0xbf, ...NI_HAO_GB18030)],
    ['UTF-8 with a mark and a character cut off', bytes(0xef, 0xbb, 0xbf, 0xe5, 0x8d)],
    ['UTF-16LE with an odd byte', bytes(0xff, 0xfe, 0x41, 0x00, 0x42)],
    ['UTF-16LE with a low surrogate alone', bytes(0xff, 0xfe, 0x00, 0xdc, 0x41, 0x00)],
    ['UTF-16LE with a high surrogate before another character', bytes(0xff, 0xfe, 0x00, 0xd8, 0x41, 0x00)],
    ['UTF-16LE that ends with a high surrogate', bytes(0xff, 0xfe, 0x41, 0x00, 0x00, 0xd8)],
    ['UTF-16BE with an odd byte', bytes(0xfe, 0xff, 0x00, 0x41, 0x42)],
    ['UTF-16BE with a low surrogate alone', bytes(0xfe, 0xff, 0xdc, 0x00)],
    ['UTF-16BE with two high surrogates', bytes(0xfe, 0xff, 0xd8, 0x00, 0xd8, 0x00)],
    ['half of a UTF-16 mark', bytes(0xff)],
    ['neither UTF-8 nor GB18030: FF', bytes('abc', 0xff, 'abc')],
    ['neither: a lead byte at the end', bytes('abc', 0xc4)],
    ['neither: a second byte that is none', bytes(0xc4, 0x20)],
    ['neither: a four-byte character cut off', bytes(0x81, 0x30, 0x81)],
    ['neither: four bytes without a character', bytes(0x84, 0x31, 0xa5, 0x30)],
    ['UTF-8 with a mark and a surrogate', bytes(0xef, 0xbb, 0xbf, 0xed, 0xa0, 0x80)],
  ])('refuses %s', (_name, file) => {
    expect(detect(file)).toBe('undecodable');
    expect(detect(file, [1])).toBe('undecodable');
    expect(told(file, SECRET_ONLY)).toBe('undecodable_file');
  });

  it('stops reading where nothing is left to be learnt', async () => {
    let pieces = 0;
    function* endless(): Generator<Uint8Array> {
      for (;;) {
        pieces += 1;
        yield bytes(0xff, 0xff, 0xff, 0xff);
      }
    }
    await expect(detectEncoding(endless())).resolves.toBe('undecodable');
    expect(pieces).toBe(1);
  });

  it('is the same however the file is cut', () => {
    const file = fc.oneof(
      fc.uint8Array({ maxLength: 24 }),
      fc.array(
        fc.constantFrom(0x0a, 0x30, 0x41, 0x80, 0x81, 0xc4, 0xe5, 0x8d, 0xa1, 0xf0, 0xff, 0xfe, 0xd8, 0xdc),
        {
          maxLength: 12,
        },
      ),
      fc.string({ unit: 'binary', maxLength: 12 }).map((text) => Buffer.from(text, 'utf8')),
    );
    fc.assert(
      fc.property(
        file,
        fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 4 }),
        (given, sizes) => {
          const whole = Uint8Array.from(given);
          expect(detect(whole, sizes)).toBe(detect(whole));
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('the text of a key file', () => {
  it.each(['utf-8', 'utf-16le', 'utf-16be'] as const)(
    'of %s comes back without its mark however it is cut',
    (encoding) => {
      fc.assert(
        fc.property(
          fc.string({ unit: 'grapheme', maxLength: 20 }),
          fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 4 }),
          (text, sizes) => {
            const file = encoding === 'utf-8' ? Buffer.from(`\uFEFF${text}`) : utf16(text, encoding);
            expect(decode(encoding, file, sizes)).toBe(text);
          },
        ),
      );
    },
  );

  it('loses one mark only, and only at the very start', () => {
    expect(decode('utf-8', bytes('\uFEFF\uFEFFa\uFEFF'), [1])).toBe('\uFEFFa\uFEFF');
    expect(decode('utf-16be', utf16('\uFEFFa\uFEFF', 'utf-16be'), [3])).toBe('\uFEFFa\uFEFF');
    expect(told('\uFEFF\uFEFFsecret\n', SECRET_ONLY)).toEqual(['forbidden_character']);
    expect(told('\uFEFFsecret\nsec\uFEFFret\n', SECRET_ONLY)).toEqual(['-|secret|-', 'forbidden_character']);
  });

  it('takes U+FEFF written in GB18030 for a character, since GB18030 has no mark', () => {
    const file = bytes(0x84, 0x31, 0x95, 0x33, ...NI_HAO_GB18030);
    expect(decode('gb18030', file, [1])).toBe('\uFEFF你好');
  });

  it('reads one byte 80 of GB18030 as the euro sign, as the WHATWG Encoding Standard says', () => {
    expect(decode('gb18030', bytes(0x80, ...NI_HAO_GB18030), [2])).toBe('€你好');
  });

  // Digests of index-gb18030.txt and index-gb18030-ranges.txt (2024-09-18) of the WHATWG Encoding Standard, read as
  // the text of all their code points: a platform with another table must not read key files unnoticed.
  it('agrees with every two-byte character of the standard', () => {
    let file = Buffer.alloc(0);
    for (let pointer = 0; pointer < 23_940; pointer += 190) file = Buffer.concat([file, twoByteRow(pointer)]);
    expect(digest(decode('gb18030', file, [65_536]))).toBe(
      '85373408efe24c652c0a2f37997df8c657b0e8a654d07d9f9d97f1ad16609bc6',
    );
    expect(decode('gb18030', file, [7, 1, 3])).toBe(decode('gb18030', file, [65_536]));
  });

  it('agrees with every four-byte character of the basic plane, and with the first and last beyond it', () => {
    const pointers = Array.from({ length: 39_420 }, (_, pointer) => fourBytes(pointer));
    expect(digest(decode('gb18030', Buffer.concat(pointers), [4096]))).toBe(
      'efc8b18e905caa9e0ea4187852ab4d90bb671c8c722cca4d6bd4f58746eb3e00',
    );
    expect(decode('gb18030', fourBytes(189_000), [1])).toBe('\u{10000}');
    expect(decode('gb18030', fourBytes(1_237_575), [1])).toBe('\u{10FFFF}');
    for (const nothing of [39_420, 188_999, 1_237_576])
      expect(detect(fourBytes(nothing))).toBe('undecodable');
  });
});

function twoByteRow(pointer: number): Buffer {
  const lead = pointer / 190 + 0x81;
  return Buffer.of(...Array.from({ length: 190 }, (_, at) => [lead, at + (at < 0x3f ? 0x40 : 0x41)]).flat());
}

function fourBytes(pointer: number): Buffer {
  return Buffer.of(
    Math.floor(pointer / 12_600) + 0x81,
    (Math.floor(pointer / 1260) % 10) + 0x30,
    (Math.floor(pointer / 10) % 126) + 0x81,
    (pointer % 10) + 0x30,
  );
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
