import {
  DAY_MS,
  MERCHANTS,
  ORDER_NUMBERS,
  POOLS,
  SKUS,
  SUPPLIERS,
  timeText,
  WRONG_QUANTITIES,
  type Author,
} from './author.js';
import type { Random } from './random.js';

type Fields = Record<string, unknown>;

const OPERATIONS: readonly [number, string, (author: Author) => Fields][] = [
  [8, 'place_po', placePurchaseOrder],
  [14, 'receive_lot', receiveLot],
  [8, 'transfer', transfer],
  [34, 'issue', issue],
  [22, 'refund', refund],
  [1, 'revoke_authorisation', revoke],
  [
    3,
    'quarantine_lot',
    (author) => ({ lot_id: author.lot(), reason: author.random.one([null, 'check', 5, undefined]) }),
  ],
  [4, 'release_lot', (author) => ({ lot_id: author.lot() })],
  [2, 'write_off', (author) => ({ lot_id: author.lot(), quantity: author.quantity(5) })],
  [2, 'return_to_supplier', (author) => ({ lot_id: author.lot(), quantity: author.quantity(5) })],
  [1, 'burn', (author) => ({ sku: author.sku(), lot_id: author.lot(), quantity: 1 })],
];

function placePurchaseOrder(author: Author): Fields {
  const { random } = author;
  const placed = [...author.model.purchaseOrders.keys()];
  author.purchasesTried += 1;
  const poId = placed.length > 0 && random.chance(0.06) ? random.one(placed) : `PO-${author.purchasesTried}`;
  const skus = random.shuffled(SKUS.slice(0, 4)).slice(0, random.mostly(0.97, random.whole(1, 2), [0, 3]));
  const lines: Fields[] = skus.map((sku) => ({
    sku: random.mostly(0.98, sku, ['NOTHING']),
    quantity: random.mostly(0.96, random.whole(8, 60), WRONG_QUANTITIES),
    unit_cost: author.amount(),
  }));
  if (lines.length > 0 && random.chance(0.04)) lines.push({ ...lines[0] });
  return {
    po_id: poId,
    supplier_id: random.mostly(0.97, random.one(SUPPLIERS), ['NOBODY']),
    lines: random.mostly<unknown>(0.97, lines, [null, [], 'none', undefined]),
  };
}

function receiveLot(author: Author): Fields {
  const { random, model } = author;
  const recent = [...model.purchaseOrders].slice(-6);
  const [poId, { lines }] =
    recent.length > 0 ? random.one(recent) : (['PO-NONE', { lines: [{ sku: 'TEL' }] }] as const);
  author.lotsTried += 1;
  const known = model.lots.length > 0 && random.chance(0.04);
  const { file, format } = author.writeKeyFile();
  const expiry = timeText(author.nowMs + random.whole(1, 8) * (DAY_MS / 2), random);
  const wrong = ['soon', timeText(author.nowMs, random), '2020-01-01T00:00:00Z', '2026-13-01T00:00:00Z', 7];
  return {
    lot_id: known ? random.one(model.lots).id : `L-${random.whole(100, 999)}-${author.lotsTried}`,
    po_id: random.mostly(0.97, poId, ['PO-NONE']),
    sku: random.mostly(0.96, random.one<{ sku: string }>(lines).sku, [author.sku()]),
    file,
    ...format,
    ...(random.chance(0.3)
      ? { expires_at: random.mostly(0.85, expiry, wrong) }
      : random.one([{}, { expires_at: null }])),
  };
}

function transfer(author: Author): Fields {
  const { random } = author;
  return {
    sku: stockedSku(author),
    from: random.mostly(0.7, 'main', POOLS),
    to: random.one(POOLS),
    quantity: author.quantity(8),
  };
}

