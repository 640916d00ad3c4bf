import { order } from '../../../src/domain/order/decide.js';
import { given } from '../../support/given-when-then.js';
import {
  abandon,
  abandoned,
  conflict,
  fulfil,
  fulfilled,
  keys,
  replace,
  reservation,
  reveal,
  revealed,
  settle,
  settled,
} from './order-facts.js';

describe('an order', () => {
  it('is fulfilled with the units that were set aside for it', () => {
    given(order)
      .when(fulfil(0, keys('LOT-1', 1, 2)))
      .records(fulfilled(0, keys('LOT-1', 1, 2)))
      .answers({
        kind: 'fulfilled',
        units: [keys('LOT-1', 1, 2)],
      });
  });

  it('is fulfilled once: its number is used up (G9)', () => {
    given(order, fulfilled(0, keys('LOT-1', 1)))
      .when(fulfil(1, keys('LOT-1', 2)))
      .changesNothing()
      .answers({ kind: 'superseded' });
  });

  it('is fulfilled by no reservation that something came before', () => {
    given(order, abandoned(0))
      .when(fulfil(0, keys('LOT-1', 1)))
      .changesNothing()
      .answers({ kind: 'superseded' });
  });

  it('may be fulfilled after an abandoned attempt: only a fulfilment uses the number up', () => {
    given(order, abandoned(0))
      .when(fulfil(1, keys('LOT-1', 1)))
      .records(fulfilled(1, keys('LOT-1', 1)));
  });

  it('has its places from 1 on, through its units in order', () => {
    const { state } = given(order, fulfilled(0, keys('LOT-9', 7), keys('LOT-1', 1, 2)));
    expect(state.places.map(({ unit }) => unit)).toEqual([
      keys('LOT-9', 7),
      keys('LOT-1', 1),
      keys('LOT-1', 2),
    ]);
  });

  it('that comes again with another body leaves a fact and is refused', () => {
    given(order, fulfilled(0, keys('LOT-1', 1)))
      .when({ kind: 'note-conflict', conflict: conflict.payload })
      .isRefused('order_conflict', conflict);
  });

  it('that comes again with the same other body is refused without another fact', () => {
    given(order, fulfilled(0, keys('LOT-1', 1)), conflict)
      .when({ kind: 'note-conflict', conflict: conflict.payload })
      .isRefused('order_conflict');
  });
});

describe('a left-over reservation', () => {
  it('can never be used once its attempt is abandoned', () => {
    given(order).when(abandon(0)).records(abandoned(0)).answers({ kind: 'void' });
  });

  it('was used where the order names it', () => {
    given(order, fulfilled(0, keys('LOT-1', 1)))
      .when(abandon(0))
      .changesNothing()
      .answers({ kind: 'used' });
  });

  it('was used where a replacement names it', () => {
    const replacement = settled('R-1', [[1, keys('LOT-1', 1), keys('LOT-1', 2)]], reservation(1));
    given(order, fulfilled(0, keys('LOT-1', 1)), replacement)
      .when(abandon(1))
      .changesNothing()
      .answers({ kind: 'used' });
  });

  it('is void without another word where the stream moved on', () => {
    given(order, fulfilled(0, keys('LOT-1', 1)), conflict)
      .when(abandon(1))
      .changesNothing()
      .answers({ kind: 'void' });
  });
});

describe('a refund', () => {
  const history = [fulfilled(0, keys('LOT-1', 1, 3))];

  it('settles places for good, with the key that held each, at the original price', () => {
    given(order, ...history)
      .when(settle('R-1', [3, 1]))
      .records(
        settled('R-1', [
          [3, keys('LOT-1', 3), null],
          [1, keys('LOT-1', 1), null],
        ]),
      )
      .answers({ kind: 'done' });
  });

  it('is done once, whoever carries it on', () => {
    given(order, ...history, settled('R-1', [[1, keys('LOT-1', 1), null]]))
      .when(settle('R-1', [1]))
      .changesNothing()
      .answers({ kind: 'done' });
  });

  it('is of a fulfilled order', () => {
    given(order)
      .when(settle('R-1', [1]))
      .isRefused('unknown_order');
    given(order, abandoned(0))
      .when(settle('R-1', [1]))
      .isRefused('unknown_order');
  });

  it.each([0, -1, 4])('is of places that the order has, not of %p', (place) => {
    given(order, ...history)
      .when(settle('R-1', [1, place]))
      .isRefused('unit_out_of_range');
  });

  it('asks of every place whether it exists before it asks of any whether it is settled', () => {
    const refunded = settled('R-1', [[1, keys('LOT-1', 1), null]]);
    given(order, ...history, refunded)
      .when(settle('R-2', [1, 4]))
      .isRefused('unit_out_of_range');
    given(order, ...history, refunded)
      .when(settle('R-2', [2, 1]))
      .isRefused('already_settled');
  });

  it('settles a place once, never more than was paid (G8)', () => {
    const refunded = settled('R-1', [[1, keys('LOT-1', 1), null]]);
    given(order, ...history, refunded)
      .when(settle('R-2', [1]))
      .isRefused('already_settled');
    given(order, ...history, refunded)
      .when(replace('R-2', [1], 2, keys('LOT-2', 1)))
      .isRefused('already_settled');
  });
});

