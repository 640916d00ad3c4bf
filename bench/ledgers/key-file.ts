import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Seeded } from '../seeded.js';

/** How the lines below are to be read. */
export const KEY_FILE_FORMAT = { separator: ',', columns: ['number', 'secret'] };

const LINES_PER_PIECE = 4_096;
const SECRET_BYTES = 12;
/** Every so many lines of a later file a key comes that the file before it had. */
const LINES_PER_KNOWN_KEY = 100;

/** A key file's keys, told apart from other files' by its number. */
export interface KeyFileShape {
  readonly path: string;
  /** From 1 on. A later file repeats some keys of the one before it. */
  readonly number: number;
  readonly lines: number;
}

/** Keys that the ledger accepts of the file when it holds the file before it. */
export function acceptedLines({ number, lines }: KeyFileShape): number {
  return number === 1 ? lines : lines - Math.floor(lines / LINES_PER_KNOWN_KEY);
}

export async function writeKeyFile(shape: KeyFileShape): Promise<void> {
  await pipeline(Readable.from(pieces(shape)), createWriteStream(shape.path));
}

function* pieces({ number, lines }: KeyFileShape): Generator<string> {
  const own = new Seeded(number);
  const earlier = new Seeded(number - 1);
  let piece = '';
  for (let line = 1; line <= lines; line += 1) {
    const fresh = keyLine(number, line, own);
    const known = keyLine(number - 1, line, earlier);
    piece += number > 1 && line % LINES_PER_KNOWN_KEY === 0 ? known : fresh;
    if (line % LINES_PER_PIECE !== 0) continue;
    yield piece;
    piece = '';
  }
  yield piece;
}

function keyLine(number: number, line: number, seeded: Seeded): string {
  const cardNumber = `${number}${String(line).padStart(11, '0')}`;
  return `${cardNumber},${seeded.bytes(SECRET_BYTES).toString('base64url')}\n`;
}
