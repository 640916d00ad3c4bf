import { formatAmount, readAmount, type Micros, type MoneyText } from '../../domain/shared/money.js';

/** What rows come to in one currency. */
export interface Total extends MoneyText {
  readonly rows: number;
}

/** Adds amounts up, each currency by itself; exact. */
export class Totals {
  private readonly byCurrency = new Map<string, { rows: number; micros: Micros }>();

  add({ amount, currency }: MoneyText): void {
    const sum = this.byCurrency.get(currency) ?? { rows: 0, micros: 0n };
    sum.rows += 1;
    sum.micros += readAmount(amount);
    this.byCurrency.set(currency, sum);
  }

  /** In the order of their currencies. */
  list(): Total[] {
    return [...this.byCurrency]
      .sort(([left], [right]) => (left < right ? -1 : 1))
      .map(([currency, { rows, micros }]) => ({ rows, amount: formatAmount(micros), currency }));
  }
}
