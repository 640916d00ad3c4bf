import type { FigureName } from '../answers.js';
import type { EvidenceQuestion } from '../question.js';
import { both, type Html } from './html.js';

type Words = readonly [chinese: string, english: string];

export const FIGURE_WORDS: Readonly<Record<FigureName, Words>> = {
  unitsReceived: ['入库数量', 'units received'],
  unitsIssued: ['发货数量', 'units issued'],
  unitsReplacement: ['补发数量', 'units issued as replacements'],
  unitsRefunded: ['退款数量', 'units refunded'],
  unitsReplaced: ['被换下数量', 'units replaced'],
  unitsWrittenOff: ['报损数量', 'units written off'],
  unitsReturned: ['退回供货方数量', 'units returned to supplier'],
  unitsHeld: ['在库数量', 'units on hand'],
  revenue: ['收入', 'revenue'],
  costOfGoodsSold: ['销售成本', 'cost of goods sold'],
  supplierClaims: ['应向供货方索赔', 'supplier claims'],
  inventoryLosses: ['库存损失', 'inventory losses'],
  returnedToSupplier: ['退货成本', 'returned to supplier'],
  onHandCost: ['在库成本', 'cost on hand'],
};

const VALUE_WORDS: Readonly<Record<string, Words>> = {
  held: ['在库', 'held'],
  issued: ['已发货', 'issued'],
  void: ['已作废', 'void'],
  writtenOff: ['已报损', 'written off'],
  returned: ['已退回', 'returned'],
  replacement: ['补发', 'replacement'],
  refund: ['退款', 'refund'],
  replace: ['换货', 'replace'],
  bad_key: ['坏卡', 'bad key'],
  goodwill: ['善意补偿', 'goodwill'],
  quarantined: ['已隔离', 'quarantined'],
  released: ['已解除隔离', 'released'],
};

export function word(value: string): Html | string {
  const words = VALUE_WORDS[value];
  return words === undefined ? value : both(...words);
}

/** What was asked, as a sentence. */
export function questionWords(question: EvidenceQuestion): Html {
  switch (question.kind) {
    case 'orders': {
      const [first] = question.orders;
      const one = first === undefined ? '' : `${first.merchantId} / ${first.orderNo}`;
      if (question.orders.length === 1)
        return both(
          `订单 ${one}：货从何来、现状如何`,
          `Order ${one}: where its goods came from and what became of them`,
        );
      const count = question.orders.length;
      return both(
        `${count} 个订单（${one} 等）的货源与现状`,
        `${count} orders (${one} and others): source and present state of their goods`,
      );
    }
    case 'authorisation':
      return both(
        `凭授权 ${question.authorisationId} 售出的全部商品`,
        `Everything sold under authorisation ${question.authorisationId}`,
      );
    case 'lot':
      return both(
        `批次 ${question.lotId}：从货源到买家`,
        `Lot ${question.lotId}: from its source to its buyers`,
      );
    case 'period':
      return both(
        `${question.from} 起至 ${question.to} 前发生的业务`,
        `What occurred from ${question.from} until before ${question.to}`,
      );
    case 'key':
      return both(
        `卡密 ${question.keyId} 的来源与去向`,
        `Key ${question.keyId}: where it came from and what became of it`,
      );
  }
}
