import type { Executed, Ledger, Target } from '../shared/ledger.js';
import type { DomainEvent, Seen } from '../shared/event.js';
import { instantOf, type Instant } from '../shared/time.js';
import type { AuthorisationOf } from '../stock/pick.js';
import { authorisationsForSku } from '../supplier/state.js';
import { merchantsTarget, productsTarget, suppliersTarget } from './targets.js';

/** An answer that nothing was appended for. */
export function unchanged<Answer>(answer: Answer, position: number): Executed<Answer> {
  return { answer, position, recalled: false };
}

export function seen<State, Command, Event extends DomainEvent, Answer>(
  ledger: Ledger,
  target: Target<State, Command, Event, Answer>,
  revision: number,
): Seen {
  return { stream: ledger.streamOf(target.decider.category, target.parts), revision };
}

export interface Authorisations {
  readonly at: Instant;
  readonly authorisationOf: AuthorisationOf;
  readonly saw: readonly Seen[];
}

/** Which suppliers may sell a SKU at the deciding time, and the revision of the register that says so. */
export async function authorisationsOf(
  ledger: Ledger,
  sku: string,
  decidingTime: string,
): Promise<Authorisations> {
  const at = instantOf(decidingTime);
  return ledger.ask(suppliersTarget, (state, { revision }) => {
    const inForce = authorisationsForSku(state, sku, at);
    return {
      at,
      authorisationOf: (supplierId) => inForce.get(supplierId),
      saw: [seen(ledger, suppliersTarget, revision)],
    };
  });
}

/** The currency of a product; undefined for a SKU that is none. */
export async function currencyOf(ledger: Ledger, sku: unknown): Promise<string | undefined> {
  if (typeof sku !== 'string') return undefined;
  return ledger.ask(productsTarget, (state) => state.products.get(sku)?.currency);
}

export async function isMerchant(ledger: Ledger, merchantId: unknown): Promise<boolean> {
  if (typeof merchantId !== 'string') return false;
  return ledger.ask(merchantsTarget, (state) => state.merchants.has(merchantId));
}

/** What a caller sent, whatever it is, short enough to record or to show. */
export function shown(value: unknown): string {
  const written = typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
  return written.slice(0, 200);
}
