import type { CustodyErrorCode } from '../../../src/infrastructure/custody/custody-error.js';

/** For `toThrow`: a custody error of this code. */
export function custodyError(code: CustodyErrorCode): Error {
  return expect.objectContaining({ name: 'CustodyError', code }) as Error;
}
