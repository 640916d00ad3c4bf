import type {
  DocumentAnswer,
  EvidenceAnswers,
  LotAnswer,
  OrderAnswer,
} from '../../proof/evidence/answers.js';
import { compareOrders, type EvidenceQuestion } from '../../proof/evidence/question.js';
import { Focus } from './focus.js';
import { keyRuns } from './key-rows.js';
import { ascending, inOrder } from './order.js';
import { momentOf, Register } from './register.js';
import type { Lot, Order, Story, Told } from './story.js';
import { Sums } from './sums.js';

/** The answers to a question, made once more from the events' story and from nothing else. */
export function recomputeAnswers(question: EvidenceQuestion, story: Story, size: number): EvidenceAnswers {
  const register = new Register(story);
  const focus = new Focus(question, story);
  const sold = focus.soldUnits();
  const unsold = focus.unsoldUnits();
  const sums = new Sums(story, focus);
  for (const unit of sold) sums.addUnit(unit);
  sums.addStock(unsold);
  const lotIds = new Set([...sold.map(({ lotId }) => lotId), ...focus.otherLots()]);
  const lots = inOrder(
    [...lotIds].flatMap((lotId) => lotAnswer(story, register, lotId)),
    ({ lotId }) => lotId,
  );
  const concerned = new Set(sold.flatMap((unit) => unit.sold?.order ?? []));
  const orders = [...concerned].flatMap(orderAnswer).sort(compareOrders);
  return {
    question,
    ledger: { ledgerId: story.of('LedgerFounded').at(-1)?.payload.ledgerId ?? '', sequence: size },
    ...register.named(lots, orders),
    lots,
    orders,
    keys: keyRuns([...sold, ...unsold], story, register),
    totals: sums.answers(),
  };
}

/** `documents.json`, made once more. */
export function recomputeDocuments(answers: EvidenceAnswers, story: Story): DocumentAnswer[] {
  return answers.lots.map(({ lotId, file }) => ({
    lotId,
    ...file,
    sequence: story.registrationOf(lotId)?.completed?.sequence ?? 0,
  }));
}

/** A lot with its source; nothing where an event of it is missing, which is told elsewhere. */
function lotAnswer(story: Story, register: Register, lotId: string): LotAnswer[] {
  const { parts = [], standing = [] } = story.lots.get(lotId) ?? {};
  const registration = story.registrationOf(lotId);
  const [first] = parts;
  const placed = first && story.purchases.get(first.payload.poId);
  if (first === undefined || placed === undefined || registration?.completed === undefined) return [];
  const { opened, duplicates, completed } = registration;
  const receipt = story.receipts.get(first.payload.attempt);
  const behind = [placed, receipt, opened, duplicates, completed, ...parts, ...standing];
  const { sku, supplierId, poId, unitCost, lotExpiresAt } = first.payload;
  const goods = { supplierId, sku };
  const { line, authorisationId } = lineOf(placed, sku);
  const { name, sha256, bytes } = completed.payload.file;
  return [
    {
      lotId,
      ...goods,
      poId,
      poLine: line,
      unitCost: { amount: unitCost.amount, currency: unitCost.currency },
      expiresAt: lotExpiresAt,
      file: { name, sha256, bytes },
      accepted: completed.payload.counts.accepted,
      purchase: register.recorded(goods, authorisationId, placed),
      receipt: register.lowest(goods, parts.at(-1) ?? first),
      ...standingOf(standing),
      sequences: ascending(behind.flatMap((told) => told?.sequence ?? [])),
    },
  ];
}

function standingOf(standing: Lot['standing']): Pick<LotAnswer, 'quarantined' | 'quarantines'> {
  const kindOf = (type: string) => (type === 'LotQuarantined' ? 'quarantined' : 'released');
  return {
    quarantined: standing.at(-1)?.type === 'LotQuarantined',
    quarantines: standing.map((told) => ({
      ...momentOf(told),
      kind: kindOf(told.type),
      reason: told.payload.reason,
    })),
  };
}

function lineOf(
  { payload }: Told<'PurchaseOrderPlaced'>,
  sku: string,
): { readonly line: number; readonly authorisationId: string } {
  const at = payload.lines.findIndex((line) => line.sku === sku);
  return { line: at + 1, authorisationId: payload.lines[at]?.authorisationId ?? '' };
}

function orderAnswer({ fulfilled, settled, revealed, events }: Order): OrderAnswer[] {
  if (fulfilled === undefined) return [];
  const { merchantId, orderNo, sku, pool, quantity, unitPrice } = fulfilled.payload;
  return [
    {
      ...momentOf(fulfilled),
      merchantId,
      orderNo,
      sku,
      pool,
      quantity,
      unitPrice: { amount: unitPrice.amount, currency: unitPrice.currency },
      refunds: settled.map((told) => ({
        ...momentOf(told),
        refundNo: told.payload.refundNo,
        places: told.payload.places.map(({ place }) => place),
        reason: told.payload.reason,
        remedy: told.payload.remedy,
      })),
      reveals: revealed.map((told) => ({
        ...momentOf(told),
        actor: told.actor,
        purpose: told.payload.purpose,
        places: told.payload.keys.map(({ place }) => place),
      })),
      sequences: events.map(({ sequence }) => sequence),
    },
  ];
}
