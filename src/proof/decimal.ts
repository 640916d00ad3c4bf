import { Malformed } from './malformed.js';

const DECIMAL = /^(?:0|[1-9][0-9]{0,15})$/;

/** A whole number from 0 to 2^53 - 1 in ASCII digits without leading zeroes. @throws Malformed */
export function readDecimal(text: string, what: string): number {
  const value = DECIMAL.test(text) ? Number(text) : Number.NaN;
  if (!Number.isSafeInteger(value)) {
    throw new Malformed(`${what} must be a whole number below 2^53 without leading zeroes`);
  }
  return value;
}

/** @throws RangeError when the value is no whole number from 0 to 2^53 - 1 */
export function checkCount(value: number, what: string): number {
  if (!Number.isSafeInteger(value) || value < 0)
    throw new RangeError(`${what} must be a whole number, not ${value}`);
  return value;
}
