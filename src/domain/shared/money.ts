/** An amount in millionths of its currency's unit. Exact: no floating point anywhere near money. */
export type Micros = bigint;

/** Money as events and answers write it: six decimals, with its currency. */
export interface MoneyText {
  readonly amount: string;
  readonly currency: string;
}

const AMOUNT = /^(\d{1,12})(?:\.(\d{1,6}))?$/;
const MICROS_PER_UNIT = 1_000_000n;

/** Reads a decimal string without sign or exponent: at most 12 digits before the point and 6 after it. */
export function parseAmount(text: unknown): Micros | undefined {
  if (typeof text !== 'string') return undefined;
  const match = AMOUNT.exec(text);
  if (match === null) return undefined;
  const fraction = (match[2] ?? '').padEnd(6, '0');
  return BigInt(match[1] as string) * MICROS_PER_UNIT + BigInt(fraction);
}

/** Writes an amount with exactly six decimals; a negative one with a leading minus. */
export function formatAmount(micros: Micros): string {
  const sign = micros < 0n ? '-' : '';
  const magnitude = micros < 0n ? -micros : micros;
  const fraction = (magnitude % MICROS_PER_UNIT).toString().padStart(6, '0');
  return `${sign}${magnitude / MICROS_PER_UNIT}.${fraction}`;
}

/** The inverse of `formatAmount` for amounts that events carry, which may exceed the input's twelve digits. */
export function readAmount(text: string): Micros {
  const match = /^(-?)(\d+)\.(\d{6})$/.exec(text);
  if (match === null) throw new RangeError(`not an amount with six decimals: ${text}`);
  const magnitude = BigInt(match[2] as string) * MICROS_PER_UNIT + BigInt(match[3] as string);
  return match[1] === '-' ? -magnitude : magnitude;
}
