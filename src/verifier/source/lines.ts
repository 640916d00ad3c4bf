import { isUtf8 } from 'node:buffer';
import { closeSync, openSync, readSync } from 'node:fs';
import { Misfit } from '../findings.js';

const READ_BYTES = 1024 * 1024;
/** The most that one line may hold: more than the largest event that a ledger accepts. */
const LINE_BYTES_MAX = 8 * 1024 * 1024;
const LINE_FEED = 0x0a;

/** The lines of a file, each ended by LF, read piece by piece. @throws Misfit for a line that is none */
export function* linesOf(path: string): Generator<string> {
  const file = openSync(path, 'r');
  try {
    let rest: Buffer = Buffer.alloc(0);
    for (let number = 1; ;) {
      const piece = Buffer.allocUnsafe(READ_BYTES);
      const read = readSync(file, piece, 0, READ_BYTES, null);
      if (read === 0) break;
      const bytes =
        rest.length === 0 ? piece.subarray(0, read) : Buffer.concat([rest, piece.subarray(0, read)]);
      let begin = 0;
      for (let end = bytes.indexOf(LINE_FEED); end >= 0; end = bytes.indexOf(LINE_FEED, begin)) {
        yield textOf(bytes.subarray(begin, end), number);
        number += 1;
        begin = end + 1;
      }
      rest = bytes.subarray(begin);
      if (rest.length > LINE_BYTES_MAX) throw new Misfit('bad_record', `line ${number} is too long`);
    }
    if (rest.length > 0) throw new Misfit('bad_record', 'the last line has no end');
  } finally {
    closeSync(file);
  }
}

function textOf(bytes: Buffer, number: number): string {
  if (!isUtf8(bytes)) throw new Misfit('bad_record', `line ${number} is no UTF-8`);
  return bytes.toString('utf8');
}
