import { countOf, memberOf, misshapen, textOf, type Members } from './payloads.js';

/** An amount in millionths of its currency's unit. */
export interface Money {
  readonly micros: bigint;
  readonly currency: string;
}

const AMOUNT = /^(-?)(0|[1-9]\d{0,29})\.(\d{6})$/;
const MICROS_PER_UNIT = 1_000_000n;
const REMEMBERED_MAX = 10_000;

/** Prices and costs are few and come again and again. */
const remembered = new Map<string, bigint>();

/** @throws Misfit for what is not `{amount, currency}` with six decimals */
export function moneyOf(from: Members, name: string): Money {
  const money = memberOf(from, name);
  return { micros: microsOf(textOf(money, 'amount'), name), currency: textOf(money, 'currency') };
}

function microsOf(amount: string, name: string): bigint {
  const known = remembered.get(amount);
  if (known !== undefined) return known;
  const match = AMOUNT.exec(amount);
  if (match === null) throw misshapen(name, 'an amount with six decimals');
  const magnitude = BigInt(match[2] as string) * MICROS_PER_UNIT + BigInt(match[3] as string);
  const micros = match[1] === '-' ? -magnitude : magnitude;
  if (remembered.size >= REMEMBERED_MAX) remembered.clear();
  remembered.set(amount, micros);
  return micros;
}

/** With six decimals, as events and reports write it. */
export function writtenAmount(micros: bigint): string {
  const magnitude = micros < 0n ? -micros : micros;
  const fraction = (magnitude % MICROS_PER_UNIT).toString().padStart(6, '0');
  return `${micros < 0n ? '-' : ''}${magnitude / MICROS_PER_UNIT}.${fraction}`;
}

export function sameMoney(left: Money, right: Money): boolean {
  return left.micros === right.micros && left.currency === right.currency;
}

/** A positive quantity. @throws Misfit */
export function quantityOf(from: Members): number {
  return countOf(from, 'quantity', 1);
}
