import { formatAmount, readAmount } from '../../domain/shared/money.js';
import { unitCount } from '../../domain/shared/units.js';
import { FIGURES, type FigureName, type TotalAnswer } from '../../proof/evidence/answers.js';
import type { EvidenceFacts } from './facts.js';
import type { KeyHistory } from './key-runs.js';
import type { Scope } from './scope.js';

const UNIT_FIGURES: ReadonlySet<FigureName> = new Set(FIGURES.filter((name) => name.startsWith('units')));

interface Sum {
  value: bigint;
  readonly sequences: Set<number>;
}

interface Money {
  readonly amount: string;
  readonly currency: string;
}

/** Adds up what a question's events moved, by product and in all, each figure with its events. */
export class Totals {
  private readonly sums = new Map<string, Map<FigureName, Sum>>();

  constructor(
    private readonly facts: EvidenceFacts,
    private readonly scope: Scope,
  ) {}

  /** A sold key: its sale, and what made it void. */
  addKey({ sale, settlement }: KeyHistory): void {
    if (sale === null) return;
    const { event, range, role } = sale;
    const { sku, unitPrice } = event.payload;
    const of = (currency: string, sequence: number) => ({ sku, currency, sequence });
    const cost = range.unitCost;
    if (this.scope.counts(event.at)) {
      const { sequence } = event.moment;
      this.add(of(cost.currency, sequence), role === 'issued' ? 'unitsIssued' : 'unitsReplacement', 1n);
      this.add(of(cost.currency, sequence), 'costOfGoodsSold', readAmount(cost.amount));
      if (role === 'issued')
        this.add(of(unitPrice.currency, sequence), 'revenue', readAmount(unitPrice.amount));
    }
    if (settlement === undefined || !this.scope.counts(settlement.event.at)) return;
    const { sequence } = settlement.event.moment;
    const { reason, remedy } = settlement.event.payload;
    this.add(of(cost.currency, sequence), remedy === 'refund' ? 'unitsRefunded' : 'unitsReplaced', 1n);
    if (remedy === 'refund')
      this.add(of(unitPrice.currency, sequence), 'revenue', -readAmount(unitPrice.amount));
    if (reason !== 'bad_key') return;
    this.add(of(cost.currency, sequence), 'costOfGoodsSold', -readAmount(cost.amount));
    this.add(of(cost.currency, sequence), 'supplierClaims', readAmount(cost.amount));
  }

  /** What was received, written off and returned. */
  addStock(): void {
    for (const [lotId, parts] of this.facts.lots) {
      if (!this.scope.hasStock(lotId)) continue;
      for (const { payload, at, moment } of parts) {
        if (!this.scope.counts(at)) continue;
        const units = BigInt(unitCount(payload.runs));
        this.add(
          { sku: payload.sku, currency: payload.unitCost.currency, sequence: moment.sequence },
          'unitsReceived',
          units,
        );
      }
    }
    for (const { payload, at, moment, type } of this.facts.removals) {
      if (!this.scope.hasStock(payload.lotId) || !this.scope.counts(at)) continue;
      const cost = this.unitCostOf(payload.lotId);
      const units = BigInt(unitCount(payload.units));
      const about = { sku: payload.sku, currency: cost.currency, sequence: moment.sequence };
      const isLoss = type === 'UnitsWrittenOff';
      this.add(about, isLoss ? 'unitsWrittenOff' : 'unitsReturned', units);
      this.add(about, isLoss ? 'inventoryLosses' : 'returnedToSupplier', units * readAmount(cost.amount));
    }
  }

  /** Keys of a lot that is shown whole and that nothing has happened to: what is still on hand. */
  addHeld(lotId: string, units: number): void {
    const parts = this.facts.lots.get(lotId) ?? [];
    const lot = parts[0]?.payload;
    if (lot === undefined || units === 0) return;
    for (const { moment } of parts) {
      const about = { sku: lot.sku, currency: lot.unitCost.currency, sequence: moment.sequence };
      const isFirst = moment.sequence === parts[0]?.moment.sequence;
      this.add(about, 'unitsHeld', isFirst ? BigInt(units) : 0n);
      this.add(about, 'onHandCost', isFirst ? BigInt(units) * readAmount(lot.unitCost.amount) : 0n);
    }
  }

  /** In the order of currencies and then products, all products first. */
  answers(): TotalAnswer[] {
    return [...this.sums]
      .map(([key, figures]) => ({ key: JSON.parse(key) as [string, string | null], figures }))
      .sort((a, b) => compare(a.key[0], b.key[0]) || compare(a.key[1] ?? '', b.key[1] ?? ''))
      .map(({ key: [currency, sku], figures }) => ({
        sku,
        currency,
        figures: FIGURES.flatMap((name) => {
          const sum = figures.get(name);
          if (sum === undefined) return [];
          const value = UNIT_FIGURES.has(name) ? String(sum.value) : formatAmount(sum.value);
          return [{ name, value, sequences: [...sum.sequences].sort((a, b) => a - b) }];
        }),
      }));
  }

  private unitCostOf(lotId: string): Money {
    const cost = this.facts.lots.get(lotId)?.[0]?.payload.unitCost;
    if (cost === undefined) throw new RangeError(`the receipt of lot ${lotId} was not collected`);
    return cost;
  }

  private add(
    {
      sku,
      currency,
      sequence,
    }: { readonly sku: string; readonly currency: string; readonly sequence: number },
    name: FigureName,
    value: bigint,
  ): void {
    for (const key of [JSON.stringify([currency, null]), JSON.stringify([currency, sku])]) {
      const figures = this.sums.get(key) ?? new Map<FigureName, Sum>();
      this.sums.set(key, figures);
      const sum = figures.get(name) ?? { value: 0n, sequences: new Set<number>() };
      figures.set(name, sum);
      sum.value += value;
      sum.sequences.add(sequence);
    }
  }
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
