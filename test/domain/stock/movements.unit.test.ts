import { reservationIdOf } from '../../../src/domain/shared/attempt.js';
import { stock, type StockCommand } from '../../../src/domain/stock/decide.js';
import type { StockEvent } from '../../../src/domain/stock/events.js';
import { given } from '../../support/given-when-then.js';
import {
  allBut,
  confirm,
  confirmed,
  endQuarantine,
  freed,
  lotReceived,
  pooled,
  quarantine,
  quarantined,
  release,
  released,
  remove,
  reserve,
  reservationOf,
  reserved,
  reservedNow,
  SKU,
  sourced,
  transfer,
  transferred,
  units,
  writtenOff,
} from './stock-facts.js';

describe('a lot', () => {
  const part = (
    number: number,
    parts: number,
    firstSerial: number,
  ): Extract<StockEvent, { type: 'LotReceived' }> =>
    lotReceived('LOT-1', 0, { part: number, parts, runs: [units('LOT-1', firstSerial, 2)] });
  const receive = (event: ReturnType<typeof part>): StockCommand => ({ kind: 'receive', ...event.payload });

  it('is held once it is received', () => {
    const received = lotReceived('LOT-1', 3);
    given(stock)
      .when({ kind: 'receive', ...received.payload })
      .records(received)
      .answers({ kind: 'done' });
  });

  it('that comes in several parts opens with the last of them', () => {
    const story = given(stock, part(1, 2, 1));
    story.when(reserve('R-1', 1)).isRefused('shortage', 'ShortageRecorded');
    story.when(quarantine('LOT-1')).isRefused('unknown_lot');
    given(stock, part(1, 2, 1), part(2, 2, 3))
      .when(reserve('R-1', 4))
      .records(reservedNow('R-1', sourced(units('LOT-1', 1, 4))));
  });

  it('takes its turn when it opens, not when its first part came', () => {
    given(stock, part(1, 2, 1), lotReceived('LOT-2', 1), part(2, 2, 3))
      .when(reserve('R-1', 2))
      .records(reservedNow('R-1', sourced(units('LOT-2', 1, 1)), sourced(units('LOT-1', 1, 1))));
  });

  it('takes each part once, however often a resumed import sends it', () => {
    given(stock, part(1, 2, 1))
      .when(receive(part(1, 2, 1)))
      .changesNothing();
    given(stock, part(1, 2, 1))
      .when(receive(part(2, 2, 3)))
      .records(part(2, 2, 3));
    given(stock, part(1, 2, 1), part(2, 2, 3))
      .when(receive(part(1, 2, 1)))
      .changesNothing();
    given(stock, part(1, 2, 1), part(2, 2, 3))
      .when(receive(part(2, 2, 3)))
      .changesNothing();
  });

  it('leaves no part out, and takes none of another import', () => {
    expect(() => given(stock, part(1, 3, 1)).when(receive(part(3, 3, 5)))).toThrow(RangeError);
    const other = lotReceived('LOT-1', 3, { attempt: 'another' });
    expect(() => given(stock, lotReceived('LOT-1', 3)).when(receive(other))).toThrow(RangeError);
  });
});

describe('a transfer', () => {
  it('moves the first units of one pool to another', () => {
    given(stock, lotReceived('LOT-1', 5))
      .when(transfer('main', 'platform', 2))
      .records(transferred('main', 'platform', units('LOT-1', 1, 2)));
  });

  it('keeps the place of units in first-in-first-out order, even where they arrive last', () => {
    given(
      stock,
      lotReceived('LOT-1', 2),
      lotReceived('LOT-2', 2),
      transferred('main', 'platform', units('LOT-1', 1, 2), units('LOT-2', 1, 1)),
      transferred('platform', 'main', units('LOT-1', 1, 1)),
    )
      .when(reserve('R-1', 2))
      .records(reservedNow('R-1', sourced(units('LOT-1', 1, 1)), sourced(units('LOT-2', 2, 1))));
  });

  it('puts units of one lot in the order of their serials, whatever order they came in', () => {
    given(
      stock,
      lotReceived('LOT-1', 4),
      transferred('main', 'platform', units('LOT-1', 3, 1)),
      transferred('main', 'platform', units('LOT-1', 1, 1)),
    )
      .when(transfer('platform', 'main', 2))
      .records(transferred('platform', 'main', units('LOT-1', 1, 1), units('LOT-1', 3, 1)));
  });

  it('tells of its units no more than which they are and how long they are good', () => {
    const run = units('LOT-1', 1, 1, '2026-12-01');
    const [event] = given(stock, lotReceived('LOT-1', 1, { runs: [run] })).when(
      transfer('main', 'platform', 1),
    ).events;
    expect(event?.payload).toEqual({
      sku: SKU,
      from: 'main',
      to: 'platform',
      quantity: 1,
      units: [run],
      saw: [],
    });
  });

  it('passes over sources that are not authorised, and is refused for them where they would have sufficed', () => {
    const history = [lotReceived('LOT-1', 2, { supplierId: 'SUP-B' }), lotReceived('LOT-2', 1)];
    const authorisationOf = allBut('SUP-B');
    given(stock, ...history)
      .when(transfer('main', 'platform', 1, { authorisationOf }))
      .records(transferred('main', 'platform', units('LOT-2', 1, 1)));
    const demand = { kind: 'transfer', to: 'platform' } as const;
    given(stock, ...history)
      .when(transfer('main', 'platform', 3, { authorisationOf }))
      .isRefused('unauthorised_source', {
        type: 'UnauthorisedSourceRecorded',
        schemaVersion: 1,
        payload: { sku: SKU, pool: 'main', demand, requested: 3, free: 3, authorised: 1, saw: [] },
      });
    given(stock, ...history)
      .when(transfer('main', 'platform', 4, { authorisationOf }))
      .isRefused('shortage', {
        type: 'ShortageRecorded',
        schemaVersion: 1,
        payload: { sku: SKU, pool: 'main', demand, requested: 4, free: 3, authorised: 1, saw: [] },
      });
  });
});

