import type { Command } from '@nestjs/cqrs';
import { readFormat } from '../../domain/key-file/format.js';
import { ReceiveLot, ReceiveLotBody } from '../../domain/key-registry/commands.js';
import { IssueBody, IssueOrder } from '../../domain/order/commands.js';
import {
  PlacePurchaseOrder,
  PurchaseOrderBody,
  PurchaseOrderLineBody,
} from '../../domain/purchase-order/commands.js';
import { RefundOrder, RefundRequestBody } from '../../domain/refund/commands.js';
import type { CommandContext, Executed } from '../../domain/shared/ledger.js';
import {
  LotRemovalBody,
  LotStateBody,
  QuarantineLot,
  ReleaseLot,
  ReturnToSupplier,
  TransferBody,
  TransferUnits,
  WriteOffUnits,
} from '../../domain/stock/commands.js';
import { RevocationBody, RevokeAuthorisation } from '../../domain/supplier/commands.js';
import { keyFileWithin } from './key-files.js';
import type { Fields } from './operation-lines.js';

export type OperationCommand = Command<Executed<object>>;

type Translation = (
  fields: Fields,
  context: CommandContext,
  packDirectory: string,
) => OperationCommand | Promise<OperationCommand>;

interface Operation {
  /** The command's name, as events record it. */
  readonly command: string;
  readonly translate: Translation;
}

/** What was meant to be said about a movement; a pack may say more than the ledger keeps. */
const REASON_LENGTH_MAX = 1000;

const OPERATIONS: ReadonlyMap<string, Operation> = new Map<string, Operation>([
  ['place_po', { command: PlacePurchaseOrder.name, translate: placePurchaseOrder }],
  ['receive_lot', { command: ReceiveLot.name, translate: receiveLot }],
  ['transfer', { command: TransferUnits.name, translate: transferUnits }],
  ['issue', { command: IssueOrder.name, translate: issueOrder }],
  ['refund', { command: RefundOrder.name, translate: refundOrder }],
  ['revoke_authorisation', { command: RevokeAuthorisation.name, translate: revokeAuthorisation }],
  [
    'quarantine_lot',
    {
      command: QuarantineLot.name,
      translate: (fields, context) => new QuarantineLot(lotState(fields), context),
    },
  ],
  [
    'release_lot',
    { command: ReleaseLot.name, translate: (fields, context) => new ReleaseLot(lotState(fields), context) },
  ],
  [
    'write_off',
    {
      command: WriteOffUnits.name,
      translate: (fields, context) => new WriteOffUnits(lotRemoval(fields), context),
    },
  ],
  [
    'return_to_supplier',
    {
      command: ReturnToSupplier.name,
      translate: (fields, context) => new ReturnToSupplier(lotRemoval(fields), context),
    },
  ],
]);

/** What an `op` asks for; undefined for an operation that nobody knows. */
export function operationOf(op: unknown): Operation | undefined {
  return typeof op === 'string' ? OPERATIONS.get(op) : undefined;
}

/** The ids that refusals repeat, by the pack's names, and what the answer calls them. */
const REPORTED_IDS = [
  ['po_id', 'poId'],
  ['lot_id', 'lotId'],
  ['merchant_id', 'merchantId'],
  ['order_no', 'orderNo'],
  ['refund_no', 'refundNo'],
  ['authorisation_id', 'authorisationId'],
  ['sku', 'sku'],
] as const;

/** The ids that an operation carried at its top level. What is no text is no id, and counts as absent. */
export function idsOf(fields: Fields): Record<string, string> {
  const ids: Record<string, string> = {};
  for (const [packName, name] of REPORTED_IDS) {
    const id = text(fields, packName);
    if (id !== undefined) ids[name] = id;
  }
  return ids;
}

function placePurchaseOrder(fields: Fields, context: CommandContext): OperationCommand {
  const lines: unknown = field(fields, 'lines');
  const body = filled(new PurchaseOrderBody(), {
    poId: text(fields, 'po_id'),
    supplierId: text(fields, 'supplier_id'),
    lines: Array.isArray(lines) ? lines.map(purchaseOrderLine) : lines,
  });
  return new PlacePurchaseOrder(body, context);
}

