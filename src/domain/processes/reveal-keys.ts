import type { RevealBody, RevealedKey } from '../order/commands.js';
import { order, refusalOfReveal } from '../order/decide.js';
import type { KeyVault, SealedKey } from '../order/key-vault.js';
import type { OrderState, Place } from '../order/state.js';
import { requireValid } from '../shared/faults.js';
import type { CommandContext, Executed, Ledger } from '../shared/ledger.js';
import { untilSettled } from './contention.js';
import { orderTarget } from './targets.js';

/**
 * Decrypts keys of a fulfilled order. They are opened first, so that no reveal is recorded that could not be made, and
 * handed out only after the event that says who saw them, and why, is durable.
 */
export async function revealKeys(
  ledger: Ledger,
  vault: KeyVault,
  body: RevealBody,
  context: CommandContext,
): Promise<Executed<{ readonly keys: readonly RevealedKey[] }>> {
  requireValid(body);
  return untilSettled(`order ${body.orderNo}`, () => attemptReveal(ledger, vault, body, context));
}

async function attemptReveal(
  ledger: Ledger,
  vault: KeyVault,
  body: RevealBody,
  context: CommandContext,
): Promise<Executed<{ readonly keys: readonly RevealedKey[] }> | 'again'> {
  const { merchantId, orderNo, units, purpose } = body;
  const target = orderTarget(merchantId, orderNo);
  const held = await heldOrRecalled(ledger, body, context);
  const disclosed = await vault.disclose(held);
  const command = { kind: 'reveal', merchantId, orderNo, purpose, units } as const;
  const revealed = await ledger.execute(target, command, context);
  if (revealed.answer.kind !== 'revealed') {
    throw new RangeError(`an order answered ${revealed.answer.kind} to a reveal`);
  }
  const same = revealed.answer.keys.every(
    ({ lotId, serial }, index) => held[index]?.lotId === lotId && held[index].serial === serial,
  );
  if (!same) return 'again';
  const places = revealed.answer.keys.map(({ place }) => place);
  const keys = disclosed.map((key, index) => ({ unit: places[index] as number, ...key }));
  return { ...revealed, answer: { keys } };
}

/** The keys that this very command was shown before, else those that hold the places now. */
async function heldOrRecalled(
  ledger: Ledger,
  { merchantId, orderNo, units }: RevealBody,
  context: CommandContext,
): Promise<readonly SealedKey[]> {
  const target = orderTarget(merchantId, orderNo);
  const events = await ledger.recall(target, context.commandId);
  const answer = events === undefined ? undefined : order.recall(events);
  if (answer !== undefined && 'keys' in answer) return answer.keys;
  return ledger.ask(target, (state) => heldKeys(state, orderNo, units));
}

function heldKeys(state: OrderState, orderNo: string, units: readonly number[]): SealedKey[] {
  const refusal = refusalOfReveal(state, orderNo, units);
  if (refusal !== undefined) throw refusal;
  return units.map((place) => {
    const { lotId, firstSerial } = (state.places[place - 1] as Place).unit;
    return { lotId, serial: firstSerial };
  });
}