function issue(author: Author): Fields {
  const { random, issues, model } = author;
  const fulfilled = issues.filter((one) =>
    model.orders.has(JSON.stringify([one['merchant_id'], one['order_no']])),
  );
  if (fulfilled.length > 0 && random.chance(0.15)) {
    const before = random.one(fulfilled);
    const same = random.chance(0.6);
    return same
      ? respelt(before, random)
      : {
          ...before,
          ...random.one<Fields>([
            { quantity: 1 },
            { quantity: null },
            { unit_price: '7' },
            { sku: 'TEL' },
            { pool: 'vip' },
          ]),
        };
  }
  const fields: Fields = {
    merchant_id: random.mostly(0.97, random.one(MERCHANTS), ['NOBODY']),
    order_no: random.mostly(0.5, random.one(ORDER_NUMBERS), [`N-${issues.length}`]),
    sku: stockedSku(author),
    quantity: random.mostly(0.98, author.quantity(6), [1001, 1000, 200]),
    unit_price: author.amount(),
    ...random.mostly<Fields>(0.6, {}, [{ pool: random.one(POOLS) }, { pool: null }]),
  };
  issues.push(fields);
  return fields;
}

/** Mostly something that there is some of. */
function stockedSku(author: Author): string {
  const { lots } = author.model;
  return lots.length > 0 && author.random.chance(0.8) ? author.random.one(lots).sku : author.sku();
}

/** The same order in other words. */
function respelt(before: Fields, random: Random): Fields {
  const price = before['unit_price'];
  const other = typeof price === 'string' && /^\d+\.\d$/.test(price) ? `${price}0` : price;
  const pool = before['pool'] ?? 'main';
  return {
    ...before,
    unit_price: random.one([price, other]),
    pool: random.one([before['pool'], pool === 'main' ? null : pool]),
  };
}

function refund(author: Author): Fields {
  const { random, refunds, model } = author;
  const opened = refunds.filter((one) =>
    model.refunds.has(JSON.stringify([one['merchant_id'], one['refund_no']])),
  );
  if (opened.length > 0 && random.chance(0.15)) {
    const before = random.one(opened);
    const units = before['units'];
    const respeltUnits = Array.isArray(units)
      ? random.one([
          units,
          [...(units as unknown[])].reverse(),
          [...(units as unknown[]), ...(units as unknown[])],
        ])
      : units;
    return random.chance(0.7)
      ? { ...before, units: respeltUnits }
      : {
          ...before,
          [random.one(['reason', 'remedy', 'units'])]: random.one(['goodwill', 'replace', [2], 'refund']),
        };
  }
  const order = refundableOrder(author);
  const quantity = Math.min(Number(order['quantity'] ?? 3), 1000);
  const places = random
    .shuffled(Array.from({ length: quantity }, (_, index) => index + 1))
    .slice(0, random.mostly(0.7, 1, [2, 3, 4]));
  const fields: Fields = {
    merchant_id: random.mostly(0.97, order['merchant_id'], ['NOBODY', ...MERCHANTS]),
    order_no: random.mostly(0.96, order['order_no'], ['O-NOT-THERE']),
    refund_no: random.mostly(0.5, `R-${refunds.length}`, [`R-${random.whole(1, 60)}`]),
    units: random.mostly(0.9, places, [
      [1, 1],
      [0],
      [-1],
      [99],
      [],
      ['1'],
      [1.5],
      null,
      'all',
      [1, 99],
      [1, null],
      undefined,
    ]),
    reason: random.mostly(0.95, random.one(['bad_key', 'goodwill']), ['bored', null, 1]),
    remedy: random.mostly(0.95, random.one(['refund', 'replace']), ['gift', null]),
  };
  refunds.push(fields);
  return fields;
}

function refundableOrder({ random, model, issues }: Author): Fields {
  const fulfilled = [...model.orders.values()].slice(-12);
  if (fulfilled.length === 0 || random.chance(0.05)) return issues.length > 0 ? random.one(issues) : {};
  const { merchantId, orderNo, quantity } = random.one(fulfilled);
  return { merchant_id: merchantId, order_no: orderNo, quantity };
}

function revoke(author: Author): Fields {
  const { random } = author;
  return {
    authorisation_id: random.mostly(0.9, random.one(author.authorisations).id, ['NONE']),
    reason: random.one(['fraud', null, 3]),
  };
}

/** What an author writes next. */
export function draw(random: Random): (typeof OPERATIONS)[number] {
  let left = random.whole(
    1,
    OPERATIONS.reduce((sum, [weight]) => sum + weight, 0),
  );
  for (const operation of OPERATIONS) {
    left -= operation[0];
    if (left <= 0) return operation;
  }
  throw new RangeError('the weights are wrong');
}
