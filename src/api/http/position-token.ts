import { invalid } from '../../domain/shared/faults.js';

const PREFIX = 'p1.';

/**
 * The engine's position as callers see it: opaque and versioned, to be sent back as `minPosition` and for nothing else.
 * It is of no use on another engine.
 */
export function positionToken(position: number): string {
  return Buffer.from(`${PREFIX}${(position + 1).toString(36)}`, 'latin1').toString('base64url');
}

/** @throws Refusal `invalid` for what no answer ever gave */
export function readPositionToken(token: string): number {
  const text = Buffer.from(token.slice(0, 64), 'base64url').toString('latin1');
  const position = text.startsWith(PREFIX) ? Number.parseInt(text.slice(PREFIX.length), 36) - 1 : NaN;
  if (Number.isSafeInteger(position) && position >= -1 && positionToken(position) === token) return position;
  throw invalid([{ field: 'minPosition', message: 'must be the `position` of an earlier answer' }]);
}
