import { order } from '../../domain/order/decide.js';
import type { ReadModels } from '../projection-runner/read-models.js';
import type { StreamHint } from './event-sourced-ledger.js';

/**
 * Denies the orders that this instance's read models do not know: new ones, but for what other instances fulfilled in
 * the last moments and for numbers whose only attempt was abandoned. Where the read models cannot say, it denies none.
 */
export function orderHint(readModels: Pick<ReadModels, 'read'>): StreamHint {
  return (category, [merchantId, orderNo]) => {
    if (category !== order.category || merchantId === undefined || orderNo === undefined) return true;
    try {
      const { value, stopped } = readModels.read(['traceability'], ({ traceability }, known) =>
        traceability.order(known, merchantId, orderNo),
      );
      return value !== undefined || stopped.length > 0;
    } catch {
      // A hint is no reason to fail: the order's stream is read instead.
      return true;
    }
  };
}
