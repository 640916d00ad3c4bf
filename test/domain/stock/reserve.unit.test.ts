import { stock } from '../../../src/domain/stock/decide.js';
import { instantOf } from '../../../src/domain/shared/time.js';
import { given } from '../../support/given-when-then.js';
import {
  allBut,
  confirmed,
  freed,
  lotReceived,
  NOON,
  order,
  quarantined,
  released,
  reserve,
  reservationOf,
  reserved,
  reservedNow,
  SKU,
  sourced,
  transferred,
  units,
  writtenOff,
} from './stock-facts.js';

describe('units set aside for an order', () => {
  it('are recorded with the way back to their source and with what the decision saw', () => {
    const saw = [{ stream: 'main.suppliers', revision: 7 }];
    const { payload } = reservedNow('R-1', sourced(units('LOT-1', 1, 2)));
    given(stock, lotReceived('LOT-1', 5))
      .when(reserve('R-1', 2, { saw }))
      .records({ type: 'UnitsReserved', schemaVersion: 1, payload: { ...payload, saw } })
      .answers({ kind: 'reserved', reservationId: payload.reservationId, units: payload.units });
  });

  it('leave first in, first out: by the receipt of their lot, not by its id, then by serial', () => {
    given(stock, lotReceived('LOT-9', 2), lotReceived('LOT-1', 5))
      .when(reserve('R-1', 3))
      .records(reservedNow('R-1', sourced(units('LOT-9', 1, 2)), sourced(units('LOT-1', 1, 1))));
  });

  it('are not taken twice', () => {
    given(stock, lotReceived('LOT-1', 3), reserved('R-1', sourced(units('LOT-1', 1, 2))))
      .when(reserve('R-2', 1))
      .records(reservedNow('R-2', sourced(units('LOT-1', 3, 1))));
  });

  it('are all of what was asked for, or none', () => {
    given(stock, lotReceived('LOT-1', 3))
      .when(reserve('R-1', 4))
      .isRefused('shortage', {
        type: 'ShortageRecorded',
        schemaVersion: 1,
        payload: {
          sku: SKU,
          pool: 'main',
          demand: order('R-1'),
          requested: 4,
          free: 3,
          authorised: 3,
          saw: [],
        },
      });
  });

  it('may be the last ones', () => {
    given(stock, lotReceived('LOT-1', 3))
      .when(reserve('R-1', 3))
      .records(reservedNow('R-1', sourced(units('LOT-1', 1, 3))));
  });

  it('come from the pool that was asked for and from no other', () => {
    given(stock, lotReceived('LOT-1', 5), transferred('main', 'platform', units('LOT-1', 1, 2)))
      .when(reserve('R-1', 1))
      .records(reservedNow('R-1', sourced(units('LOT-1', 3, 1))));
    given(stock, lotReceived('LOT-1', 5))
      .when(reserve('R-1', 1, { pool: 'platform' }))
      .isRefused('shortage', {
        type: 'ShortageRecorded',
        schemaVersion: 1,
        payload: {
          sku: SKU,
          pool: 'platform',
          demand: order('R-1'),
          requested: 1,
          free: 0,
          authorised: 0,
          saw: [],
        },
      });
  });

  it('keep their last good day, and a run ends where it changes', () => {
    const runs = [
      units('LOT-1', 1, 1, '2026-10-01'),
      units('LOT-1', 2, 2, '2026-11-01'),
      units('LOT-1', 4, 1),
    ];
    given(stock, lotReceived('LOT-1', 0, { runs }))
      .when(reserve('R-1', 4))
      .records(reservedNow('R-1', ...runs.map((run) => sourced(run))));
  });

  it('are the same again when they are outstanding already', () => {
    const before = reserved('R-1', sourced(units('LOT-1', 1, 2)));
    given(stock, lotReceived('LOT-1', 5), before).when(reserve('R-1', 2)).changesNothing().answers({
      kind: 'reserved',
      reservationId: before.payload.reservationId,
      units: before.payload.units,
    });
  });

  it('stay what they are where the same attempt asks for something else: that is settled first', () => {
    given(stock, lotReceived('LOT-1', 5), reserved('R-1', sourced(units('LOT-1', 1, 2))))
      .when(reserve('R-1', 3, { asked: 'another body' }))
      .changesNothing()
      .answers({ kind: 'occupied', reservationId: reservationOf('R-1') });
  });

  it('go back to their place when they are released', () => {
    given(stock, lotReceived('LOT-1', 5), reserved('R-1', sourced(units('LOT-1', 1, 2))), released('R-1'))
      .when(reserve('R-2', 3))
      .records(reservedNow('R-2', sourced(units('LOT-1', 1, 3))));
  });

  it('go back to their turn among the lots even when their lot was empty meanwhile', () => {
    given(
      stock,
      lotReceived('LOT-1', 2),
      lotReceived('LOT-2', 2),
      reserved('R-1', sourced(units('LOT-1', 1, 2))),
      released('R-1'),
    )
      .when(reserve('R-2', 3))
      .records(reservedNow('R-2', sourced(units('LOT-1', 1, 2)), sourced(units('LOT-2', 1, 1))));
  });

  it('are gone for good once they are confirmed', () => {
    const story = given(
      stock,
      lotReceived('LOT-1', 2),
      reserved('R-1', sourced(units('LOT-1', 1, 2))),
      confirmed('R-1'),
    );
    expect(story.state.reservations.size).toBe(0);
    story.when(reserve('R-2', 1)).isRefused('shortage', 'ShortageRecorded');
  });
});

