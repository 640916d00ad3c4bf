import { Inject } from '@nestjs/common';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { orderTarget } from '../../domain/processes/targets.js';
import { LEDGER, type Ledger } from '../../domain/shared/ledger.js';
import { keyId } from '../../domain/shared/identifiers.js';
import type { MoneyText } from '../../domain/shared/money.js';
import type { OrderState } from '../../domain/order/state.js';

/** An order as its own stream has it: what was acknowledged is always there. */
export interface OrderStanding {
  readonly merchantId: string;
  readonly orderNo: string;
  readonly sku: string;
  readonly pool: string;
  readonly quantity: number;
  readonly unitPrice: MoneyText;
  readonly units: readonly OrderUnit[];
  readonly refundNos: readonly string[];
  readonly position: number;
}

/** One place of an order, from 1, and the key that holds it or held it last. */
export interface OrderUnit {
  readonly unit: number;
  readonly keyId: string;
  readonly lotId: string;
  readonly supplierId: string;
  readonly authorisationId: string;
  readonly state: 'issued' | 'refunded';
}

/** What an integrator asks after a timeout. */
export class AskOrder extends Query<OrderStanding | undefined> {
  constructor(
    readonly merchantId: string,
    readonly orderNo: string,
  ) {
    super();
  }
}

@QueryHandler(AskOrder)
export class AskOrderHandler implements IQueryHandler<AskOrder> {
  constructor(@Inject(LEDGER) private readonly ledger: Ledger) {}

  execute({ merchantId, orderNo }: AskOrder): Promise<OrderStanding | undefined> {
    return this.ledger.ask(orderTarget(merchantId, orderNo), (state, { position }) => {
      if (state.fulfilled === undefined) return undefined;
      const { sku, pool, quantity, unitPrice } = state.fulfilled;
      const refundNos = [...state.settlements.keys()];
      return {
        merchantId,
        orderNo,
        sku,
        pool,
        quantity,
        unitPrice,
        units: unitsOf(state),
        refundNos,
        position,
      };
    });
  }
}

function unitsOf(state: OrderState): OrderUnit[] {
  return state.places.map(
    ({ unit: { lotId, firstSerial, supplierId, authorisationId }, settled }, index) => ({
      unit: index + 1,
      keyId: keyId(lotId, firstSerial),
      lotId,
      supplierId,
      authorisationId,
      state: settled ? 'refunded' : 'issued',
    }),
  );
}
