import { keyId, parseKeyId } from '../../domain/shared/identifiers.js';
import type {
  DocumentAnswer,
  EvidenceAnswers,
  LotAnswer,
  NamedAnswer,
  OrderAnswer,
} from '../../proof/evidence/answers.js';
import { compareOrders, type EvidenceQuestion } from '../../proof/evidence/question.js';
import { authorisationAnswer, foundAuthority, recordedAuthority } from './authority.js';
import type { EvidenceFacts, Fact, OrderFacts, Removal } from './facts.js';
import { allSales, historiesOf, RunBuilder, type KeyHistory } from './key-runs.js';
import { scopeOf } from './scope.js';
import { Totals } from './totals.js';

/** Answers a question from the events that were collected for it. @param sequence of the checkpoint's last event */
export function answersOf(
  question: EvidenceQuestion,
  facts: EvidenceFacts,
  sequence: number,
): EvidenceAnswers {
  const scope = scopeOf(question);
  const totals = new Totals(facts, scope);
  const runs = new RunBuilder(facts);
  const concerned = { lots: new Set<string>(), orders: new Set<OrderFacts>() };
  const sold = new Set<string>();
  for (const sale of allSales(facts).filter((each) => scope.hasSale(each))) {
    for (const history of historiesOf(sale)) {
      if (scope.wholeLot !== undefined) sold.add(keyId(history.lotId, history.serial));
      if (!scope.hasKey(history)) continue;
      runs.add(history);
      totals.addKey(history);
      concerned.lots.add(history.lotId);
      concerned.orders.add(sale.order);
    }
  }
  const unsold = unsoldOf(question, facts, sold);
  for (const history of unsold) runs.add(history);
  const held = unsold.filter(({ removal }) => removal === undefined).length;
  if (scope.wholeLot !== undefined) totals.addHeld(scope.wholeLot, held);
  totals.addStock();
  for (const lotId of stockLots(question, facts, scope)) concerned.lots.add(lotId);
  const lots = sorted(
    [...concerned.lots].flatMap((lotId) => lotAnswer(facts, lotId)),
    ({ lotId }) => lotId,
  );
  const orders = [...concerned.orders].flatMap(orderAnswer).sort(compareOrders);
  return {
    question,
    ledger: { ledgerId: facts.founded?.payload.ledgerId ?? '', sequence },
    ...named(facts, lots, orders),
    lots,
    orders,
    keys: runs.runs,
    totals: totals.answers(),
  };
}

/** Keys that were never sold: of a lot that is shown whole, or the one key that was asked about. */
function unsoldOf(question: EvidenceQuestion, facts: EvidenceFacts, sold: ReadonlySet<string>): KeyHistory[] {
  const serials = unsoldSerials(question, facts, sold);
  const removals = new Map<number, Removal>();
  for (const removal of facts.removals.filter(({ payload }) => payload.lotId === serials.lotId)) {
    for (const { firstSerial, count } of removal.payload.units)
      for (let serial = firstSerial; serial < firstSerial + count; serial += 1) removals.set(serial, removal);
  }
  return serials.list.map((serial) => ({
    lotId: serials.lotId,
    serial,
    sale: null,
    place: 0,
    settlement: undefined,
    removal: removals.get(serial),
    reveals: [],
  }));
}

function unsoldSerials(
  question: EvidenceQuestion,
  facts: EvidenceFacts,
  sold: ReadonlySet<string>,
): { readonly lotId: string; readonly list: readonly number[] } {
  if (question.kind === 'key') {
    const key = parseKeyId(question.keyId);
    const isSold = allSales(facts).some(
      ({ range }) => range.lotId === key?.lotId && isWithin(key.serial, range.firstSerial, range.count),
    );
    return { lotId: key?.lotId ?? '', list: key === undefined || isSold ? [] : [key.serial] };
  }
  if (question.kind !== 'lot') return { lotId: '', list: [] };
  const { lotId } = question;
  const runs = (facts.lots.get(lotId) ?? []).flatMap(({ payload }) => payload.runs);
  const serials = runs.flatMap(({ firstSerial, count }) =>
    Array.from({ length: count }, (_, offset) => firstSerial + offset),
  );
  return { lotId, list: serials.filter((serial) => !sold.has(keyId(lotId, serial))) };
}

function isWithin(serial: number, firstSerial: number, count: number): boolean {
  return serial >= firstSerial && serial < firstSerial + count;
}

/** Lots that a question is about beside those of its sold keys. */
function stockLots(
  question: EvidenceQuestion,
  facts: EvidenceFacts,
  { counts }: Pick<ReturnType<typeof scopeOf>, 'counts'>,
): readonly string[] {
  switch (question.kind) {
    case 'lot':
      return [question.lotId];
    case 'key':
      return [parseKeyId(question.keyId)?.lotId ?? ''];
    case 'authorisation':
      return [...facts.lots].flatMap(([lotId, [part]]) =>
        part !== undefined && boughtUnder(facts, part) === question.authorisationId ? [lotId] : [],
      );
    case 'period': {
      const received = [...facts.lots].filter(([, parts]) => parts.some(({ at }) => counts(at)));
      const moved = [...facts.removals, ...[...facts.quarantines.values()].flat()].filter(({ at }) =>
        counts(at),
      );
      return [...received.map(([lotId]) => lotId), ...moved.map(({ payload }) => payload.lotId)];
    }
    case 'orders':
      return [];
  }
}

function boughtUnder(facts: EvidenceFacts, { payload }: Fact<'LotReceived'>): string | undefined {
  const lines = facts.purchases.get(payload.poId)?.payload.lines ?? [];
  return lines.find(({ sku }) => sku === payload.sku)?.authorisationId;
}

