import fc from 'fast-check';
import { Refusal } from '../../../src/domain/shared/refusal.js';
import { positionToken, readPositionToken } from '../../../src/api/http/position-token.js';

describe('a position token', () => {
  it('gives the position back that it was made of', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1, max: Number.MAX_SAFE_INTEGER - 1 }), (position) => {
        expect(readPositionToken(positionToken(position))).toBe(position);
        expect(positionToken(position)).toMatch(/^[A-Za-z0-9_-]{1,20}$/);
      }),
    );
  });

  it('is nothing that somebody made up', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        fc.pre(!text.startsWith('cDEu'));
        expect(() => readPositionToken(text)).toThrow(Refusal);
      }),
    );
    const forged = ['p1.', 'p1.-1', 'p1.01', 'p1.A', 'p2.1', 'p1.zzzzzzzzzzzzzz'];
    for (const text of forged.map((inner) => Buffer.from(inner).toString('base64url'))) {
      expect(() => readPositionToken(text)).toThrow();
    }
    expect(() => readPositionToken(`${positionToken(7)}=`)).toThrow();
  });
});
