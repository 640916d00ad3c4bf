import type { OfferedKeyFile, ReceiptAnswer, ReceiveLotBody } from '../key-registry/commands.js';
import type { ImportTerms, KeyRegistryEvent } from '../key-registry/events.js';
import type { ImportPlan } from '../key-registry/import-desk.js';
import { lineOf } from '../purchase-order/state.js';
import { invalid, requireValid } from '../shared/faults.js';
import type { Executed } from '../shared/ledger.js';
import { Refusal } from '../shared/refusal.js';
import { instantOf, parseInstant, type Instant } from '../shared/time.js';
import { untilSettled } from './contention.js';
import { seen, shown } from './facts.js';
import type { Import } from './import-run.js';
import { abandonImport, admitFile, carryOnImport, enterStock } from './import-steps.js';
import { keyRegistryTarget, purchaseOrderTarget } from './targets.js';

/**
 * Imports a key file: planned against the registry, opened there at that very revision, received by the purchase order,
 * registered in chunks, completed, and put into stock; only then it is acknowledged. The same file again carries an
 * interrupted import on.
 */
export async function receiveLot(
  run: Import,
  body: ReceiveLotBody,
  file: OfferedKeyFile,
): Promise<Executed<ReceiptAnswer>> {
  return run.desk.inTurn(() =>
    untilSettled(`import of lot ${shown(body.lotId)}`, () => attemptReceipt(run, body, file)),
  );
}

async function attemptReceipt(
  run: Import,
  body: ReceiveLotBody,
  file: OfferedKeyFile,
): Promise<Executed<ReceiptAnswer> | 'again'> {
  const recalled = await recalledReceipt(run, body);
  if (recalled !== undefined) return recalled;
  const offer = await checkedOffer(run, body, file);
  const plan = await run.desk.plan({
    ...offer.file,
    receivedAt: instantOf(run.context.at),
    lotId: body.lotId,
    resumedAttempt: offer.open?.attempt,
  });
  try {
    if (offer.open !== undefined) return await resume(run, { open: offer.open, body }, plan);
    return await begin(run, { ...offer.line, body }, plan);
  } finally {
    run.desk.release(plan);
  }
}

/** What this very command came to before: a receipt, a refusal, or an import that goes on. */
async function recalledReceipt(
  run: Import,
  body: ReceiveLotBody,
): Promise<Executed<ReceiptAnswer> | undefined> {
  const events: readonly KeyRegistryEvent[] =
    (await run.ledger.recall(keyRegistryTarget, run.context.commandId)) ?? [];
  const refused = events.find((event) => event.type === 'ImportRefused');
  if (refused?.type === 'ImportRefused')
    throw new Refusal(refused.payload.code, refusedFileMessage(refused.payload.code, body));
  if (events.length === 0) return undefined;
  const lot = await run.desk.lot(body.lotId);
  if (lot?.standing !== 'completed' || !events.some((event) => isOfAttempt(event, lot.terms.attempt)))
    return undefined;
  return enterStock(run, lot.terms);
}

/** Another's import of the same lot is not this command's. */
function isOfAttempt({ payload }: KeyRegistryEvent, attempt: string): boolean {
  return 'attempt' in payload && payload.attempt === attempt;
}

function refusedFileMessage(code: 'no_keys' | 'over_receipt', body: ReceiveLotBody): string {
  return code === 'no_keys'
    ? 'no line of the file holds a key that can be accepted; see the line ledger of a dry run'
    : `the file holds more keys than are still open on ${body.poId}; order more first`;
}

interface CheckedOffer {
  readonly line: Pick<ImportTerms, 'supplierId' | 'unitCost'>;
  /** The interrupted import that this offer may carry on. */
  readonly open: ImportTerms | undefined;
  readonly file: {
    readonly source: NonNullable<OfferedKeyFile['source']>;
    readonly format: OfferedKeyFile['format'];
  };
}

