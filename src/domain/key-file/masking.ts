import type { CardKey } from './classify.js';

const MASK = '••••••';
const NUMBER_LENGTH_MIN = 8;
const NUMBER_SHOWN = 4;
const SECRET_LENGTH_MIN = 12;
const SECRET_SHOWN = 2;
const UNPRINTABLE = /[\p{C}\p{Z}]/gu;

/**
 * A key for people to recognise on their own list, never enough to use it: the last four characters of a number of
 * at least eight, the last two of a secret of at least twelve. The mask has one length whatever it hides.
 */
export function maskKey(key: Pick<CardKey, 'number' | 'secret'>): string {
  const secret = masked(key.secret, SECRET_LENGTH_MIN, SECRET_SHOWN);
  return key.number === null ? secret : `${masked(key.number, NUMBER_LENGTH_MIN, NUMBER_SHOWN)} ${secret}`;
}

/** A line that could not be read: nobody knows where its secret stands, so all of it is taken for one. */
export function maskLine(line: string): string {
  return masked(line, SECRET_LENGTH_MIN, SECRET_SHOWN);
}

function masked(text: string, lengthMin: number, shown: number): string {
  // Only the end is looked at: a character is at most two code units.
  const end = Array.from(text.slice(-2 * lengthMin));
  if (end.length < lengthMin) return MASK;
  return MASK + end.slice(-shown).join('').replace(UNPRINTABLE, '\uFFFD');
}
