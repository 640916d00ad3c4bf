import { keyId, parseKeyId } from '../domain/shared/identifiers.js';
import type { KeyRun } from './event-draft.js';

/** A base that identifiers cannot stand under. The message says what it must be. */
export class UnusableBase extends Error {
  override readonly name = 'UnusableBase';
}

/**
 * Each segment of a base's path begins with a letter: one of digits could make a GS1 Digital Link of a private URI, which
 * event hash ids would rewrite.
 */
const PATH = /^(\/[A-Za-z][\w.~-]*)*$/;

/** Checks a base that somebody chose; it is written without a slash at its end. @throws UnusableBase */
export function checkedBase(text: string): string {
  const base = text.replace(/\/$/, '');
  const url = URL.canParse(base) ? new URL(base) : undefined;
  const isWeb = url?.protocol === 'https:' || url?.protocol === 'http:';
  const written = url === undefined ? '' : `${url.origin}${url.pathname.replace(/^\/$/, '')}`;
  if (isWeb && written === base && PATH.test(base.slice(url.origin.length))) return base;
  throw new UnusableBase(
    `${text} is no base for EPCIS identifiers (SOURCEBOOK_EPCIS_BASE, --base-uri): it must be an http or https ` +
      'address in lower case such as https://id.example.org/goods, without query or fragment, and every part of its ' +
      'path must begin with a letter',
  );
}

/** The base of a ledger that was given none: `https://id.<origin>`, or a name under `.invalid` (RFC 2606). */
export function baseOfOrigin(origin: string): string {
  try {
    return checkedBase(`https://id.${origin}`);
  } catch {
    return `https://id.invalid/origin-${segment(origin)}`;
  }
}

/** The private URIs of a ledger's goods, places, parties and documents (CBV 2.0 section 8), all under one base. */
export class EpcisIdentifiers {
  constructor(private readonly base: string) {}

  /** A card key: its id, never its secret nor anything derived from it. */
  key(lotId: string, serial: number): string {
    return this.keyOf(segment(lotId), serial);
  }

  /** As `key`, of consecutive serials. */
  keys({ lotId, firstSerial, count }: KeyRun): string[] {
    const lot = segment(lotId);
    return Array.from({ length: count }, (_, index) => this.keyOf(lot, firstSerial + index));
  }

  /** The key that a URI names; undefined for any other URI. */
  parseKey(uri: string): (Pick<KeyRun, 'lotId'> & { readonly serial: number }) | undefined {
    if (!uri.startsWith(this.keyPrefix)) return undefined;
    const key = parseKeyId(unescaped(uri.slice(this.keyPrefix.length)) ?? '');
    return key !== undefined && this.key(key.lotId, key.serial) === uri ? key : undefined;
  }

  lot(lotId: string): string {
    return `${this.base}/class/lot/${segment(lotId)}`;
  }

  sku(sku: string): string {
    return `${this.base}/class/sku/${segment(sku)}`;
  }

  pool(pool: string): string {
    return `${this.base}/loc/pool/${segment(pool)}`;
  }

  supplier(supplierId: string): string {
    return `${this.base}/party/supplier/${segment(supplierId)}`;
  }

  merchant(merchantId: string): string {
    return `${this.base}/party/merchant/${segment(merchantId)}`;
  }

  purchaseOrder(poId: string): string {
    return `${this.base}/bt/po/${segment(poId)}`;
  }

  merchantOrder(merchantId: string, orderNo: string): string {
    return `${this.base}/bt/so/${segment(merchantId)}~${segment(orderNo)}`;
  }

  refund(merchantId: string, refundNo: string): string {
    return `${this.base}/bt/rma/${segment(merchantId)}~${segment(refundNo)}`;
  }

  /** An event of the ledger, by its id. */
  ledgerEvent(eventId: string): string {
    return `${this.base}/event/${segment(eventId)}`;
  }

  /** What follows a lot in the id of its key has nothing to encode. */
  private keyOf(encodedLot: string, serial: number): string {
    return this.keyPrefix + encodedLot + keyId('', serial);
  }

  private get keyPrefix(): string {
    return `${this.base}/obj/key/`;
  }
}

/**
 * Any text as one segment of a path: letters, digits, `-`, `.`, `_` stay, all else is percent-encoded, so that `~` can
 * stand between two. A lone surrogate has no encoding: it becomes U+FFFF and its code, as in names of streams.
 */
function segment(text: string): string {
  const encodable = text.replace(
    /\uFFFF|[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g,
    (unit) => `\uFFFF${unit.charCodeAt(0).toString(16)}`,
  );
  return encodeURIComponent(encodable).replace(
    /[~!'()*]/g,
    (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function unescaped(encoded: string): string | undefined {
  try {
    return decodeURIComponent(encoded).replace(/\uFFFF([0-9a-f]{4})/g, (_, unit: string) =>
      String.fromCharCode(Number.parseInt(unit, 16)),
    );
  } catch {
    return undefined;
  }
}