function purchaseOrderLine(entry: unknown): PurchaseOrderLineBody {
  const fields =
    typeof entry === 'object' && entry !== null && !Array.isArray(entry) ? (entry as Fields) : {};
  return filled(new PurchaseOrderLineBody(), {
    sku: text(fields, 'sku'),
    quantity: field(fields, 'quantity'),
    unitCost: field(fields, 'unit_cost'),
  });
}

async function receiveLot(
  fields: Fields,
  context: CommandContext,
  packDirectory: string,
): Promise<OperationCommand> {
  const body = filled(new ReceiveLotBody(), {
    lotId: text(fields, 'lot_id'),
    poId: text(fields, 'po_id'),
    sku: text(fields, 'sku'),
    expiresAt: field(fields, 'expires_at'),
  });
  const format = readFormat({
    separator: field(fields, 'separator'),
    quoted: field(fields, 'quoted'),
    header: field(fields, 'header'),
    columns: field(fields, 'columns'),
  });
  const source = await keyFileWithin(packDirectory, field(fields, 'file'));
  return new ReceiveLot(body, { format, source }, context);
}

function transferUnits(fields: Fields, context: CommandContext): OperationCommand {
  const body = filled(new TransferBody(), {
    sku: text(fields, 'sku'),
    from: text(fields, 'from'),
    to: text(fields, 'to'),
    quantity: field(fields, 'quantity'),
  });
  return new TransferUnits(body, context);
}

function issueOrder(fields: Fields, context: CommandContext): OperationCommand {
  const body = filled(new IssueBody(), {
    merchantId: text(fields, 'merchant_id'),
    orderNo: text(fields, 'order_no'),
    sku: text(fields, 'sku'),
    quantity: field(fields, 'quantity'),
    unitPrice: field(fields, 'unit_price'),
    pool: text(fields, 'pool'),
  });
  return new IssueOrder(body, context);
}

function refundOrder(fields: Fields, context: CommandContext): OperationCommand {
  const body = filled(new RefundRequestBody(), {
    merchantId: text(fields, 'merchant_id'),
    orderNo: text(fields, 'order_no'),
    refundNo: text(fields, 'refund_no'),
    units: field(fields, 'units'),
    reason: text(fields, 'reason'),
    remedy: text(fields, 'remedy'),
  });
  return new RefundOrder(body, context);
}

function revokeAuthorisation(fields: Fields, context: CommandContext): OperationCommand {
  const body = filled(new RevocationBody(), {
    authorisationId: text(fields, 'authorisation_id'),
    reason: remark(fields),
  });
  return new RevokeAuthorisation(body, context);
}

function lotState(fields: Fields): LotStateBody {
  return filled(new LotStateBody(), { lotId: text(fields, 'lot_id'), reason: remark(fields) });
}

function lotRemoval(fields: Fields): LotRemovalBody {
  return filled(new LotRemovalBody(), {
    lotId: text(fields, 'lot_id'),
    reason: remark(fields),
    quantity: field(fields, 'quantity'),
  });
}

/** The rules judge no remark, so none refuses an operation: what is no text is dropped, what is too long is cut. */
function remark(fields: Fields): string | undefined {
  return text(fields, 'reason')?.slice(0, REASON_LENGTH_MAX);
}

function field(fields: Fields, name: string): unknown {
  return Object.hasOwn(fields, name) ? fields[name] : undefined;
}

function text(fields: Fields, name: string): string | undefined {
  const value = field(fields, name);
  return typeof value === 'string' ? value : undefined;
}

/** Gives a body what was sent, of whatever type: the domain judges it in its turn. Absent fields stay absent. */
function filled<Body extends object>(body: Body, sent: Readonly<Record<keyof Body, unknown>>): Body {
  const present = Object.entries(sent).filter(([, value]) => value !== undefined);
  return Object.assign(body, Object.fromEntries(present));
}
