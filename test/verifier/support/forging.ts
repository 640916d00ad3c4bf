import type { FindingCode } from '../../../src/verifier/findings.js';
import { streamName } from '../../../src/domain/shared/identifiers.js';
import {
  eventOf,
  forge,
  LEDGER,
  payloadOf,
  renumbered,
  story,
  type Forgeable,
  type Payload,
} from './recorded-history.js';
import { verifyEvents } from './verifying.js';

export type Range = Record<string, unknown> & { firstSerial: number; count: number };
export type Forgery = (events: Forgeable[]) => Forgeable[] | void;

export const unitsOf = (payload: Payload): Range[] => payload['units'] as Range[];
export const placesOf = (payload: Payload) =>
  payload['places'] as { place: number; voided: Range; replacement: Range | null }[];
export const countsOf = (payload: Payload) => payload['counts'] as Record<string, number>;

export function without(events: readonly Forgeable[], gone: Forgeable): Forgeable[] {
  return events.filter((event) => event !== gone);
}

let copies = 0;

/** An event told once more, with an id of its own. */
export function copyOf(event: Forgeable): Forgeable {
  copies += 1;
  return { ...event, eventId: `00000000-0000-4000-c000-${String(copies).padStart(12, '0')}` };
}

export function after(events: readonly Forgeable[], place: Forgeable, ...more: Forgeable[]): Forgeable[] {
  return events.flatMap((event) => (event === place ? [event, ...more] : [event]));
}

/** Another refund of the same order and places, from its opening to its completion. */
export function refundedAgain(events: readonly Forgeable[], n: number): Forgeable[] {
  const told = ['RefundOpened', 'UnitsSettled', 'RefundCompleted'].map((type) =>
    copyOf(eventOf(events, type, n)),
  );
  for (const event of told) forge(event, (payload) => void (payload['refundNo'] = 'R-AGAIN'));
  for (const event of told) {
    const { merchantId } = payloadOf(event) as { merchantId: string };
    if (event.type !== 'UnitsSettled') event.stream = streamName(LEDGER, 'refund', merchantId, 'R-AGAIN');
  }
  return after(events, eventOf(events, 'RefundCompleted', n), ...told);
}

export const paidBack = (events: readonly Forgeable[]): number =>
  events
    .filter(({ type }) => type === 'UnitsSettled')
    .findIndex((event) => payloadOf(event)['remedy'] === 'refund');
export const replaced = (events: readonly Forgeable[]): Forgeable =>
  events.find(
    (event) => event.type === 'UnitsSettled' && payloadOf(event)['remedy'] === 'replace',
  ) as Forgeable;

/** The event with which a lot's units are held. */
export const wholeLot = (events: readonly Forgeable[]): Forgeable =>
  events.find(
    (event) => event.type === 'LotReceived' && payloadOf(event)['part'] === payloadOf(event)['parts'],
  ) as Forgeable;

/** Sells what the first order was given to the second one too. */
export function sellTwice(events: readonly Forgeable[]): void {
  const [first] = unitsOf(payloadOf(eventOf(events, 'UnitsReserved')));
  forge(eventOf(events, 'UnitsReserved', 1), (payload) =>
    Object.assign(payload, { units: [first], quantity: first?.count }),
  );
}

/** What is forged, the code that it is found by, and the type of the event that is named. */
export type ForgeryCase = readonly [what: string, code: FindingCode, type: string, forgery: Forgery];

/** Forges the story, and expects the first finding to name the event that does not fit. */
export async function expectFound([, code, type, forgery]: ForgeryCase): Promise<void> {
  const events = story();
  const forged = renumbered(forgery(events) ?? events);
  const found = await verifyEvents(forged);
  expect(found.verified).toBe(false);
  const [first] = found.findings;
  expect(first).toMatchObject({ code });
  const at = forged.find(({ eventId }) => eventId === first?.event?.eventId);
  expect(at).toMatchObject({ type, revision: first?.event?.revision, stream: first?.event?.stream });
  expect(JSON.stringify(found.findings)).not.toContain('SECRET');
}
