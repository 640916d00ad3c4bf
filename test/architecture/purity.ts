import ts from 'typescript';
import { nodesOf, parse, type SourceFile } from './source-scan.js';

/** What a pure rule must be given instead of taking it from the world. */
const FORBIDDEN_CALLS = [
  'Date.now',
  'Math.random',
  'performance.now',
  'process.hrtime',
  'process.hrtime.bigint',
  'randomUUID',
  'crypto.randomUUID',
  'crypto.getRandomValues',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'fetch',
];

/** Where a file takes the time, chance or anything else from the world, as `path:line what`. */
export function impurities(file: SourceFile): string[] {
  const source = parse(file);
  return nodesOf(source).flatMap((node) => {
    const what = impurityOf(node, source);
    if (what === undefined) return [];
    const { line } = source.getLineAndCharacterOfPosition(node.getStart(source));
    return [`${file.path}:${line + 1} ${what}`];
  });
}

function impurityOf(node: ts.Node, source: ts.SourceFile): string | undefined {
  if (ts.isNewExpression(node) && node.expression.getText(source) === 'Date') {
    return (node.arguments ?? []).length === 0 ? 'new Date()' : undefined;
  }
  if (!ts.isCallExpression(node)) return undefined;
  const called = node.expression.getText(source).replace(/^globalThis\./, '');
  if (called === 'Date') return 'Date()';
  return FORBIDDEN_CALLS.includes(called) ? called : undefined;
}