describe('a replacement', () => {
  const history = [fulfilled(0, keys('LOT-1', 1, 3))];

  it('gives each place a key in the order in which the places are named', () => {
    given(order, ...history)
      .when(replace('R-1', [3, 1], 1, keys('LOT-2', 8), keys('LOT-3', 1)))
      .records(
        settled(
          'R-1',
          [
            [3, keys('LOT-1', 3), keys('LOT-2', 8)],
            [1, keys('LOT-1', 1), keys('LOT-3', 1)],
          ],
          reservation(1),
        ),
      );
  });

  it('takes a range of keys apart, one for each place', () => {
    given(order, ...history)
      .when(replace('R-1', [2, 3], 1, keys('LOT-2', 8, 2)))
      .records(
        settled(
          'R-1',
          [
            [2, keys('LOT-1', 2), keys('LOT-2', 8)],
            [3, keys('LOT-1', 3), keys('LOT-2', 9)],
          ],
          reservation(1),
        ),
      );
  });

  it('leaves the place open to be replaced or refunded in turn, with its present key', () => {
    const replaced = settled('R-1', [[2, keys('LOT-1', 2), keys('LOT-2', 1)]], reservation(1));
    given(order, ...history, replaced)
      .when(settle('R-2', [2]))
      .records(settled('R-2', [[2, keys('LOT-2', 1), null]]));
    given(order, ...history, replaced)
      .when(replace('R-2', [2], 2, keys('LOT-3', 1)))
      .records(settled('R-2', [[2, keys('LOT-2', 1), keys('LOT-3', 1)]], reservation(2)));
  });

  it('is superseded where the order moved on since its keys were set aside', () => {
    given(order, ...history, conflict)
      .when(replace('R-1', [1], 1, keys('LOT-2', 1)))
      .changesNothing()
      .answers({ kind: 'superseded' });
  });

  it('is never done by half: as many keys as places, and none where the price is paid back', () => {
    const { when } = given(order, ...history);
    expect(() => when(replace('R-1', [1, 2], 1, keys('LOT-2', 1)))).toThrow(RangeError);
    expect(() => when(settle('R-1', [1], { remedy: 'replace' }))).toThrow(RangeError);
    const reserved = { reservationId: reservation(1), units: [keys('LOT-2', 1)] };
    expect(() => when(settle('R-1', [1], { reserved }))).toThrow(RangeError);
  });
});

describe('a reveal', () => {
  const history = [
    fulfilled(0, keys('LOT-1', 1, 3)),
    settled('R-1', [[1, keys('LOT-1', 1), keys('LOT-2', 1)]], reservation(1)),
    settled('R-2', [[2, keys('LOT-1', 2), null]]),
  ];
  const present = [
    { place: 3, lotId: 'LOT-1', serial: 3 },
    { place: 1, lotId: 'LOT-2', serial: 1 },
  ];

  it('names the keys that hold the places now, and its purpose', () => {
    given(order, ...history)
      .when(reveal(3, 1))
      .records(revealed(...present))
      .answers({ kind: 'revealed', keys: present });
  });

  it('is of keys of a fulfilled order alone', () => {
    given(order).when(reveal(1)).isRefused('unknown_order');
    given(order, ...history)
      .when(reveal(4))
      .isRefused('unit_out_of_range');
    given(order, ...history)
      .when(reveal(1, 2))
      .isRefused('unit_void');
  });
});

describe('what a repeated command is told', () => {
  it('is what it was told first', () => {
    expect(order.recall([fulfilled(0, keys('LOT-1', 1))])).toEqual({
      kind: 'fulfilled',
      units: [keys('LOT-1', 1)],
    });
    expect(order.recall([settled('R-1', [])])).toEqual({ kind: 'done' });
    expect(order.recall([conflict])).toMatchObject({ code: 'order_conflict' });
    const shown = { place: 1, lotId: 'LOT-1', serial: 1 };
    expect(order.recall([revealed(shown)])).toEqual({ kind: 'revealed', keys: [shown] });
  });

  it('is decided again where nothing settles it', () => {
    expect(order.recall([])).toBeUndefined();
    expect(order.recall([abandoned(0)])).toBeUndefined();
  });
});
