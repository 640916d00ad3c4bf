import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { parseInstant, type Instant } from '../../domain/shared/time.js';
import { decodeUtf8, isNothingThere } from './text-file.js';
import { UnreadablePack } from './unreadable-pack.js';

export const OPERATIONS_FILE = 'operations.jsonl';

/** Far more than any operation needs; a longer line is no operation but a broken file. */
export const OPERATION_BYTES_MAX = 16 * 1024 * 1024;

/** Fields of operations lie no deeper; what lies deeper is handed on as it came. */
const DEPTH_MAX = 8;

const LINE_FEED = 0x0a;

/** The fields of an operation as the pack has them, without those that are null. */
export type Fields = Readonly<Record<string, unknown>>;

export interface OperationLine {
  /** From 1. */
  readonly line: number;
  /** When it happened, as it is written. */
  readonly at: string;
  readonly fields: Fields;
  /** Where the line ends within the file. */
  readonly endByte: number;
}

/**
 * A pack's operations in their order, read as they are asked for.
 * @throws UnreadablePack at a line that is not JSON, is no object, has no `at` that is a time, or goes back in time
 */
export async function* readOperations(directory: string): AsyncGenerator<OperationLine> {
  let line = 0;
  let latest: Instant = Number.NEGATIVE_INFINITY;
  for await (const { bytes, endByte } of linesOf(join(directory, OPERATIONS_FILE))) {
    line += 1;
    const operation = readOperation(bytes, line);
    if (operation.instant < latest)
      throw unreadable(line, 'happened before the line above it; put the lines in order of time');
    latest = operation.instant;
    yield { line, at: operation.at, fields: operation.fields, endByte };
  }
}

function readOperation(bytes: Uint8Array, line: number): { at: string; instant: Instant; fields: Fields } {
  const parsed = parseJson(decodeUtf8(bytes, OPERATIONS_FILE, line), line);
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed))
    throw unreadable(line, 'is not a JSON object');
  const fields = withoutNulls(parsed, 0) as Fields;
  const at = Object.hasOwn(fields, 'at') ? fields['at'] : undefined;
  const instant = parseInstant(at);
  if (instant === undefined || typeof at !== 'string') {
    throw unreadable(
      line,
      'has no "at" that is an RFC 3339 time with its offset, such as 2026-09-01T08:00:00+08:00',
    );
  }
  return { at, instant, fields };
}

function parseJson(text: string, line: number): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) throw unreadable(line, 'is not JSON');
    throw error;
  }
}

/** A field that is null counts as absent. Entries of a list are no fields: a null among them stays. */
function withoutNulls(value: unknown, depth: number): unknown {
  if (typeof value !== 'object' || value === null || depth >= DEPTH_MAX) return value;
  if (Array.isArray(value)) return value.map((entry) => withoutNulls(entry, depth + 1));
  const present = Object.entries(value).filter(([, field]) => field !== null);
  return Object.fromEntries(present.map(([name, field]) => [name, withoutNulls(field, depth + 1)]));
}

interface Line {
  readonly bytes: Uint8Array;
  readonly endByte: number;
}

/** Lines end in LF; a final one opens no further line. A CR before it is space to JSON. */
async function* linesOf(path: string): AsyncGenerator<Line> {
  let rest = Buffer.alloc(0);
  let endByte = 0;
  for await (const piece of piecesOf(path)) {
    let unread = rest.length === 0 ? piece : Buffer.concat([rest, piece]);
    for (let end = unread.indexOf(LINE_FEED); end !== -1; end = unread.indexOf(LINE_FEED)) {
      endByte += end + 1;
      yield { bytes: unread.subarray(0, end), endByte };
      unread = unread.subarray(end + 1);
    }
    if (unread.length > OPERATION_BYTES_MAX) {
      throw new UnreadablePack(
        OPERATIONS_FILE,
        undefined,
        `has a line of more than ${OPERATION_BYTES_MAX} bytes`,
      );
    }
    rest = Buffer.from(unread);
  }
  if (rest.length > 0) yield { bytes: rest, endByte: endByte + rest.length };
}

async function* piecesOf(path: string): AsyncGenerator<Buffer> {
  try {
    for await (const piece of createReadStream(path)) yield piece as Buffer;
  } catch (error) {
    if (isNothingThere(error))
      throw new UnreadablePack(OPERATIONS_FILE, undefined, 'is missing from the pack');
    throw error;
  }
}

function unreadable(line: number, fault: string): UnreadablePack {
  return new UnreadablePack(OPERATIONS_FILE, line, fault);
}
