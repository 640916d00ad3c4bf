import { impurities } from './purity.js';
import { importsOf, sourceFiles } from './source-scan.js';

const pure = sourceFiles().filter(({ path }) => /^src\/(domain|projections)\//.test(path));

describe('the domain and the read models', () => {
  it('take neither time nor chance nor anything else from the world', () => {
    expect(pure.length).toBeGreaterThan(40);
    expect(pure.flatMap(impurities)).toEqual([]);
  });

  it('touch no file, and the domain makes no digest: both are given to them', () => {
    const world = /^(node:)?(fs|crypto|net|http|child_process|os|process|timers)(\/|$)/;
    const touched = pure.flatMap(importsOf).filter(({ to }) => world.test(to));
    expect(touched).toEqual([]);
  });
});

describe('the rule of purity', () => {
  it.each([
    'const at = Date.now();',
    'const at = globalThis.Date.now();',
    'const at = new Date();',
    'const at = new Date;',
    'const at = Date();',
    'const id = randomUUID();',
    'const id = crypto.randomUUID();',
    'const chance = Math.random();',
    'setTimeout(() => undefined, 1);',
  ])('forbids %s', (text) => {
    expect(impurities({ path: 'src/domain/x.ts', text: `\n${text}` })).toEqual([
      expect.stringMatching(/^src\/domain\/x\.ts:2 \S/),
    ]);
  });

  it.each([
    'const at = new Date(Date.UTC(2000, 0, 1));',
    'const at = new Date(0);',
    'const at = clock.now();',
    '// Date.now() is forbidden here',
    "const text = 'Math.random()';",
  ])('allows %s', (text) => expect(impurities({ path: 'src/domain/x.ts', text })).toEqual([]));
});
