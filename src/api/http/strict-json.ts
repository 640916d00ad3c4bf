import { ApiProblem } from '../problems/problem.js';

/** Deeper than any body of this interface; a deeper one is meant to hurt. */
export const JSON_DEPTH_MAX = 16;

const decoder = new TextDecoder('utf-8', { fatal: true });

/**
 * Reads JSON (RFC 8259) with what `JSON.parse` lets pass refused: a name twice in one object (which of the two counts
 * is anybody's guess), `__proto__` as a name, nesting beyond 16 levels, and bytes that are no UTF-8.
 * @throws ApiProblem `malformed_json`
 */
export function parseStrictJson(bytes: Uint8Array): unknown {
  const text = decodeUtf8(bytes);
  const value = parse(text);
  checkNames(text);
  return value;
}

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw new ApiProblem('malformed_json', 'the body is no valid UTF-8');
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // JavaScript's message quotes the body, which may hold what must not be shown.
    throw new ApiProblem('malformed_json', 'the body is no JSON; check quotation marks, commas and brackets');
  }
}

/** One object or array that is open: the names an object had so far, null for an array. */
type Open = Set<string> | null;

/** Walks over text that is known to be JSON. */
function checkNames(text: string): void {
  const open: Open[] = [];
  for (let index = 0; index < text.length; index += 1) {
    switch (text[index]) {
      case '{':
      case '[':
        open.push(text[index] === '{' ? new Set() : null);
        if (open.length > JSON_DEPTH_MAX) {
          throw new ApiProblem('malformed_json', `the body is nested deeper than ${JSON_DEPTH_MAX} levels`);
        }
        break;
      case '}':
      case ']':
        open.pop();
        break;
      case '"': {
        const end = endOfString(text, index);
        const names = open.at(-1);
        if (names !== undefined && names !== null && isName(text, end))
          noteName(names, text.slice(index, end + 1));
        index = end;
        break;
      }
      default:
    }
  }
}

/** Where the closing mark of the string that opens at `start` is. */
function endOfString(text: string, start: number): number {
  let index = start + 1;
  while (text[index] !== '"') index += text[index] === '\\' ? 2 : 1;
  return index;
}

/** Whether the string that ends here is followed by a colon: an object's name, not a value. */
function isName(text: string, end: number): boolean {
  let index = end + 1;
  while (text[index] === ' ' || text[index] === '\t' || text[index] === '\n' || text[index] === '\r')
    index += 1;
  return text[index] === ':';
}

function noteName(names: Set<string>, literal: string): void {
  const name = literal.includes('\\') ? (JSON.parse(literal) as string) : literal.slice(1, -1);
  const shown = name.slice(0, 80);
  if (names.has(name))
    throw new ApiProblem('malformed_json', `the body has the name "${shown}" twice in one object`);
  if (name === '__proto__') throw new ApiProblem('malformed_json', 'the body has the name "__proto__"');
  names.add(name);
}
