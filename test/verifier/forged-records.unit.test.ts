import {
  after,
  copyOf,
  countsOf,
  wholeLot,
  without,
  expectFound,
  type ForgeryCase,
  type Range,
} from './support/forging.js';
import { eventOf, forge, payloadOf, type Payload } from './support/recorded-history.js';

const FORGERIES: readonly ForgeryCase[] = [
  [
    'an authorisation that began later',
    'unauthorised_source',
    'PurchaseOrderPlaced',
    (events) =>
      forge(
        eventOf(events, 'AuthorisationGranted'),
        (payload) => void (payload['validFrom'] = '2026-09-02T00:00:00Z'),
      ),
  ],
  [
    'more is received than was ordered',
    'over_receipt',
    'LotReceiptRecorded',
    (events) =>
      forge(
        eventOf(events, 'PurchaseOrderPlaced'),
        (payload) => void ((payload['lines'] as { quantity: number }[])[0]!.quantity = 1),
      ),
  ],
  [
    'keys are received at another cost than was ordered',
    'terms_differ',
    'ImportOpened',
    (events) =>
      forge(
        eventOf(events, 'PurchaseOrderPlaced'),
        (payload) =>
          void ((payload['lines'] as Payload[])[0]!['unitCost'] = { amount: '0.500000', currency: 'CNY' }),
      ),
  ],
  [
    'keys are missing in the middle',
    'serials_do_not_fit',
    'KeysRegistered',
    (events) => without(events, eventOf(events, 'KeysRegistered', 1)),
  ],
  [
    'keys are missing at the end',
    'counts_do_not_balance',
    'ImportCompleted',
    (events) => without(events, eventOf(events, 'KeysRegistered', 2)),
  ],
  [
    'keys are registered twice',
    'serials_do_not_fit',
    'KeysRegistered',
    (events) => after(events, eventOf(events, 'KeysRegistered'), copyOf(eventOf(events, 'KeysRegistered'))),
  ],
  [
    'one key is received in two lots',
    'key_received_twice',
    'ImportCompleted',
    (events) => {
      const known = payloadOf(eventOf(events, 'KeysRegistered'))['fingerprints'];
      forge(eventOf(events, 'KeysRegistered', 3), (payload) => void (payload['fingerprints'] = known));
    },
  ],
  [
    "the classes of a file's lines do not add up",
    'counts_do_not_balance',
    'ImportOpened',
    (events) =>
      forge(eventOf(events, 'ImportOpened'), (payload) => void (countsOf(payload)['malformed'] = 3)),
  ],
  [
    'an import ends with other counts than it began with',
    'terms_differ',
    'ImportCompleted',
    (events) =>
      forge(eventOf(events, 'ImportCompleted'), (payload) => {
        countsOf(payload)['blank'] = (countsOf(payload)['blank'] as number) - 1;
        countsOf(payload)['malformed'] = 1;
      }),
  ],
  [
    'a lot enters the stock without its import',
    'unknown_reference',
    'LotReceived',
    (events) => without(events, eventOf(events, 'ImportCompleted')),
  ],
  [
    'a lot enters the stock larger than it came',
    'serials_do_not_fit',
    'LotReceived',
    (events) => {
      const whole = wholeLot(events);
      const { firstSerial, count } = (payloadOf(whole)['runs'] as Range[]).at(-1) as Range;
      const more = { lotId: payloadOf(whole)['lotId'], firstSerial: firstSerial + count, count: 1 };
      forge(whole, (payload) => void (payload['runs'] as object[]).push(more));
    },
  ],
  [
    'a lot enters the stock twice',
    'recorded_twice',
    'LotReceived',
    (events) => after(events, wholeLot(events), copyOf(wholeLot(events))),
  ],
  [
    'an event says that it belongs to another order',
    'wrong_stream',
    'OrderFulfilled',
    (events) => forge(eventOf(events, 'OrderFulfilled'), (payload) => void (payload['orderNo'] = 'O-X')),
  ],
  [
    'an event of a type that nobody knows',
    'unknown_event',
    'UnitsForgotten',
    (events) => void (eventOf(events, 'LotQuarantined').type = 'UnitsForgotten'),
  ],
  [
    'an event of a version that nobody knows',
    'unknown_event',
    'LotQuarantined',
    (events) => {
      const event = eventOf(events, 'LotQuarantined');
      event.metadata = event.metadata.replace('"schemaVersion":1', '"schemaVersion":2');
    },
  ],
  ['a history without its beginning', 'not_founded', 'SupplierRegistered', (events) => events.slice(1)],
  [
    'a member that is missing',
    'bad_payload',
    'UnitsReserved',
    (events) => forge(eventOf(events, 'UnitsReserved'), (payload) => void delete payload['pool']),
  ],
  [
    'a payload that is no object',
    'bad_payload',
    'UnitsReserved',
    (events) => void (eventOf(events, 'UnitsReserved').data = '["SECRET-TEXT"]'),
  ],
  [
    'a payload that is no JSON',
    'bad_payload',
    'UnitsReserved',
    (events) => void (eventOf(events, 'UnitsReserved').data = '{"SECRET-TEXT"'),
  ],
  [
    'a salt that is not at the end',
    'bad_salt',
    'UnitsReserved',
    (events) => {
      const event = eventOf(events, 'UnitsReserved');
      event.data = `${event.data.slice(0, -1)},"more":1}`;
    },
  ],
  [
    'metadata without an actor',
    'bad_metadata',
    'UnitsReserved',
    (events) => {
      const event = eventOf(events, 'UnitsReserved');
      event.metadata = event.metadata.replace('"actor"', '"actress"');
    },
  ],
];

describe('receipts and records that cannot be, in a history that is whole', () => {
  it.each(FORGERIES)('%s: %s', (...forgery) => expectFound(forgery));
});