describe('a reservation', () => {
  const history = [lotReceived('LOT-1', 2), reserved('R-1', sourced(units('LOT-1', 1, 1)))];

  it('is confirmed or released once', () => {
    given(stock, ...history)
      .when(confirm(reservationOf('R-1')))
      .records(confirmed('R-1'));
    given(stock, ...history)
      .when(release(reservationOf('R-1')))
      .records(released('R-1'));
  });

  it.each([
    ['confirmed', confirmed('R-1')],
    ['released', released('R-1')],
  ])('that was %s is settled: nothing more can be done to it', (_, end) => {
    given(stock, ...history, end)
      .when(confirm(reservationOf('R-1')))
      .changesNothing()
      .answers({ kind: 'done' });
    given(stock, ...history, end)
      .when(release(reservationOf('R-1')))
      .changesNothing()
      .answers({ kind: 'done' });
  });

  it('is settled by its own id, not by that of an earlier one of the same attempt', () => {
    const [again] = given(stock, ...history, released('R-1')).when(reserve('R-1', 1)).events as [StockEvent];
    const both = given(stock, ...history, released('R-1'), again);
    both.when(confirm(reservationOf('R-1'))).changesNothing();
    both.when(release(reservationOf('R-1'))).changesNothing();
    both.when(confirm(reservationIdOf('R-1', 3))).records({
      type: 'ReservationConfirmed',
      schemaVersion: 1,
      payload: { sku: SKU, reservationId: 'R-1.3' },
    });
  });

  it('that never was leaves nothing to settle', () => {
    given(stock, ...history)
      .when(confirm(reservationOf('R-9')))
      .changesNothing();
    given(stock, ...history)
      .when(release(reservationOf('R-9')))
      .changesNothing();
  });
});

describe('a quarantine', () => {
  it('begins and ends', () => {
    given(stock, lotReceived('LOT-1', 1)).when(quarantine('LOT-1')).records(quarantined('LOT-1'));
    given(stock, lotReceived('LOT-1', 1), quarantined('LOT-1'))
      .when(endQuarantine('LOT-1'))
      .records(freed('LOT-1'));
  });

  it('is of a lot that is known', () => {
    given(stock).when(quarantine('LOT-1')).isRefused('unknown_lot');
    given(stock).when(endQuarantine('LOT-1')).isRefused('unknown_lot');
  });

  it('neither begins nor ends twice', () => {
    given(stock, lotReceived('LOT-1', 1), quarantined('LOT-1'))
      .when(quarantine('LOT-1'))
      .isRefused('already_quarantined');
    given(stock, lotReceived('LOT-1', 1)).when(endQuarantine('LOT-1')).isRefused('not_quarantined');
    given(stock, lotReceived('LOT-1', 1), quarantined('LOT-1'), freed('LOT-1'))
      .when(endQuarantine('LOT-1'))
      .isRefused('not_quarantined');
  });

  it('holds in every pool', () => {
    given(
      stock,
      lotReceived('LOT-1', 2),
      transferred('main', 'platform', units('LOT-1', 1, 1)),
      quarantined('LOT-1'),
    )
      .when(reserve('R-1', 1, { pool: 'platform' }))
      .isRefused('shortage', 'ShortageRecorded');
  });

  it('is possible for a lot that holds nothing any more', () => {
    given(stock, lotReceived('LOT-1', 1), reserved('R-1', sourced(units('LOT-1', 1, 1))), confirmed('R-1'))
      .when(quarantine('LOT-1'))
      .records(quarantined('LOT-1'));
  });
});

