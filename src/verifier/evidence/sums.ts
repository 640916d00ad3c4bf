import { FIGURES, type FigureName, type TotalAnswer } from '../../proof/evidence/answers.js';
import type { Focus } from './focus.js';
import { ascending, inOrder } from './order.js';
import type { Story, Told, Unit } from './story.js';
import { amountOf, millionthsOf } from './texts.js';

/** What units and money moved, by currency and product. */
export class Sums {
  private readonly byKey = new Map<string, Map<FigureName, { value: bigint; sequences: Set<number> }>>();

  constructor(
    private readonly story: Story,
    private readonly focus: Focus,
  ) {}

  addUnit({ sold, settled }: Unit): void {
    if (sold === undefined) return;
    const { sku, unitPrice } = sold.by.payload;
    const cost = sold.source.unitCost;
    const price = { sku, currency: unitPrice.currency, each: millionthsOf(unitPrice.amount) };
    const goods = { sku, currency: cost.currency, each: millionthsOf(cost.amount) };
    if (this.focus.counts(sold.by.at)) {
      const { sequence } = sold.by;
      this.add(goods, sold.isReplacement ? 'unitsReplacement' : 'unitsIssued', 1n, sequence);
      this.add(goods, 'costOfGoodsSold', goods.each, sequence);
      if (!sold.isReplacement) this.add(price, 'revenue', price.each, sequence);
    }
    if (settled === undefined || !this.focus.counts(settled.by.at)) return;
    const { sequence, payload } = settled.by;
    const isPaidBack = payload.remedy === 'refund';
    this.add(goods, isPaidBack ? 'unitsRefunded' : 'unitsReplaced', 1n, sequence);
    if (isPaidBack) this.add(price, 'revenue', -price.each, sequence);
    if (payload.reason !== 'bad_key') return;
    this.add(goods, 'costOfGoodsSold', -goods.each, sequence);
    this.add(goods, 'supplierClaims', goods.each, sequence);
  }

  addStock(unsold: readonly Unit[]): void {
    for (const told of this.story.told) {
      if (told.type !== 'LotReceived' && told.type !== 'UnitsWrittenOff' && told.type !== 'UnitsReturned')
        continue;
      if (this.focus.countsStock(told.payload.lotId) && this.focus.counts(told.at)) this.addMove(told);
    }
    const held = unsold.filter(({ removed }) => removed === undefined);
    const [first] = held;
    if (first !== undefined && this.focus.showsHeld()) this.addHeld(first.lotId, BigInt(held.length));
  }

  private addMove(told: Told<'LotReceived'> | Told<'UnitsWrittenOff'> | Told<'UnitsReturned'>): void {
    const { lotId, sku } = told.payload;
    const cost = this.story.lots.get(lotId)?.parts[0]?.payload.unitCost;
    if (cost === undefined) return;
    const ranges = told.type === 'LotReceived' ? told.payload.runs : told.payload.units;
    const units = BigInt(ranges.reduce((sum, { count }) => sum + count, 0));
    const [count, amount] = STOCK_FIGURES[told.type];
    const goods = { sku, currency: cost.currency };
    this.add(goods, count, units, told.sequence);
    if (amount !== null) this.add(goods, amount, units * millionthsOf(cost.amount), told.sequence);
  }

  /** What is on hand came with every part of its lot; the first carries the number. */
  private addHeld(lotId: string, held: bigint): void {
    for (const { payload, sequence } of this.story.lots.get(lotId)?.parts ?? []) {
      const { sku, unitCost, part } = payload;
      const units = part === 1 ? held : 0n;
      const goods = { sku, currency: unitCost.currency };
      this.add(goods, 'unitsHeld', units, sequence);
      this.add(goods, 'onHandCost', units * millionthsOf(unitCost.amount), sequence);
    }
  }

  answers(): TotalAnswer[] {
    const totals = [...this.byKey].map(([key, figures]) => {
      const [currency, sku] = JSON.parse(key) as [string, string | null];
      const told = FIGURES.flatMap((name) => {
        const sum = figures.get(name);
        if (sum === undefined) return [];
        const value = name.startsWith('units') ? sum.value.toString() : amountOf(sum.value);
        return [{ name, value, sequences: ascending([...sum.sequences]) }];
      });
      return { sku, currency, figures: told };
    });
    return inOrder(
      inOrder(totals, ({ sku }) => sku ?? ''),
      ({ currency }) => currency,
    );
  }

  private add(
    { sku, currency }: { readonly sku: string; readonly currency: string },
    name: FigureName,
    value: bigint,
    sequence: number,
  ): void {
    for (const key of [JSON.stringify([currency, null]), JSON.stringify([currency, sku])]) {
      const figures = this.byKey.get(key) ?? new Map<FigureName, { value: bigint; sequences: Set<number> }>();
      this.byKey.set(key, figures);
      const sum = figures.get(name) ?? { value: 0n, sequences: new Set<number>() };
      figures.set(name, sum);
      sum.value += value;
      sum.sequences.add(sequence);
    }
  }
}

const STOCK_FIGURES = {
  LotReceived: ['unitsReceived', null],
  UnitsWrittenOff: ['unitsWrittenOff', 'inventoryLosses'],
  UnitsReturned: ['unitsReturned', 'returnedToSupplier'],
} as const satisfies Record<string, readonly [FigureName, FigureName | null]>;
