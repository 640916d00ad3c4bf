import type { ReceiptAnswer } from '../key-registry/commands.js';
import type { DuplicateKeysFound, ImportTerms } from '../key-registry/events.js';
import type { ImportPlan } from '../key-registry/import-desk.js';
import { MAIN_POOL } from '../order/commands.js';
import { openQuantity } from '../purchase-order/state.js';
import type { Executed } from '../shared/ledger.js';
import { Refusal } from '../shared/refusal.js';
import type { UnitRange } from '../shared/units.js';
import type { Import } from './import-run.js';
import { keyRegistryTarget, purchaseOrderTarget, stockTarget } from './targets.js';

/** A lot with more runs enters the stock in several events, so that none outgrows an append. */
const RUNS_PER_PART_MAX = 10_000;
/** Of a part as JSON: long lot ids fill an append before ten thousand runs do. */
const PART_LENGTH_MAX = 400_000;

/** Chunks handed to the registry's mailbox at once, which appends them together. */
const CHUNKS_IN_FLIGHT_MAX = 16;

interface LotLine {
  readonly lotId: string;
  readonly poId: string;
  readonly sku: string;
}

function duplicatesOf(
  line: LotLine,
  plan: ImportPlan,
  attempt: string | null,
): DuplicateKeysFound['payload'] | null {
  const { duplicateInFile, duplicateInLedger } = plan.counts;
  if (duplicateInFile + duplicateInLedger === 0) return null;
  return { attempt, ...line, file: plan.file, duplicateInFile, duplicateInLedger, listed: plan.duplicates };
}

/** Admits a file, or refuses one without keys or with more than the order line has open: a fact for auditors. */
export async function admitFile(
  run: Import,
  line: LotLine,
  plan: ImportPlan,
  messageOf: (code: 'no_keys' | 'over_receipt') => string,
): Promise<'admitted' | 'busy' | 'again'> {
  const { accepted } = plan.counts;
  const open = await run.ledger.ask(purchaseOrderTarget(line.poId), (state) => openQuantity(state, line.sku));
  if (accepted > 0 && accepted <= open) return 'admitted';
  const code = accepted === 0 ? 'no_keys' : 'over_receipt';
  const refused = { ...line, file: plan.file, code, counts: plan.counts } as const;
  const duplicates = duplicatesOf(line, withoutOwnKeys(plan), null);
  const { answer } = await run.ledger.execute(
    keyRegistryTarget,
    { kind: 'refuse', plannedAt: plan.plannedAt, refused, message: messageOf(code), duplicates },
    run.context,
    { recall: false },
  );
  return answer.kind === 'busy' ? 'busy' : 'again';
}

/** A refused file has no keys: what its lines repeat within it has no id. */
function withoutOwnKeys(plan: ImportPlan): ImportPlan {
  const duplicates = plan.duplicates.map((line) =>
    line.outcome === 'duplicateInFile' ? { ...line, keyId: null } : line,
  );
  return { ...plan, duplicates };
}

/** From an opened import to its lot in stock, from wherever it was left. */
export async function carryOnImport(
  run: Import,
  terms: ImportTerms,
  plan: ImportPlan,
): Promise<Executed<ReceiptAnswer> | 'again'> {
  const { ledger, desk, context } = run;
  const { lotId, poId, sku, attempt } = terms;
  await desk.keepDataKey(lotId, attempt);
  const receipt = { poId, lotId, sku, attempt, accepted: terms.counts.accepted };
  try {
    const received = await ledger.execute(
      purchaseOrderTarget(poId),
      { kind: 'receive', ...receipt },
      context,
      { recall: false },
    );
    if (received.answer.kind === 'over') return 'again';
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    await abandonImport(run, terms, error.message);
    throw error;
  }
  if ((await registerChunks(run, terms, plan)) === 'over') return 'again';
  const duplicates = duplicatesOf({ lotId, poId, sku }, plan, attempt);
  const completed = await ledger.execute(
    keyRegistryTarget,
    { kind: 'complete', attempt, duplicates },
    context,
    { recall: false },
  );
  return completed.answer.kind === 'over' ? 'again' : enterStock(run, terms);
}

