/**
 * The ledger's spellings, read once more and apart from the service: stream names, times, amounts and key ids.
 */

/** A part of a stream's name: percent-encoded but for ASCII letters and digits. */
function encodePart(part: string): string {
  let encoded = '';
  for (let at = 0; at < part.length; at += 1) {
    const point = part.codePointAt(at) as number;
    if (point > 0xffff) at += 1;
    encoded += isAlone(point) ? percent(`\uFFFF${point.toString(16)}`) : percent(String.fromCodePoint(point));
  }
  return encoded;
}

/** Half a character, and the mark that stands for one, have no percent-encoding of their own. */
function isAlone(point: number): boolean {
  return (point >= 0xd800 && point <= 0xdfff) || point === 0xffff;
}

function percent(text: string): string {
  return [...Buffer.from(text)]
    .map((byte) => {
      const mark = String.fromCharCode(byte);
      return /[A-Za-z0-9]/.test(mark) ? mark : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
    })
    .join('');
}

/** `<ledger>.<category>-<part>~<part>`; the ledger's name is encoded already. */
export function streamOf(ledger: string, category: string, ...parts: readonly string[]): string {
  const head = `${ledger}.${category}`;
  return parts.length === 0 ? head : `${head}-${parts.map(encodePart).join('~')}`;
}

const TIME = /^(\d{4})-(\d{2})-(\d{2})[Tt](\d{2}):(\d{2}):(\d{2})(?:\.(\d+))?([Zz]|[+-]\d{2}:\d{2})$/;

/** Microseconds since the epoch of an RFC 3339 time. @throws RangeError */
export function microsOf(text: string): number {
  const match = TIME.exec(text);
  if (match === null) throw new RangeError(`${JSON.stringify(text)} is no RFC 3339 time`);
  const [, year, month, day, hour, minute, second, fraction = '', zone = 'Z'] = match;
  const seconds = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}${zone.toUpperCase()}`);
  if (Number.isNaN(seconds)) throw new RangeError(`${JSON.stringify(text)} is no RFC 3339 time`);
  return seconds * 1000 + Number(fraction.slice(0, 6).padEnd(6, '0'));
}

/** Millionths of an amount with six decimals. @throws RangeError */
export function millionthsOf(amount: string): bigint {
  if (!/^-?\d+\.\d{6}$/.test(amount)) throw new RangeError(`${JSON.stringify(amount)} is no amount`);
  return BigInt(amount.replace('.', ''));
}

/** An amount with six decimals. */
export function amountOf(millionths: bigint): string {
  const digits = (millionths < 0n ? -millionths : millionths).toString().padStart(7, '0');
  return `${millionths < 0n ? '-' : ''}${digits.slice(0, -6)}.${digits.slice(-6)}`;
}

export function keyIdOf(lotId: string, serial: number): string {
  return `${lotId}-${String(serial).padStart(6, '0')}`;
}

/** The lot and serial of a key's id. @throws RangeError */
export function keyOf(id: string): { readonly lotId: string; readonly serial: number } {
  const dash = id.lastIndexOf('-');
  const key = { lotId: id.slice(0, dash), serial: Number(id.slice(dash + 1)) };
  if (dash > 0 && Number.isSafeInteger(key.serial) && key.serial > 0 && keyIdOf(key.lotId, key.serial) === id)
    return key;
  throw new RangeError(`${JSON.stringify(id)} is no key's id`);
}

/** By code points: the lowest of several authorisations in force is the one that counts. */
export function isBeforeByCodePoints(a: string, b: string): boolean {
  const [left, right] = [[...a], [...b]];
  const at = left.findIndex((mark, place) => mark !== right[place]);
  if (at < 0) return left.length < right.length;
  const other = right[at];
  return other !== undefined && (left[at]?.codePointAt(0) ?? 0) < (other.codePointAt(0) ?? 0);
}