describe('free units', () => {
  const expiringAt = '2026-09-10T12:00:00+08:00';
  const before = instantOf('2026-09-10T11:59:59.999999+08:00');
  const shortage = 'ShortageRecorded' as const;

  it('are free until the moment their lot expires, and not at it', () => {
    const story = given(stock, lotReceived('LOT-1', 1, { lotExpiresAt: expiringAt }));
    story.when(reserve('R-1', 1, { at: before })).records(reservedNow('R-1', sourced(units('LOT-1', 1, 1))));
    story.when(reserve('R-1', 1, { at: instantOf(expiringAt) })).isRefused('shortage', shortage);
  });

  it('are free through their last good day at +08:00, and not at its end', () => {
    const run = units('LOT-1', 1, 1, '2026-09-10');
    const story = given(stock, lotReceived('LOT-1', 1, { runs: [run] }));
    const lastMoment = instantOf('2026-09-10T23:59:59.999999+08:00');
    story.when(reserve('R-1', 1, { at: lastMoment })).records(reservedNow('R-1', sourced(run)));
    story
      .when(reserve('R-1', 1, { at: instantOf('2026-09-11T00:00:00+08:00') }))
      .isRefused('shortage', shortage);
  });

  it('pass over expired keys of a lot that is good itself, and over expired lots', () => {
    const runs = [units('LOT-2', 1, 2, '2026-09-09'), units('LOT-2', 3, 2)];
    given(stock, lotReceived('LOT-1', 5, { lotExpiresAt: expiringAt }), lotReceived('LOT-2', 4, { runs }))
      .when(reserve('R-1', 2))
      .records(reservedNow('R-1', sourced(units('LOT-2', 3, 2))));
  });

  it('are none of a quarantined lot, and all of it again when the quarantine ends', () => {
    given(stock, lotReceived('LOT-1', 2), lotReceived('LOT-2', 2), quarantined('LOT-1'))
      .when(reserve('R-1', 1))
      .records(reservedNow('R-1', sourced(units('LOT-2', 1, 1))));
    given(stock, lotReceived('LOT-1', 2), lotReceived('LOT-2', 2), quarantined('LOT-1'), freed('LOT-1'))
      .when(reserve('R-1', 1))
      .records(reservedNow('R-1', sourced(units('LOT-1', 1, 1))));
  });

  it('given back to a lot in quarantine stay there', () => {
    given(
      stock,
      lotReceived('LOT-1', 2),
      reserved('R-1', sourced(units('LOT-1', 1, 2))),
      quarantined('LOT-1'),
      released('R-1'),
    )
      .when(reserve('R-2', 1))
      .isRefused('shortage', shortage);
  });
});