/** A lot with its source; nothing where the pack does not hold all of it. */
function lotAnswer(facts: EvidenceFacts, lotId: string): LotAnswer[] {
  const parts = facts.lots.get(lotId) ?? [];
  const [first, last] = [parts[0], parts.at(-1)];
  const run = facts.importOf(lotId);
  const placed = facts.purchases.get(first?.payload.poId ?? '');
  if (first === undefined || last === undefined || placed === undefined) return [];
  return run?.completed === undefined
    ? []
    : [sourcedLot(facts, { first, last, placed, completed: run.completed })];
}

interface SourcedLot {
  readonly first: Fact<'LotReceived'>;
  readonly last: Fact<'LotReceived'>;
  readonly placed: Fact<'PurchaseOrderPlaced'>;
  readonly completed: Fact<'ImportCompleted'>;
}

function sourcedLot(facts: EvidenceFacts, { first, last, placed, completed }: SourcedLot): LotAnswer {
  const { lotId, sku, supplierId, poId, unitCost, lotExpiresAt } = first.payload;
  const { name, sha256, bytes } = completed.payload.file;
  const line = placed.payload.lines.findIndex((each) => each.sku === sku);
  const boughtUnder = placed.payload.lines[line]?.authorisationId ?? '';
  const quarantines = facts.quarantines.get(lotId) ?? [];
  return {
    lotId,
    sku,
    supplierId,
    poId,
    poLine: line + 1,
    unitCost: { amount: unitCost.amount, currency: unitCost.currency },
    expiresAt: lotExpiresAt,
    file: { name, sha256, bytes },
    accepted: completed.payload.counts.accepted,
    purchase: recordedAuthority(facts, { supplierId, sku }, boughtUnder, placed),
    receipt: foundAuthority(facts, { supplierId, sku }, last),
    quarantined: quarantines.at(-1)?.kind === 'quarantined',
    quarantines: quarantines.map(({ moment, kind, payload }) => ({
      ...moment,
      kind,
      reason: payload.reason,
    })),
    sequences: sequencesOfLot(facts, first, placed),
  };
}

function sequencesOfLot(
  facts: EvidenceFacts,
  { payload: { lotId, attempt } }: Fact<'LotReceived'>,
  placed: Fact<'PurchaseOrderPlaced'>,
): number[] {
  const run = facts.importOf(lotId);
  const registered = [run?.opened, run?.duplicates, run?.completed, facts.receipts.get(attempt)];
  const stocked = [...(facts.lots.get(lotId) ?? []), ...(facts.quarantines.get(lotId) ?? [])];
  return [placed, ...registered, ...stocked]
    .flatMap((fact) => fact?.moment.sequence ?? [])
    .sort((a, b) => a - b);
}

function orderAnswer({ fulfilled, settled, revealed, sequences }: OrderFacts): OrderAnswer[] {
  if (fulfilled === undefined) return [];
  const { merchantId, orderNo, sku, pool, quantity, unitPrice } = fulfilled.payload;
  return [
    {
      ...fulfilled.moment,
      merchantId,
      orderNo,
      sku,
      pool,
      quantity,
      unitPrice: { amount: unitPrice.amount, currency: unitPrice.currency },
      refunds: settled.map(({ moment, payload }) => ({
        ...moment,
        refundNo: payload.refundNo,
        places: payload.places.map(({ place }) => place),
        reason: payload.reason,
        remedy: payload.remedy,
      })),
      reveals: revealed.map(({ moment, actor, payload }) => ({
        ...moment,
        actor,
        purpose: payload.purpose,
        places: payload.keys.map(({ place }) => place),
      })),
      sequences: [...sequences],
    },
  ];
}

/** Whoever and whatever the lots and orders name. */
function named(facts: EvidenceFacts, lots: readonly LotAnswer[], orders: readonly OrderAnswer[]) {
  const supplierIds = new Set(lots.map(({ supplierId }) => supplierId));
  const skus = new Set([...lots, ...orders].map(({ sku }) => sku));
  const merchantIds = new Set(orders.map(({ merchantId }) => merchantId));
  const nameOf = (
    id: string,
    fact: { payload: { name: string }; moment: { sequence: number } } | undefined,
  ) => (fact === undefined ? [] : [{ id, name: fact.payload.name, sequence: fact.moment.sequence }]);
  const authorisations = [...facts.authorisations.keys()].flatMap((authorisationId) =>
    authorisationAnswer(facts, authorisationId),
  );
  return {
    suppliers: byId([...supplierIds].flatMap((id) => nameOf(id, facts.suppliers.get(id)))),
    products: byId([...skus].flatMap((id) => nameOf(id, facts.products.get(id)))),
    merchants: byId([...merchantIds].flatMap((id) => nameOf(id, facts.merchants.get(id)))),
    // All that ever concerned these goods: also one that was not used, or that was revoked.
    authorisations: sorted(
      authorisations.filter(
        (each) => supplierIds.has(each.supplierId) && each.skus.some((sku) => skus.has(sku)),
      ),
      ({ authorisationId }) => authorisationId,
    ),
  };
}

function byId(answers: readonly NamedAnswer[]): NamedAnswer[] {
  return sorted(answers, ({ id }) => id);
}

function sorted<Value>(values: readonly Value[], keyOf: (value: Value) => string): Value[] {
  return [...values].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}

/** The files that a question's goods came with. */
export function documentsOf(answers: EvidenceAnswers, facts: EvidenceFacts): DocumentAnswer[] {
  return answers.lots.map(({ lotId, file }) => ({
    lotId,
    ...file,
    sequence: facts.importOf(lotId)?.completed?.moment.sequence ?? 0,
  }));
}
