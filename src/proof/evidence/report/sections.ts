import type {
  Authority,
  AuthorisationAnswer,
  DocumentAnswer,
  EvidenceAnswers,
  KeyRunAnswer,
  LotAnswer,
  OrderAnswer,
} from '../answers.js';
import { both, html, table, time, type Content, type Html } from './html.js';
import type { References } from './references.js';
import { FIGURE_WORDS, word } from './words.js';

/** The report's tables, each row with the events that it comes from. */
export class Sections {
  constructor(
    private readonly answers: EvidenceAnswers,
    private readonly references: References,
  ) {}

  totals(): Html {
    const { totals } = this.answers;
    const skus = new Set(totals.flatMap(({ sku }) => sku ?? []));
    // Of one product its own rows say it all.
    const shown = totals.filter(({ sku }) => sku !== null || skus.size > 1);
    const rows = shown.flatMap(({ sku, currency, figures }) =>
      figures.map(({ name, value, sequences }): Content[] => [
        sku ?? both('合计', 'all products'),
        both(...FIGURE_WORDS[name]),
        html`<span class="number">${value}${name.startsWith('units') ? '' : ` ${currency}`}</span>`,
        this.references.to(sequences),
      ]),
    );
    const heads = [
      both('商品', 'product'),
      both('项目', 'figure'),
      both('数值', 'value'),
      both('依据事件', 'events'),
    ];
    return section(both('汇总', 'Figures'), rows.length === 0 ? none() : table(heads, rows));
  }

  orders(): Html {
    const rows = this.answers.orders.map((order) => this.order(order));
    const heads = [
      both('商户 / 订单', 'merchant / order'),
      both('商品', 'product'),
      both('数量 × 单价', 'quantity × price'),
      both('时间', 'issued at'),
      both('退换', 'refunds'),
      both('取卡', 'reveals'),
      both('事件', 'events'),
    ];
    return section(both('订单', 'Orders'), rows.length === 0 ? none() : table(heads, rows));
  }

  private order(order: OrderAnswer): Content[] {
    const { unitPrice, quantity } = order;
    return [
      html`${order.merchantId}<br />${order.orderNo}`,
      order.sku,
      html`<span class="number">${quantity} × ${unitPrice.amount} ${unitPrice.currency}</span>`,
      time(order.occurredAt),
      order.refunds.map(
        ({ refundNo, remedy, reason, places, sequence }) =>
          html`${refundNo}: ${word(remedy)}, ${word(reason)}, ${places.join(', ')}
            ${this.references.to([sequence])}<br />`,
      ),
      order.reveals.map(
        ({ actor, purpose, sequence }) => html`${actor}: ${purpose} ${this.references.to([sequence])}<br />`,
      ),
      this.references.to(order.sequences),
    ];
  }

  keys(): Html {
    const rows = this.answers.keys.map((run) => this.keyRun(run));
    const heads = [
      both('卡密', 'keys'),
      both('卡密文件行', 'file line'),
      both('现状', 'state'),
      both('售予', 'sold to'),
      both('发货时授权', 'authorised at the sale'),
      both('退换', 'settled'),
      both('事件', 'events'),
    ];
    return section(both('卡密逐段', 'Keys'), rows.length === 0 ? none() : table(heads, rows));
  }

  private keyRun(run: KeyRunAnswer): Content[] {
    const { lotId, firstSerial, count, firstLine, sale, settlement } = run;
    const last = firstSerial + count - 1;
    return [
      html`${serialText(lotId, firstSerial)}${count > 1 ? html` –<br />${serialText(lotId, last)} (${count})` : ''}`,
      count > 1 ? `${firstLine}–${firstLine + count - 1}` : firstLine,
      word(run.state),
      sale === null
        ? ''
        : html`${sale.merchantId} / ${sale.orderNo}<br />№
            ${sale.firstPlace}${count > 1 ? `–${sale.firstPlace + count - 1}` : ''}
            ${sale.role === 'replacement' ? word(sale.role) : ''}<br />${time(sale.occurredAt)}`,
      sale === null ? '' : authority(sale),
      settlement === null
        ? ''
        : html`${settlement.refundNo}: ${word(settlement.remedy)},
          ${word(settlement.reason)}${settlement.replacedBy === null ? '' : html`<br />→ ${settlement.replacedBy}`}`,
      this.references.to(run.sequences),
    ];
  }

