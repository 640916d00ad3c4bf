import type { Authority, KeyRunAnswer, KeyState } from '../../proof/evidence/answers.js';
import { compareOrders } from '../../proof/evidence/question.js';
import { keyId } from '../../domain/shared/identifiers.js';
import type { SourcedRange } from '../../domain/shared/units.js';
import { recordedAuthority } from './authority.js';
import type { EvidenceFacts, Fact, OrderFacts, Removal } from './facts.js';

/** Consecutive keys that went to consecutive places of one order in one event. */
export interface Sale {
  readonly order: OrderFacts;
  readonly merchantId: string;
  readonly orderNo: string;
  readonly range: SourcedRange;
  readonly firstPlace: number;
  readonly role: 'issued' | 'replacement';
  readonly event: Fact<'OrderFulfilled'> | Fact<'UnitsSettled'>;
}

/** What made one key void. */
export interface Settlement {
  readonly event: Fact<'UnitsSettled'>;
  readonly replacement: SourcedRange | null;
}

/** One key of a lot with all that happened to it. */
export interface KeyHistory {
  readonly lotId: string;
  readonly serial: number;
  /** Null for a key that was never sold. */
  readonly sale: Sale | null;
  readonly place: number;
  readonly settlement: Settlement | undefined;
  readonly removal: Removal | undefined;
  readonly reveals: readonly Fact<'KeysRevealed'>[];
}

/** An order's sales: what it was fulfilled with, then what replaced that. */
export function salesOf(order: OrderFacts): Sale[] {
  const { fulfilled } = order;
  if (fulfilled === undefined) return [];
  const { merchantId, orderNo } = fulfilled.payload;
  let firstPlace = 1;
  const issued = fulfilled.payload.units.map((range): Sale => {
    const sale = { order, merchantId, orderNo, range, firstPlace, role: 'issued' as const, event: fulfilled };
    firstPlace += range.count;
    return sale;
  });
  const replaced = order.settled.flatMap((event) =>
    event.payload.places.flatMap(({ place, replacement }): Sale[] =>
      replacement === null
        ? []
        : [{ order, merchantId, orderNo, range: replacement, firstPlace: place, role: 'replacement', event }],
    ),
  );
  return [...issued, ...replaced];
}

/** Every sale of the pack, by order, place and sequence. */
export function allSales(facts: EvidenceFacts): Sale[] {
  return [...facts.orders.values()].flatMap(salesOf).sort(compareSales);
}

function compareSales(a: Sale, b: Sale): number {
  const byOrder = compareOrders(a, b);
  if (byOrder !== 0) return byOrder;
  return a.firstPlace - b.firstPlace || a.event.moment.sequence - b.event.moment.sequence;
}

/** The keys of a sale, each with what became of it. */
export function* historiesOf(sale: Sale): Generator<KeyHistory> {
  const { lotId, firstSerial, count } = sale.range;
  const settlements = settlementsOf(sale.order);
  const reveals = revealsOf(sale.order);
  for (let offset = 0; offset < count; offset += 1) {
    const serial = firstSerial + offset;
    const id = keyId(lotId, serial);
    yield {
      lotId,
      serial,
      sale,
      place: sale.firstPlace + offset,
      settlement: settlements.get(id),
      removal: undefined,
      reveals: reveals.get(id) ?? [],
    };
  }
}

const settlementCache = new WeakMap<OrderFacts, Map<string, Settlement>>();
const revealCache = new WeakMap<OrderFacts, Map<string, Fact<'KeysRevealed'>[]>>();

function settlementsOf(order: OrderFacts): ReadonlyMap<string, Settlement> {
  const known = settlementCache.get(order);
  if (known !== undefined) return known;
  const settlements = new Map(
    order.settled.flatMap((event) =>
      event.payload.places.map(({ voided, replacement }): [string, Settlement] => [
        keyId(voided.lotId, voided.firstSerial),
        { event, replacement },
      ]),
    ),
  );
  settlementCache.set(order, settlements);
  return settlements;
}

function revealsOf(order: OrderFacts): ReadonlyMap<string, readonly Fact<'KeysRevealed'>[]> {
  const known = revealCache.get(order);
  if (known !== undefined) return known;
  const reveals = new Map<string, Fact<'KeysRevealed'>[]>();
  for (const event of order.revealed) {
    for (const id of new Set(event.payload.keys.map(({ lotId, serial }) => keyId(lotId, serial))))
      reveals.set(id, [...(reveals.get(id) ?? []), event]);
  }
  revealCache.set(order, reveals);
  return reveals;
}

/** Makes runs of keys: a key goes on with the run before it where nothing but serial, line and place differs. */
export class RunBuilder {
  readonly runs: KeyRunAnswer[] = [];
  private last: { readonly history: KeyHistory; readonly mark: string; count: number } | undefined;

  constructor(private readonly facts: EvidenceFacts) {}

