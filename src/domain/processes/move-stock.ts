import type { LotRemovalBody, LotStateBody, TransferBody } from '../stock/commands.js';
import { unknownLot } from '../stock/decide.js';
import { requireValid } from '../shared/faults.js';
import type { CommandContext, Executed, Ledger } from '../shared/ledger.js';
import { Refusal } from '../shared/refusal.js';
import { authorisationsOf, currencyOf, shown } from './facts.js';
import { stockTarget } from './targets.js';

/** Which product a lot is of; undefined for a lot that was never received. */
export type SkuOfLot = (lotId: string) => Promise<string | undefined>;

/** Moves free units of authorised sources between pools; they keep their place in first-in-first-out order. */
export async function transferUnits(
  ledger: Ledger,
  body: TransferBody,
  context: CommandContext,
): Promise<Executed<object>> {
  const { sku, from, to, quantity } = body;
  if ((await currencyOf(ledger, sku)) === undefined)
    throw new Refusal('unknown_sku', `no product ${shown(sku)}; define it first`);
  requireValid(body);
  if (from === to)
    throw new Refusal('invalid', `name another pool than ${from} to transfer to`, [
      { field: 'to', message: 'must differ from `from`' },
    ]);
  const sourcing = await authorisationsOf(ledger, sku, context.at);
  return ledger.execute(
    stockTarget(sku),
    { kind: 'transfer', sku, from, to, quantity, ...sourcing },
    context,
  );
}

async function requireSkuOfLot(skuOfLot: SkuOfLot, lotId: unknown): Promise<string> {
  const sku = typeof lotId === 'string' ? await skuOfLot(lotId) : undefined;
  if (sku === undefined) throw unknownLot(shown(lotId));
  return sku;
}

/** Puts a lot's held units into quarantine, in every pool, or ends it. */
export async function changeLotState(
  ledger: Ledger,
  skuOfLot: SkuOfLot,
  command: { readonly kind: 'quarantine' | 'end-quarantine'; readonly body: LotStateBody },
  context: CommandContext,
): Promise<Executed<object>> {
  const { lotId, reason } = command.body;
  const sku = await requireSkuOfLot(skuOfLot, lotId);
  requireValid(command.body);
  return ledger.execute(
    stockTarget(sku),
    { kind: command.kind, lotId, sku, reason: reason ?? null },
    context,
  );
}

/** Writes off or returns a lot's held units of the lowest serials, whatever pool and state they are in. */
export async function removeUnits(
  ledger: Ledger,
  skuOfLot: SkuOfLot,
  command: { readonly kind: 'write-off' | 'return'; readonly body: LotRemovalBody },
  context: CommandContext,
): Promise<Executed<object>> {
  const { lotId, quantity, reason } = command.body;
  const sku = await requireSkuOfLot(skuOfLot, lotId);
  requireValid(command.body);
  return ledger.execute(
    stockTarget(sku),
    { kind: command.kind, lotId, sku, quantity, reason: reason ?? null },
    context,
  );
}