describe('authorised sources', () => {
  const grey = { supplierId: 'SUP-B' };
  const history = [lotReceived('LOT-1', 3, grey), lotReceived('LOT-2', 2)];

  it('are the only ones that units come from', () => {
    given(stock, ...history)
      .when(reserve('R-1', 2, { authorisationOf: allBut('SUP-B') }))
      .records(reservedNow('R-1', sourced(units('LOT-2', 1, 2))));
  });

  it('are missing where the free units would have sufficed', () => {
    given(stock, ...history)
      .when(reserve('R-1', 5, { authorisationOf: allBut('SUP-B') }))
      .isRefused('unauthorised_source', {
        type: 'UnauthorisedSourceRecorded',
        schemaVersion: 1,
        payload: {
          sku: SKU,
          pool: 'main',
          demand: order('R-1'),
          requested: 5,
          free: 5,
          authorised: 2,
          saw: [],
        },
      });
  });

  it('are not what is missing where even all free units would not have sufficed', () => {
    given(stock, ...history)
      .when(reserve('R-1', 6, { authorisationOf: allBut('SUP-B') }))
      .isRefused('shortage', 'ShortageRecorded');
  });

  it('do not count units that are expired, quarantined or written off', () => {
    const at = instantOf(NOON);
    given(
      stock,
      ...history,
      lotReceived('LOT-3', 2, { ...grey, lotExpiresAt: NOON }),
      writtenOff('LOT-1', { ...units('LOT-1', 1, 1), pool: 'main' }),
      quarantined('LOT-2'),
    )
      .when(reserve('R-1', 3, { at, authorisationOf: allBut('SUP-B') }))
      .isRefused('shortage', {
        type: 'ShortageRecorded',
        schemaVersion: 1,
        payload: {
          sku: SKU,
          pool: 'main',
          demand: order('R-1'),
          requested: 3,
          free: 2,
          authorised: 0,
          saw: [],
        },
      });
  });
});

describe('a refused demand that comes again', () => {
  const lots = [lotReceived('LOT-1', 2), lotReceived('LOT-2', 1, { supplierId: 'SUP-B' })];
  const [shortage] = given(stock, ...lots).when(reserve('R-1', 9)).decision.events as [never];

  it('is refused again without a second fact while the stock has not changed', () => {
    given(stock, ...lots, shortage)
      .when(reserve('R-1', 9))
      .isRefused('shortage');
  });

  it.each([
    ['asks for another quantity', reserve('R-1', 8), 'shortage'],
    ['asks another pool', reserve('R-1', 9, { pool: 'platform' }), 'shortage'],
    ['is another order', reserve('R-2', 9), 'shortage'],
  ] as const)('leaves a fact of its own where it %s', (_, command, code) => {
    given(stock, ...lots, shortage)
      .when(command)
      .isRefused(code, 'ShortageRecorded');
  });

  it('leaves a fact of its own where the reason changed', () => {
    const [first] = given(stock, ...lots).when(reserve('R-1', 4)).decision.events as [never];
    const more = lotReceived('LOT-3', 1, { supplierId: 'SUP-B' });
    given(stock, ...lots, more, first)
      .when(reserve('R-1', 4, { authorisationOf: allBut('SUP-B') }))
      .isRefused('unauthorised_source', 'UnauthorisedSourceRecorded');
  });

  it.each([
    ['units came', lotReceived('LOT-3', 1)],
    ['units were set aside', reserved('R-7', sourced(units('LOT-1', 1, 1)))],
    ['a lot was quarantined', quarantined('LOT-1')],
    ['units moved', transferred('main', 'platform', units('LOT-1', 1, 1))],
    ['units were written off', writtenOff('LOT-1', { ...units('LOT-1', 1, 1), pool: 'main' })],
  ])('leaves a fact of its own where %s meanwhile', (_, change) => {
    given(stock, ...lots, shortage, change)
      .when(reserve('R-1', 9))
      .isRefused('shortage', 'ShortageRecorded');
  });

  it('is served where the stock suffices by now', () => {
    given(stock, ...lots, shortage, lotReceived('LOT-3', 9))
      .when(reserve('R-1', 3))
      .records(reservedNow('R-1', sourced(units('LOT-1', 1, 2)), sourced(units('LOT-2', 1, 1), 'SUP-B')));
  });

  it('is remembered among the newest thousand, a repeat counting as new', () => {
    const refusalOf = (orderNo: string, requested: number) => ({
      type: 'ShortageRecorded' as const,
      schemaVersion: 1,
      payload: { sku: SKU, pool: 'main', demand: order(orderNo), requested, free: 0, authorised: 0, saw: [] },
    });
    const others = Array.from({ length: 999 }, (_, index) => refusalOf(`O-${index}`, 1));
    const story = given(stock, refusalOf('R-1', 1), ...others, refusalOf('R-1', 2), refusalOf('O-999', 1));
    expect(story.state.refusedDemands.size).toBe(1000);
    story.when(reserve('R-1', 2)).isRefused('shortage');
    story.when(reserve('O-0', 1)).isRefused('shortage', 'ShortageRecorded');
  });
});