/** The checks before the file is read, in the order of the rules. */
async function checkedOffer(run: Import, body: ReceiveLotBody, file: OfferedKeyFile): Promise<CheckedOffer> {
  const { ledger, desk, context } = run;
  const { lotId, poId, sku } = body;
  const placed =
    typeof poId === 'string'
      ? await ledger.ask(purchaseOrderTarget(poId), (state) => state.placed)
      : undefined;
  if (placed === undefined)
    throw new Refusal('unknown_po', `no purchase order ${shown(poId)}; place it first`);
  const known = typeof lotId === 'string' ? await desk.lot(lotId) : undefined;
  if (known?.standing === 'completed')
    throw new Refusal('duplicate_lot', `lot ${lotId} was received; give this one another id`);
  const line = await ledger.ask(purchaseOrderTarget(poId), (state) => lineOf(state, sku));
  if (line === undefined)
    throw new Refusal('not_on_po', `purchase order ${poId} has no line for ${shown(sku)}`);
  requireUsable(body, instantOf(context.at));
  if (file.source === undefined)
    throw new Refusal('missing_file', 'there is no plain file at that place; check its path');
  return {
    line: { supplierId: placed.supplierId, unitCost: line.unitCost },
    open: known?.terms,
    file: { source: file.source, format: file.format },
  };
}

function requireUsable(body: ReceiveLotBody, at: Instant): void {
  requireValid(body);
  const expiry = parseInstant(body.expiresAt);
  if (expiry !== undefined && expiry <= at) {
    throw invalid([{ field: 'expiresAt', message: 'must be later than the receipt' }]);
  }
}

/** The same file for the same order line goes on where it stopped; anything else waits for the open import's end. */
async function resume(
  run: Import,
  { open, body }: { readonly open: ImportTerms; readonly body: ReceiveLotBody },
  plan: ImportPlan,
): Promise<Executed<ReceiptAnswer> | 'again'> {
  return isSameImport(open, body, plan) ? carryOnImport(run, open, plan) : awaitOther(run, open);
}

/** The same file, read in the same way, for the same line and with the same expiry. */
function isSameImport(open: ImportTerms, body: ReceiveLotBody, plan: ImportPlan): boolean {
  if (open.poId !== body.poId || open.sku !== body.sku || open.lotExpiresAt !== (body.expiresAt ?? null))
    return false;
  const names = Object.keys(plan.counts) as (keyof typeof plan.counts)[];
  return (
    open.file.sha256 === plan.file.sha256 && names.every((name) => open.counts[name] === plan.counts[name])
  );
}

async function awaitOther(run: Import, open: ImportTerms): Promise<'again'> {
  if ((await run.desk.awaitOther(open.attempt)) === 'stalled') {
    await abandonImport(run, open, 'made no progress for a minute');
  }
  run.ledger.refresh(keyRegistryTarget);
  return 'again';
}

/** Waits for the import that is open now, whoever it belongs to. */
async function awaitOpenImport(run: Import): Promise<'again'> {
  run.ledger.refresh(keyRegistryTarget);
  const other = await run.desk.openImport();
  return other === undefined ? 'again' : awaitOther(run, other);
}

async function begin(
  run: Import,
  order: { readonly body: ReceiveLotBody } & Pick<ImportTerms, 'supplierId' | 'unitCost'>,
  plan: ImportPlan,
): Promise<Executed<ReceiptAnswer> | 'again'> {
  const { ledger, desk, context } = run;
  const { body, supplierId, unitCost } = order;
  const { lotId, poId, sku } = body;
  const admitted = await admitFile(run, { lotId, poId, sku }, plan, (code) => refusedFileMessage(code, body));
  if (admitted === 'busy') return awaitOpenImport(run);
  // The lot's id was free before the file was read; what was opened since is seen at the plan's revision at the latest.
  if (admitted === 'again' || (await desk.lot(lotId)) !== undefined) {
    ledger.refresh(keyRegistryTarget);
    return 'again';
  }
  const attempt = desk.newAttempt();
  const lotExpiresAt = body.expiresAt ?? null;
  const terms: ImportTerms = {
    attempt,
    lotId,
    poId,
    sku,
    supplierId,
    unitCost,
    lotExpiresAt,
    file: plan.file,
    counts: plan.counts,
  };
  const revision = await ledger.ask(purchaseOrderTarget(poId), (_, standing) => standing.revision);
  const saw = [seen(ledger, purchaseOrderTarget(poId), revision)];
  const opened = await ledger.execute(
    keyRegistryTarget,
    { kind: 'open', terms, plannedAt: plan.plannedAt, saw },
    context,
    { recall: false },
  );
  switch (opened.answer.kind) {
    case 'done':
      return carryOnImport(run, terms, plan);
    case 'busy':
      return awaitOpenImport(run);
    case 'plan-again':
    case 'over':
      ledger.refresh(keyRegistryTarget);
      return 'again';
  }
}