describe.each([
  ['write-off', 'UnitsWrittenOff'],
  ['return', 'UnitsReturned'],
] as const)('a %s', (kind, type) => {
  it('takes the held units of the lowest serials, in whatever pool', () => {
    const outcome = given(
      stock,
      lotReceived('LOT-1', 5),
      transferred('main', 'platform', units('LOT-1', 1, 2)),
      reserved('R-1', sourced(units('LOT-1', 3, 1))),
      confirmed('R-1'),
    ).when(remove(kind, 'LOT-1', 3));
    const taken = [pooled(units('LOT-1', 1, 2), 'platform'), pooled(units('LOT-1', 4, 1))];
    const payload = { lotId: 'LOT-1', sku: SKU, quantity: 3, reason: 'unreadable', units: taken };
    outcome.records({ type, schemaVersion: 1, payload }).answers({ kind: 'done' });
  });

  it('takes quarantined, expired and unauthorised units too', () => {
    const runs = [units('LOT-1', 1, 1, '2020-01-01'), units('LOT-1', 2, 1)];
    const lot = lotReceived('LOT-1', 2, { runs, supplierId: 'SUP-B', lotExpiresAt: '2020-01-01T00:00:00Z' });
    const [event] = given(stock, lot, quarantined('LOT-1')).when(remove(kind, 'LOT-1', 2)).events;
    expect(event?.payload).toMatchObject({ units: runs.map((run) => pooled(run)) });
  });

  it('is of a lot that is known, and of no more than it holds', () => {
    given(stock, lotReceived('LOT-1', 2))
      .when(remove(kind, 'LOT-2', 1))
      .isRefused('unknown_lot');
    given(stock, lotReceived('LOT-1', 2))
      .when(remove(kind, 'LOT-1', 3))
      .isRefused('shortage');
    given(stock, lotReceived('LOT-1', 2), writtenOff('LOT-1', pooled(units('LOT-1', 1, 2))))
      .when(remove(kind, 'LOT-1', 1))
      .isRefused('shortage');
  });

  it('takes nothing that is set aside for an order', () => {
    given(stock, lotReceived('LOT-1', 2), reserved('R-1', sourced(units('LOT-1', 1, 1))))
      .when(remove(kind, 'LOT-1', 2))
      .isRefused('shortage');
  });
});

describe('what a repeated command is told', () => {
  it.each<[string, StockEvent]>([
    ['a lot', lotReceived('LOT-1', 1)],
    ['a transfer', transferred('main', 'platform', units('LOT-1', 1, 1))],
    ['a quarantine', quarantined('LOT-1')],
    ['a quarantine that ended', freed('LOT-1')],
    ['a write-off', writtenOff('LOT-1', pooled(units('LOT-1', 1, 1)))],
  ])('of %s is that it is done', (_, event) => expect(stock.recall([event])).toEqual({ kind: 'done' }));

  it.each<[string, StockEvent[]]>([
    ['a reservation', [reserved('R-1', sourced(units('LOT-1', 1, 1)))]],
    ['its confirmation', [confirmed('R-1')]],
    ['its release', [released('R-1')]],
    ['nothing', []],
  ])('of %s is decided again', (_, events) => expect(stock.recall(events)).toBeUndefined());

  it('of a refusal is the refusal in its first words', () => {
    for (const authorisationOf of [allBut('SUP-A'), allBut()]) {
      const { decision } = given(stock, lotReceived('LOT-1', 2)).when(
        reserve('R-1', authorisationOf('SUP-A') === undefined ? 2 : 3, { authorisationOf }),
      );
      expect(decision.kind).toBe('refused');
      expect(stock.recall(decision.events)).toEqual(decision.kind === 'refused' && decision.refusal);
    }
  });
});

describe('a history that cannot be', () => {
  it.each<[string, StockEvent[]]>([
    [
      'moves units that are not held',
      [lotReceived('LOT-1', 1), transferred('main', 'x', units('LOT-1', 2, 1))],
    ],
    [
      'moves more units than a run holds',
      [lotReceived('LOT-1', 1), transferred('main', 'x', units('LOT-1', 1, 2))],
    ],
    ['names a lot that never came', [quarantined('LOT-1')]],
    ['releases what is not outstanding', [lotReceived('LOT-1', 1), released('R-1')]],
  ])('stops the fold where it %s', (_, events) => expect(() => given(stock, ...events)).toThrow(RangeError));
});
