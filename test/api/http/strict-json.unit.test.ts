import fc from 'fast-check';
import { JSON_DEPTH_MAX, parseStrictJson } from '../../../src/api/http/strict-json.js';

const parse = (text: string): unknown => parseStrictJson(Buffer.from(text));

/** How deep a value is nested. */
function depthOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(depthOf));
}

describe('strict JSON', () => {
  it('reads whatever JavaScript writes, as long as it is not too deep', () => {
    fc.assert(
      fc.property(fc.json({ depthSize: 'medium' }), (text) => {
        const value = JSON.parse(text) as unknown;
        fc.pre(depthOf(value) <= JSON_DEPTH_MAX && !text.includes('__proto__'));
        expect(parse(text)).toEqual(value);
      }),
    );
  });

  it('refuses a name that stands twice in one object, however deep and however written', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.array(fc.constantFrom('[', '{')), (name, wraps) => {
        fc.pre(name !== '__proto__');
        const literal = JSON.stringify(name);
        const escaped = `"${[...Array(name.length).keys()].map((index) => `\\u${name.charCodeAt(index).toString(16).padStart(4, '0')}`).join('')}"`;
        const inner = `{${literal}:1, "other\\"":2 ,${escaped}\t:3}`;
        const wrapped = wraps
          .slice(0, 10)
          .reduce((text, wrap) => (wrap === '[' ? `[${text}]` : `{"w":${text}}`), inner);
        expect(() => parse(wrapped)).toThrow('twice');
      }),
    );
  });

  it('lets a name stand in several objects, and as a value', () => {
    expect(parse('{"a":{"a":1},"b":[{"a":2},{"a":"a"}],"c":"a"}')).toEqual({
      a: { a: 1 },
      b: [{ a: 2 }, { a: 'a' }],
      c: 'a',
    });
  });

  it('refuses __proto__ as a name, also where it is written with escapes', () => {
    expect(() => parse('{"a":{"__proto__":{}}}')).toThrow('__proto__');
    expect(() => parse('{"\\u005f_proto__":{}}')).toThrow('__proto__');
    expect(parse('{"a":"__proto__"}')).toEqual({ a: '__proto__' });
  });

  it('reads sixteen levels and refuses seventeen', () => {
    const nested = (levels: number): string => `${'[{"a":'.repeat(levels / 2)}1${'}]'.repeat(levels / 2)}`;
    expect(() => parse(nested(16))).not.toThrow();
    expect(() => parse(`[${nested(16)}]`)).toThrow('deeper');
  });

  it('never repeats what it could not read', () => {
    const read = (): unknown => parse('{"secret":"hunter2",}');
    expect(read).toThrow('no JSON');
    expect(read).not.toThrow('hunter2');
  });
});