  lots(): Html {
    const rows = this.answers.lots.map((lot) => this.lot(lot));
    const heads = [
      both('批次', 'lot'),
      both('供货方', 'supplier'),
      both('采购单与行', 'purchase order, line'),
      both('单位成本', 'unit cost'),
      both('采购时授权', 'authorised when ordered'),
      both('入库时授权', 'authorised when received'),
      both('状态', 'standing'),
      both('事件', 'events'),
    ];
    return section(both('货源', 'Source of the goods'), rows.length === 0 ? none() : table(heads, rows));
  }

  private lot(lot: LotAnswer): Content[] {
    const supplier = this.answers.suppliers.find(({ id }) => id === lot.supplierId);
    return [
      html`${lot.lotId}<br />${lot.sku}<br />${lot.accepted}`,
      html`${lot.supplierId}<br />${supplier?.name ?? ''}`,
      html`${lot.poId}, ${lot.poLine}`,
      html`<span class="number">${lot.unitCost.amount} ${lot.unitCost.currency}</span>`,
      html`${authority(lot.purchase)}<br />${time(lot.purchase.occurredAt)}`,
      html`${authority(lot.receipt)}<br />${time(lot.receipt.occurredAt)}`,
      [
        lot.quarantined ? word('quarantined') : '',
        lot.quarantines.map(
          ({ kind, occurredAt, sequence }) =>
            html`<br />${word(kind)} ${time(occurredAt)} ${this.references.to([sequence])}`,
        ),
        lot.expiresAt === null ? '' : html`<br />${both('到期', 'expires')} ${time(lot.expiresAt)}`,
      ],
      this.references.to(lot.sequences),
    ];
  }

  authorisations(): Html {
    const rows = this.answers.authorisations.map((each) => this.authorisation(each));
    const heads = [
      both('授权', 'authorisation'),
      both('授权方 → 供货方', 'issuer → supplier'),
      both('商品', 'products'),
      both('有效期', 'valid'),
      both('撤销', 'revoked'),
      both('事件', 'events'),
    ];
    return section(both('授权', 'Authorisations'), rows.length === 0 ? none() : table(heads, rows));
  }

  private authorisation(each: AuthorisationAnswer): Content[] {
    const { revoked, granted } = each;
    return [
      each.authorisationId,
      html`${each.issuer} → ${each.supplierId}`,
      each.skus.join(', '),
      html`${time(each.validFrom)} –<br />${each.validTo === null ? both('无期限', 'no end') : time(each.validTo)}`,
      revoked === null
        ? both('未撤销', 'not revoked')
        : html`<span class="no">${time(revoked.revokedAt)}</span><br />${both('记录于', 'recorded at')}
            ${time(revoked.recordedAt)}<br />${revoked.reason ?? ''}`,
      this.references.to(revoked === null ? [granted.sequence] : [granted.sequence, revoked.sequence]),
    ];
  }

  documents(documents: readonly DocumentAnswer[]): Html {
    const rows = documents.map(({ name, lotId, bytes, sha256, sequence }): Content[] => [
      name,
      lotId,
      bytes,
      html`<code>${sha256}</code>`,
      this.references.to([sequence]),
    ]);
    const heads = [
      both('文件', 'file'),
      both('批次', 'lot'),
      both('字节', 'bytes'),
      both('SHA-256 摘要', 'SHA-256'),
      both('事件', 'events'),
    ];
    return section(both('原始文件', 'Documents'), rows.length === 0 ? none() : table(heads, rows));
  }
}

function authority({ authorisationId, inForce }: Authority): Html {
  const judged = inForce
    ? html`<span class="yes">${both('有效', 'in force')}</span>`
    : html`<span class="no">${both('无效', 'not in force')}</span>`;
  return html`${authorisationId ?? ''} ${judged}`;
}

/** As the ledger writes a key's id. */
function serialText(lotId: string, serial: number): string {
  return `${lotId}-${String(serial).padStart(6, '0')}`;
}

export function section(title: Html, body: Content): Html {
  return html`<section>
    <h2>${title}</h2>
    ${body}
  </section> `;
}

function none(): Html {
  return html`<p class="note">${both('无', 'None')}</p>`;
}
