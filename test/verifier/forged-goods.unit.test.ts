import { streamName } from '../../src/domain/shared/identifiers.js';
import {
  after,
  copyOf,
  paidBack,
  placesOf,
  refundedAgain,
  replaced,
  sellTwice,
  unitsOf,
  without,
  expectFound,
  type ForgeryCase,
  type Range,
} from './support/forging.js';
import { eventOf, forge, LEDGER, payloadOf, story, type Forgeable } from './support/recorded-history.js';
import { inFolder, verify, verifyEvents } from './support/verifying.js';
import { LOG_VKEY, signedNote, withCheckpoints, write, writeData } from './support/written-ledger.js';

const FORGERIES: readonly ForgeryCase[] = [
  ['a unit is sold twice', 'unit_not_held', 'UnitsReserved', sellTwice],
  [
    'an event names a unit twice',
    'unit_not_held',
    'UnitsReserved',
    (events) => {
      forge(eventOf(events, 'UnitsReserved'), (payload) => {
        const units = unitsOf(payload);
        payload['units'] = [...units, ...units];
        payload['quantity'] = 2 * (payload['quantity'] as number);
      });
    },
  ],
  [
    'a unit is sold that there is not',
    'serials_do_not_fit',
    'UnitsReserved',
    (events) =>
      forge(
        eventOf(events, 'UnitsReserved'),
        (payload) => void ((unitsOf(payload)[0] as Range).firstSerial = 900),
      ),
  ],
  [
    'a unit of a lot that never came',
    'unknown_reference',
    'UnitsReserved',
    (events) =>
      forge(
        eventOf(events, 'UnitsReserved'),
        (payload) => void ((unitsOf(payload)[0] as Range)['lotId'] = 'LOT-NONE'),
      ),
  ],
  [
    'a sale at another cost',
    'terms_differ',
    'UnitsReserved',
    (events) =>
      forge(
        eventOf(events, 'UnitsReserved'),
        (payload) =>
          void ((unitsOf(payload)[0] as Range)['unitCost'] = { amount: '0.000001', currency: 'CNY' }),
      ),
  ],
  [
    'an authorisation that there is not',
    'unauthorised_source',
    'UnitsReserved',
    (events) =>
      forge(
        eventOf(events, 'UnitsReserved'),
        (payload) => void ((unitsOf(payload)[0] as Range)['authorisationId'] = 'AUTH-2'),
      ),
  ],
  [
    'an order names fewer units than were reserved for it',
    'reservation_differs',
    'OrderFulfilled',
    (events) =>
      forge(eventOf(events, 'OrderFulfilled'), (payload) => {
        const units = unitsOf(payload).slice(1);
        Object.assign(payload, { units, quantity: units.reduce((sum, { count }) => sum + count, 0) });
      }),
  ],
  [
    'an order of more than it names',
    'quantity_differs',
    'OrderFulfilled',
    (events) => forge(eventOf(events, 'OrderFulfilled'), (payload) => void (payload['quantity'] = 9)),
  ],
  [
    "an order uses another order's reservation",
    'reservation_differs',
    'OrderFulfilled',
    (events) =>
      forge(
        eventOf(events, 'UnitsReserved'),
        (payload) => void (payload['demand'] = { kind: 'order', merchantId: 'MER-0', orderNo: 'OTHER' }),
      ),
  ],
  [
    'an order without a reservation',
    'reservation_differs',
    'OrderFulfilled',
    (events) => without(events, eventOf(events, 'UnitsReserved')),
  ],
  [
    'an order is fulfilled twice',
    'recorded_twice',
    'OrderFulfilled',
    (events) => after(events, eventOf(events, 'OrderFulfilled'), copyOf(eventOf(events, 'OrderFulfilled'))),
  ],
  [
    'an order of a merchant that there is not',
    'unknown_reference',
    'OrderFulfilled',
    (events) => {
      const { merchantId } = payloadOf(eventOf(events, 'OrderFulfilled'));
      const known = events.find(
        (event) => event.type === 'MerchantRegistered' && payloadOf(event)['merchantId'] === merchantId,
      );
      return without(events, known as Forgeable);
    },
  ],
  [
    'a reservation that an order used is released',
    'reservation_differs',
    'ReservationReleased',
    (events) => {
      const confirmed = eventOf(events, 'ReservationConfirmed');
      confirmed.type = 'ReservationReleased';
      forge(confirmed, (payload) => void (payload['reason'] = 'forged'));
    },
  ],
  [
    'a place is paid back twice',
    'already_settled',
    'UnitsSettled',
    (events) => refundedAgain(events, paidBack(events)),
  ],
  [
    'places are settled without a refund',
    'refund_state',
    'UnitsSettled',
    (events) => without(events, eventOf(events, 'RefundOpened')),
  ],
  [
    'a refund ends without having settled anything',
    'refund_state',
    'RefundCompleted',
    (events) => without(events, eventOf(events, 'UnitsSettled')),
  ],
  [
    'a refund of other places than it was opened for',
    'terms_differ',
    'UnitsSettled',
    (events) => forge(eventOf(events, 'RefundOpened'), (payload) => void (payload['units'] = [99])),
  ],
  [
    'more is paid back than was paid',
    'terms_differ',
    'UnitsSettled',
    (events) =>
      forge(
        eventOf(events, 'UnitsSettled', paidBack(events)),
        (payload) => void (payload['unitPrice'] = { amount: '9999999999999.000000', currency: 'CNY' }),
      ),
  ],
  [
    'another unit is made void than the place holds',
    'terms_differ',
    'UnitsSettled',
    (events) =>
      forge(
        eventOf(events, 'UnitsSettled'),
        (payload) => void ((placesOf(payload)[0] as { voided: Range }).voided.firstSerial += 1),
      ),
  ],
  [
    'a place that the order has not',
    'unknown_reference',
    'UnitsSettled',
    (events) => {
      const n = paidBack(events);
      forge(
        eventOf(events, 'UnitsSettled', n),
        (payload) => void ((placesOf(payload)[0] as { place: number }).place = 77),
      );
      for (const type of ['RefundOpened', 'RefundCompleted'])
        forge(eventOf(events, type, n), (payload) => void ((payload['units'] as number[])[0] = 77));
    },
  ],
  [
    'a replacement that was not reserved',
    'reservation_differs',
    'UnitsSettled',
    (events) =>
      forge(replaced(events), (payload) => {
        const [place] = placesOf(payload);
        if (place !== undefined) place.replacement = place.voided;
      }),
  ],
  [
    'a key is told with another expiry',
    'terms_differ',
    'UnitsTransferred',
    (events) =>
      forge(
        eventOf(events, 'UnitsTransferred'),
        (payload) => void ((unitsOf(payload)[0] as Range)['expiresOn'] = '2030-01-01'),
      ),
  ],
  [
    'units are moved from a pool that they are not in',
    'wrong_pool',
    'UnitsTransferred',
    (events) => forge(eventOf(events, 'UnitsTransferred'), (payload) => void (payload['from'] = 'nowhere')),
  ],
  [
    'units are written off twice',
    'unit_not_held',
    'UnitsWrittenOff',
    (events) => after(events, eventOf(events, 'UnitsWrittenOff'), copyOf(eventOf(events, 'UnitsWrittenOff'))),
  ],
  [
    'units of a lot in quarantine are sold',
    'lot_quarantined',
    'UnitsReserved',
    (events) => {
      const quarantine = eventOf(events, 'LotQuarantined');
      const { sku } = payloadOf(eventOf(events, 'UnitsReserved'));
      const lotId = unitsOf(payloadOf(eventOf(events, 'UnitsReserved')))[0]?.['lotId'];
      const early = copyOf(quarantine);
      forge(early, (payload) => Object.assign(payload, { lotId, sku }));
      early.stream = streamName(LEDGER, 'stock', sku as string);
      const first = events.indexOf(eventOf(events, 'UnitsReserved'));
      return events.toSpliced(first, 0, early);
    },
  ],
  [
    'units are sold after they expired',
    'unit_expired',
    'UnitsReserved',
    (events) => {
      const reserved = eventOf(events, 'UnitsReserved');
      reserved.metadata = reserved.metadata.replace(
        /"occurredAt":"[^"]*"/,
        '"occurredAt":"2026-09-10T00:00:00Z"',
      );
      const lotId = unitsOf(payloadOf(reserved))[0]?.['lotId'];
      for (const event of events) {
        if (
          ['ImportOpened', 'ImportCompleted', 'LotReceived'].includes(event.type) &&
          payloadOf(event)['lotId'] === lotId
        )
          forge(event, (payload) => void (payload['lotExpiresAt'] = '2026-09-09T00:00:00Z'));
      }
    },
  ],
  [
    'a lot is taken out of a quarantine that it is not in',
    'recorded_twice',
    'LotReleased',
    (events) => without(events, eventOf(events, 'LotQuarantined')),
  ],
];

describe('goods whose way cannot have been so, in a history that is whole and signed', () => {
  it.each(FORGERIES)('%s: %s', (...forgery) => expectFound(forgery));

  it('is fine as long as it could have', async () => {
    expect((await verifyEvents(story())).findings).toEqual([]);
  });

  it('is found though its own checkpoints and a signed one are over the forged events', () =>
    inFolder(async (folder) => {
      const events = story();
      sellTwice(events);
      writeData(folder, withCheckpoints(events, [10, events.length]));
      write(folder, 'kept', signedNote(events, events.length));
      const found = await verify('data', folder, { checkpoints: [`${folder}/kept`], vkeys: [LOG_VKEY] });
      expect(found.checkpoints).toMatchObject({ issued: 2, confirmedSize: events.length });
      expect(found.findings[0]).toMatchObject({
        code: 'unit_not_held',
        message: expect.stringMatching(/^unit LOT-\d-\d{6} is (sold|reserved), not held$/) as string,
      });
    }));
});
