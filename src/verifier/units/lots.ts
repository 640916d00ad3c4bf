import { Misfit, type FindingCode } from '../findings.js';
import { type Moment } from '../history/moments.js';
import type { Money } from '../history/money.js';
import { countOf, textOf, type Members } from '../history/payloads.js';

/** What can have become of a unit. */
export const UNIT = {
  none: 0,
  held: 1,
  reserved: 2,
  sold: 3,
  void: 4,
  writtenOff: 5,
  returned: 6,
} as const;

export type UnitState = (typeof UNIT)[keyof typeof UNIT];

const TOLD_STATES: Readonly<Record<number, string>> = {
  [UNIT.none]: 'not in stock yet',
  [UNIT.held]: 'held',
  [UNIT.reserved]: 'reserved',
  [UNIT.sold]: 'sold',
  [UNIT.void]: 'void',
  [UNIT.writtenOff]: 'written off',
  [UNIT.returned]: 'returned to its supplier',
};

const CODE_OF_STATE: Readonly<Record<number, FindingCode>> = {
  [UNIT.held]: 'unit_not_held',
  [UNIT.reserved]: 'unit_not_reserved',
  [UNIT.sold]: 'unit_not_sold',
};

/** Pools and days are numbered in 16 bits. */
const NUMBERED_MAX = 0xffff;

/** Texts that come again and again, by number: pools, and days on which keys expire. */
export class Numbered {
  readonly texts: string[] = [];
  private readonly numbers = new Map<string, number>();

  numberOf(text: string): number {
    const known = this.numbers.get(text);
    if (known !== undefined) return known;
    if (this.texts.length > NUMBERED_MAX)
      throw new Misfit(
        'beyond_limits',
        `there are more than ${NUMBERED_MAX} pools or days, which is more than is verified`,
      );
    this.texts.push(text);
    this.numbers.set(text, this.texts.length - 1);
    return this.texts.length - 1;
  }
}

/** What a lot was received as: an import's terms. */
export interface LotTerms {
  readonly lotId: string;
  readonly sku: string;
  readonly poId: string;
  readonly supplierId: string;
  readonly unitCost: Money;
  readonly lotExpiresAt: Moment | null;
  readonly attempt: string;
  /** How many units there are: serials 1 to `size`. */
  readonly size: number;
}

/** Consecutive serials of a lot. */
export interface UnitRange {
  readonly lot: Lot;
  readonly first: number;
  readonly count: number;
}

/**
 * A lot, unit by unit: a byte for a unit's state, and two more each where its pools or its keys' expiries differ. So
 * 5,000,000 keys take 5 to 25 MB however scattered they are sold, where runs of serials would grow with the scattering.
 */
export class Lot {
  readonly states: Uint8Array;
  /** The pool of every unit that is held; undefined while all are in `pool`. */
  pools: Uint16Array | undefined;
  pool = 0;
  quarantined = false;
  /** Its turn among the lots that entered the stock, from 1; 0 before. */
  turn = 0;
  partsReceived = 0;
  nextSerial = 1;
  /** Of units that are void and whose cost the supplier bears. */
  claimed = 0;

  constructor(
    readonly terms: LotTerms,
    /** By serial - 1, the number of the last good day plus one; 0 for a key without. Undefined where none has one. */
    readonly expiries: Uint16Array | undefined,
  ) {
    this.states = new Uint8Array(terms.size);
  }

  get bytes(): number {
    return this.states.byteLength + (this.pools?.byteLength ?? 0) + (this.expiries?.byteLength ?? 0);
  }

  get isOpen(): boolean {
    return this.turn > 0;
  }

  poolOf(serial: number): number {
    return this.pools?.[serial - 1] ?? this.pool;
  }

  expiryOf(serial: number): number {
    return this.expiries?.[serial - 1] ?? 0;
  }

  /** @throws Misfit naming the first unit that is in another state */
  require({ first, count }: Pick<UnitRange, 'first' | 'count'>, state: UnitState): void {
    for (let serial = first; serial < first + count; serial += 1) {
      const found = this.states[serial - 1] as number;
      if (found === state) continue;
      throw new Misfit(
        CODE_OF_STATE[state] ?? 'terms_differ',
        `unit ${unitName(this.terms.lotId, serial)} is ${TOLD_STATES[found]}, not ${TOLD_STATES[state]}`,
      );
    }
  }

  set({ first, count }: Pick<UnitRange, 'first' | 'count'>, state: UnitState): void {
    this.states.fill(state, first - 1, first - 1 + count);
  }

  moveTo({ first, count }: Pick<UnitRange, 'first' | 'count'>, pool: number): void {
    this.pools ??= new Uint16Array(this.states.length).fill(this.pool);
    this.pools.fill(pool, first - 1, first - 1 + count);
  }

  requirePool({ first, count }: Pick<UnitRange, 'first' | 'count'>, pool: number): void {
    for (let serial = first; serial < first + count; serial += 1) {
      if (this.poolOf(serial) !== pool)
        throw new Misfit('wrong_pool', `unit ${unitName(this.terms.lotId, serial)} is in another pool`);
    }
  }

  requireExpiry({ first, count }: Pick<UnitRange, 'first' | 'count'>, expiry: number): void {
    for (let serial = first; serial < first + count; serial += 1) {
      if (this.expiryOf(serial) !== expiry)
        throw new Misfit(
          'terms_differ',
          `unit ${unitName(this.terms.lotId, serial)} was registered with another expiry`,
        );
    }
  }
}

export function unitName(lotId: string, serial: number): string {
  return `${lotId}-${String(serial).padStart(6, '0')}`;
}

/** Every lot whose import is complete. */
export class Lots {
  readonly byId = new Map<string, Lot>();
  readonly pools = new Numbered();
  readonly days = new Numbered();
  /** In the order in which they entered the stock. */
  readonly opened: Lot[] = [];

  /** @throws Misfit for a lot that is not in stock */
  open(lotId: string, sku: string): Lot {
    const lot = this.byId.get(lotId);
    if (lot === undefined || !lot.isOpen)
      throw new Misfit('unknown_reference', `lot ${lotId} is not in stock`);
    if (lot.terms.sku !== sku)
      throw new Misfit('terms_differ', `lot ${lotId} is of ${lot.terms.sku}, not ${sku}`);
    return lot;
  }

  /** The number that a range's own expiry has, as `Lot.expiries` holds it. */
  expiryNumber(range: Members): number {
    return range['expiresOn'] === undefined ? 0 : this.days.numberOf(textOf(range, 'expiresOn')) + 1;
  }

  /** Reads consecutive units of a lot in stock, with the expiry that they were registered with. @throws Misfit */
  rangeOf(range: Members, sku: string): UnitRange {
    const lot = this.open(textOf(range, 'lotId'), sku);
    const first = countOf(range, 'firstSerial', 1);
    const count = countOf(range, 'count', 1);
    if (first + count - 1 > lot.terms.size)
      throw new Misfit(
        'serials_do_not_fit',
        `lot ${lot.terms.lotId} has ${lot.terms.size} units, not ${first + count - 1}`,
      );
    const read = { lot, first, count };
    lot.requireExpiry(read, this.expiryNumber(range));
    return read;
  }
}