  add(history: KeyHistory): void {
    const run = this.runs.at(-1);
    const offset = this.last?.count ?? 0;
    const mark = this.markOf(history);
    if (run !== undefined && this.last?.mark === mark && follows(this.last.history, history, offset)) {
      this.runs[this.runs.length - 1] = { ...run, count: run.count + 1 };
      this.last.count += 1;
      return;
    }
    this.runs.push(this.runOf(history));
    this.last = { history, mark, count: 1 };
  }

  /** Equal for keys that share their history. */
  private markOf({ lotId, serial, sale, settlement, removal, reveals }: KeyHistory): string {
    const source = sourceOf(this.facts, lotId, serial);
    return JSON.stringify([
      lotId,
      serial - source.line,
      source.expiresOn,
      source.chunk?.moment.sequence,
      sale === null
        ? null
        : [sale.event.moment.sequence, sale.firstPlace - sale.range.firstSerial, sale.range.authorisationId],
      settlement === undefined ? null : [settlement.event.moment.sequence, replacedBy(settlement)],
      removal?.moment.sequence,
      reveals.map(({ moment }) => moment.sequence),
    ]);
  }

  private runOf(history: KeyHistory): KeyRunAnswer {
    const { lotId, serial, sale, place, settlement } = history;
    const source = sourceOf(this.facts, lotId, serial);
    return {
      lotId,
      firstSerial: serial,
      count: 1,
      firstLine: source.line,
      expiresOn: source.expiresOn,
      state: stateOf(history),
      sale:
        sale === null
          ? null
          : {
              ...saleAuthority(this.facts, sale),
              merchantId: sale.merchantId,
              orderNo: sale.orderNo,
              firstPlace: place,
              role: sale.role,
            },
      settlement:
        settlement === undefined
          ? null
          : {
              ...settlement.event.moment,
              refundNo: settlement.event.payload.refundNo,
              reason: settlement.event.payload.reason,
              remedy: settlement.event.payload.remedy,
              replacedBy: replacedBy(settlement),
            },
      sequences: sequencesOf(this.facts, history),
    };
  }
}

/** The recorded authorisation at the second of a sale. */
function saleAuthority(facts: EvidenceFacts, { event, range }: Sale): Authority {
  const goods = { supplierId: range.supplierId, sku: event.payload.sku };
  return recordedAuthority(facts, goods, range.authorisationId, event);
}

function follows(first: KeyHistory, next: KeyHistory, offset: number): boolean {
  return (
    next.serial === first.serial + offset && next.place === first.place + (first.sale === null ? 0 : offset)
  );
}

function replacedBy({ replacement }: Settlement): string | null {
  return replacement === null ? null : keyId(replacement.lotId, replacement.firstSerial);
}

function stateOf({ sale, settlement, removal }: KeyHistory): KeyState {
  if (settlement !== undefined) return 'void';
  if (sale !== null) return 'issued';
  if (removal === undefined) return 'held';
  return removal.type === 'UnitsWrittenOff' ? 'writtenOff' : 'returned';
}

function sequencesOf(facts: EvidenceFacts, history: KeyHistory): number[] {
  const { lotId, serial, sale, settlement, removal, reveals } = history;
  const parts = facts.lots.get(lotId) ?? [];
  const found = [
    sourceOf(facts, lotId, serial).chunk?.moment.sequence,
    parts.at(-1)?.moment.sequence,
    sale?.event.moment.sequence,
    settlement?.event.moment.sequence,
    removal?.moment.sequence,
    ...reveals.map(({ moment }) => moment.sequence),
  ].filter((sequence) => sequence !== undefined);
  return [...new Set(found)].sort((a, b) => a - b);
}

interface KeySource {
  readonly chunk: Fact<'KeysRegistered'> | undefined;
  /** 0 where the pack does not hold the key's chunk. */
  readonly line: number;
  readonly expiresOn: string | null;
}

/** The line of the key file that a key came from. */
function sourceOf(facts: EvidenceFacts, lotId: string, serial: number): KeySource {
  const chunk = chunkOf(facts.importOf(lotId)?.chunks ?? [], serial);
  if (chunk === undefined) return { chunk, line: 0, expiresOn: null };
  const line = chunk.payload.lineRuns.findLast(([first]) => first <= serial);
  const expiry = chunk.payload.expiryRuns.findLast(([first]) => first <= serial);
  return {
    chunk,
    line: line === undefined ? 0 : line[1] + serial - line[0],
    expiresOn: expiry?.[2] ?? null,
  };
}

/** Chunks stand in the order of their serials. */
function chunkOf(
  chunks: readonly Fact<'KeysRegistered'>[],
  serial: number,
): Fact<'KeysRegistered'> | undefined {
  let [low, high] = [0, chunks.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((chunks[middle] as Fact<'KeysRegistered'>).payload.firstSerial <= serial) low = middle + 1;
    else high = middle;
  }
  const chunk = chunks[low - 1];
  if (chunk === undefined || serial >= chunk.payload.firstSerial + chunk.payload.count) return undefined;
  return chunk;
}
