/** Streams whose category begins so are no part of the ledger's sequence. */
const ASIDE = 'aside.';

/** Whether a stream's events count in the ledger's sequence. */
export function isInSequence(stream: string): boolean {
  return !stream.startsWith(ASIDE, stream.indexOf('.') + 1);
}

/**
 * An id as a part of a stream's name: letters, digits and percent-encoded UTF-8. Half a character, which has no UTF-8, is
 * written as U+FFFF and its code unit in four hexadecimal digits, and so is U+FFFF itself.
 */
export function encodedPart(id: string): string {
  if (/^[A-Za-z0-9-]*$/.test(id)) return id.replaceAll('-', '%2D');
  const whole = id.replace(/[\uD800-\uDBFF][\uDC00-\uDFFF]|[\uD800-\uDFFF\uFFFF]/g, (found) =>
    found.length === 2 ? found : `\uFFFF${found.charCodeAt(0).toString(16)}`,
  );
  return encodeURIComponent(whole).replace(
    /[^A-Za-z0-9%]/g,
    (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** A ledger's streams: `<ledger>.<category>-<part>~<part>`. */
export class StreamNames {
  /** What every name begins with. */
  readonly prefix: string;

  constructor(encodedLedger: string) {
    this.prefix = `${encodedLedger}.`;
  }

  of(category: string, ...ids: readonly string[]): string {
    const head = this.prefix + category;
    return ids.length === 0 ? head : `${head}-${ids.map(encodedPart).join('~')}`;
  }
}
