import type { Ledger } from '../shared/ledger.js';
import { Refusal } from '../shared/refusal.js';
import type { orderTarget } from './targets.js';

/**
 * A stock that refuses may have given its last units to another carrier of the very same order or refund: where the
 * order's stream moved on since it was asked, the refusal means nothing and everything is looked at again.
 */
export async function orMovedOn<Answer>(
  ledger: Ledger,
  target: ReturnType<typeof orderTarget>,
  nextRevision: number,
  step: () => Promise<Answer>,
): Promise<Answer | 'again'> {
  try {
    return await step();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    ledger.refresh(target);
    const movedOn = await ledger.ask(target, (state) => state.nextRevision !== nextRevision);
    if (movedOn) return 'again';
    throw error;
  }
}
