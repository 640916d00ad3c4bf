/**
 * Stream names are `<ledger>.<category>-<part>~<part>`, every part percent-encoded, so merchant `A-1` with order `2`
 * is not merchant `A` with order `1-2`, and two ledgers can share a cluster.
 */
export type StreamName = string & { readonly __stream: unique symbol };

export interface StreamIdentity {
  readonly ledger: string;
  readonly category: string;
  readonly parts: readonly string[];
}

const CATEGORY = /^[a-z]+(\.[a-z]+)*$/;
const PLAIN_WITH_HYPHENS = /^[A-Za-z0-9-]*$/;
const SERIAL_DIGITS_MIN = 6;

/** Streams whose category begins so are no part of the ledger's sequence: what may be destroyed or is not history. */
export const ASIDE_PREFIX = 'aside.';

/** Writes an id in ASCII letters, digits and `%`: any two ids differently, and any mark between them stays a mark. */
export function encodePart(part: string): string {
  // Most ids are of this kind, and names are made for every command.
  if (PLAIN_WITH_HYPHENS.test(part)) return part.replaceAll('-', '%2D');
  return encodeURIComponent(escapeUnits(part)).replace(
    /[-.~!'()*_]/g,
    (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/**
 * A lone surrogate cannot be percent-encoded: it is written as U+FFFF and its code unit in four hexadecimal digits, and
 * so is U+FFFF itself, so that no two ids share a name.
 */
function escapeUnits(part: string): string {
  return part.replace(/[\uD800-\uDFFF\uFFFF]/g, (unit, offset: number) =>
    unit !== '\uFFFF' && isPaired(part, offset) ? unit : `\uFFFF${unit.charCodeAt(0).toString(16)}`,
  );
}

/** The inverse of `encodePart`; undefined for what it never writes. */
function decodePart(encoded: string): string | undefined {
  let escaped: string;
  try {
    escaped = decodeURIComponent(encoded);
  } catch {
    return undefined;
  }
  const part = escaped.replace(/\uFFFF([0-9a-f]{4})/g, (_, unit: string) =>
    String.fromCharCode(Number.parseInt(unit, 16)),
  );
  return encodePart(part) === encoded ? part : undefined;
}

function isPaired(text: string, offset: number): boolean {
  const unit = text.charCodeAt(offset);
  if (unit < 0xdc00) {
    const next = text.charCodeAt(offset + 1);
    return next >= 0xdc00 && next <= 0xdfff;
  }
  const previous = text.charCodeAt(offset - 1);
  return previous >= 0xd800 && previous <= 0xdbff;
}

export function streamName(ledger: string, category: string, ...parts: readonly string[]): StreamName {
  if (!CATEGORY.test(category)) throw new RangeError(`not a stream category: ${category}`);
  const head = `${encodePart(ledger)}.${category}`;
  return (parts.length === 0 ? head : `${head}-${parts.map(encodePart).join('~')}`) as StreamName;
}

/** Takes a stream's name apart; undefined when it is not one of ours. */
export function parseStreamName(name: string): StreamIdentity | undefined {
  const match = /^([^.]+)\.([a-z]+(?:\.[a-z]+)*)(?:-(.*))?$/s.exec(name);
  if (match === null) return undefined;
  const ledger = decodePart(match[1] as string);
  const parts = match[3] === undefined ? [] : match[3].split('~').map(decodePart);
  if (ledger === undefined || !parts.every((part) => part !== undefined)) return undefined;
  return { ledger, category: match[2] as string, parts };
}

/** Whether a stream of this ledger counts in its sequence. */
export function isInSequence(name: string): boolean {
  const dot = name.indexOf('.');
  return !name.startsWith(ASIDE_PREFIX, dot + 1);
}

/** A card key's id: its lot and its serial in at least six digits. */
export function keyId(lotId: string, serial: number): string {
  return `${lotId}-${String(serial).padStart(SERIAL_DIGITS_MIN, '0')}`;
}

/** The lot and serial that a key's id names; undefined when it names none. */
export function parseKeyId(id: string): { lotId: string; serial: number } | undefined {
  const match = /^(.+)-(\d{6,15})$/s.exec(id);
  if (match === null) return undefined;
  const serial = Number(match[2]);
  if (serial < 1 || keyId(match[1] as string, serial) !== id) return undefined;
  return { lotId: match[1] as string, serial };
}