async function registerChunks(run: Import, terms: ImportTerms, plan: ImportPlan): Promise<'done' | 'over'> {
  const { ledger, desk, context } = run;
  const { lotId, attempt } = terms;
  const fromSerial = await ledger.ask(keyRegistryTarget, (state) =>
    state.open?.terms.attempt === attempt ? state.open.nextSerial : 1,
  );
  let inFlight: Promise<{ readonly answer: { readonly kind: string } }>[] = [];
  let over = false;
  const drain = async (): Promise<void> => {
    const answers = await Promise.all(inFlight);
    inFlight = [];
    over ||= answers.some(({ answer }) => answer.kind === 'over');
  };
  for await (const chunk of desk.seal(plan, { lotId, attempt, fromSerial })) {
    const registered = ledger.execute(keyRegistryTarget, { kind: 'register', chunk }, context, {
      recall: false,
    });
    // Its failure is told when the others in flight are waited for; until then somebody must have looked at it.
    registered.catch(() => undefined);
    inFlight.push(registered);
    if (inFlight.length >= CHUNKS_IN_FLIGHT_MAX) await drain();
    if (over) return 'over';
  }
  await drain();
  return over ? 'over' : 'done';
}

/** A completed import's lot enters the stock; the parts that are there already are passed over. */
export async function enterStock(
  run: Pick<Import, 'ledger' | 'desk' | 'context'>,
  terms: ImportTerms,
): Promise<Executed<ReceiptAnswer>> {
  const { ledger, desk, context } = run;
  const { lotId, sku, poId, supplierId, unitCost, lotExpiresAt, attempt, counts } = terms;
  const parts = partsOf(await desk.runsOf(lotId));
  let position = -1;
  for (const [index, runs] of parts.entries()) {
    const received = await ledger.execute(
      stockTarget(sku),
      {
        kind: 'receive',
        lotId,
        sku,
        poId,
        supplierId,
        unitCost,
        lotExpiresAt,
        attempt,
        pool: MAIN_POOL,
        part: index + 1,
        parts: parts.length,
        runs,
      },
      context,
      { recall: false },
    );
    ({ position } = received);
  }
  return { answer: { lotId, counts }, position, recalled: false };
}

/** Always cut at the same runs, so that a part that was received is recognised. */
function partsOf(runs: readonly UnitRange[]): UnitRange[][] {
  const parts: UnitRange[][] = [];
  let part: UnitRange[] = [];
  let length = 0;
  for (const run of runs) {
    if (part.length === RUNS_PER_PART_MAX || length >= PART_LENGTH_MAX) {
      parts.push(part);
      part = [];
      length = 0;
    }
    part.push(run);
    length += JSON.stringify(run).length;
  }
  return [...parts, part];
}

/** Gives an import up: its keys are unknown again, its lot's id is free, and the order line gets back what it took. */
export async function abandonImport(
  run: Pick<Import, 'ledger' | 'context'>,
  terms: ImportTerms,
  reason: string,
): Promise<void> {
  const { ledger, context } = run;
  const { attempt } = terms;
  const abandon = { kind: 'abandon', attempt, reason } as const;
  const { answer } = await ledger.execute(keyRegistryTarget, abandon, context, { recall: false });
  // It came to its end meanwhile, and its receipt stands; or another gave it up, and the settler knows.
  if (answer.kind !== 'over') await cancelReceipt(run, terms, reason);
}

/** Also where no receipt was recorded: the attempt can record none from now on. */
export async function cancelReceipt(
  { ledger, context }: Pick<Import, 'ledger' | 'context'>,
  { poId, lotId, sku, attempt, counts }: Pick<ImportTerms, 'poId' | 'lotId' | 'sku' | 'attempt' | 'counts'>,
  reason: string,
): Promise<void> {
  const receipt = { poId, lotId, sku, attempt, accepted: counts.accepted };
  await ledger.execute(purchaseOrderTarget(poId), { kind: 'cancel-receipt', ...receipt, reason }, context, {
    recall: false,
  });
}
