import { compareOrders, type EvidenceQuestion } from '../../proof/evidence/question.js';
import type { Order, Story, Unit } from './story.js';
import { keyIdOf, keyOf, microsOf } from './texts.js';

/** Which keys a question is about. */
export class Focus {
  private readonly orders: ReadonlySet<Order>;

  constructor(
    private readonly question: EvidenceQuestion,
    private readonly story: Story,
  ) {
    const named = question.kind === 'orders' ? question.orders : [];
    this.orders = new Set(
      named.flatMap(({ merchantId, orderNo }) => story.orderOf(merchantId, orderNo) ?? []),
    );
  }

  /** By order, place and the sequence of the sale. */
  soldUnits(): Unit[] {
    const found: Unit[] = [];
    for (const unit of this.story.units.values()) if (this.isAbout(unit)) found.push(unit);
    return found.sort(compareSales);
  }

  /** Keys that were never sold, where the question is about them all the same. */
  unsoldUnits(): Unit[] {
    return this.askedKeys()
      .map(({ lotId, serial }) => this.story.units.get(keyIdOf(lotId, serial)) ?? untouched(lotId, serial))
      .filter(({ sold }) => sold === undefined);
  }

  private askedKeys(): { readonly lotId: string; readonly serial: number }[] {
    const { question, story } = this;
    if (question.kind === 'key') return [keyOf(question.keyId)];
    if (question.kind !== 'lot') return [];
    const { lotId } = question;
    const runs = (story.lots.get(lotId)?.parts ?? []).flatMap(({ payload }) => payload.runs);
    return runs.flatMap(({ firstSerial, count }) =>
      Array.from({ length: count }, (_, offset) => ({ lotId, serial: firstSerial + offset })),
    );
  }

  /** Whether the totals count what happened then. */
  counts(at: number): boolean {
    const { question } = this;
    return question.kind !== 'period' || (microsOf(question.from) <= at && at < microsOf(question.to));
  }

  /** Whether the totals count what was received and removed of a lot. */
  countsStock(lotId: string): boolean {
    const { question } = this;
    return question.kind === 'period' || (question.kind === 'lot' && question.lotId === lotId);
  }

  showsHeld(): boolean {
    return this.question.kind === 'lot';
  }

  /** Lots that the answer shows though none of their keys was sold. */
  otherLots(): string[] {
    const { question, story } = this;
    switch (question.kind) {
      case 'lot':
        return [question.lotId];
      case 'key':
        return [keyOf(question.keyId).lotId];
      case 'orders':
        return [];
      case 'authorisation':
        return [...story.lots.keys()].filter((lotId) => this.wasBoughtUnder(lotId, question.authorisationId));
      case 'period': {
        const moved = ['LotReceived', 'LotQuarantined', 'LotReleased', 'UnitsWrittenOff', 'UnitsReturned'];
        return story.told
          .filter(({ type, at }) => moved.includes(type) && this.counts(at))
          .map(({ payload }) => (payload as { lotId: string }).lotId);
      }
    }
  }

  private isAbout(unit: Unit): boolean {
    const { question } = this;
    const { sold, settled } = unit;
    if (sold === undefined) return false;
    switch (question.kind) {
      case 'orders':
        return this.orders.has(sold.order);
      case 'authorisation':
        return sold.source.authorisationId === question.authorisationId;
      case 'lot':
        return unit.lotId === question.lotId;
      case 'key':
        return keyIdOf(unit.lotId, unit.serial) === question.keyId;
      case 'period':
        return this.counts(sold.by.at) || (settled !== undefined && this.counts(settled.by.at));
    }
  }

  private wasBoughtUnder(lotId: string, authorisationId: string): boolean {
    const first = this.story.lots.get(lotId)?.parts[0]?.payload;
    const placed = this.story.purchases.get(first?.poId ?? '');
    const line = placed?.payload.lines.find(({ sku }) => sku === first?.sku);
    return line?.authorisationId === authorisationId;
  }
}

function compareSales({ sold: a }: Unit, { sold: b }: Unit): number {
  if (a === undefined || b === undefined) return 0;
  return (
    compareOrders(a.order, b.order) ||
    a.rangePlace - b.rangePlace ||
    a.by.sequence - b.by.sequence ||
    a.place - b.place
  );
}

/** A key that no event of the pack moved since its lot was received. */
function untouched(lotId: string, serial: number): Unit {
  return { lotId, serial, sold: undefined, settled: undefined, removed: undefined, revealed: [] };
}
