import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ReferenceModel } from './model.js';
import { randomKeyFile } from './random-key-file.js';
import { Random } from './random.js';

const START_MS = Date.parse('2026-09-01T00:00:00Z');
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** Ids that differ only where names are put together carelessly, and that UTF-16 puts into another order. */
const SKUS = ['GAME-1', 'TEL', 'ｚ-last', '😀-beyond', 'NEVER-BOUGHT'];
const SUPPLIERS = ['SUP-1', 'SUP-2', 'SUP-3'];
const MERCHANTS = ['A', 'A-1', 'M~%2F', '店'];
const ORDER_NUMBERS = ['1', '1-2', '2', 'O 3', '4/5', '~6', '七', '8', '9', '10', '11', '12', '13', '14'];
const POOLS = ['main', 'main', 'main', 'vip', 'ｚ', '😀'];
const WRONG_QUANTITIES = [0, -1, 1.5, '5', null, true, 1e21, undefined];
const WRONG_AMOUNTS = [
  '0',
  '0.000000',
  '-1',
  '+1',
  '1e3',
  '1,000',
  '5.',
  '.5',
  ' 5',
  '5 ',
  5,
  null,
  undefined,
  '1.1234567',
  '1234567890123',
  '٥',
];
const AMOUNTS = ['5', '5.0', '5.000000', '0.000001', '12.345678', '999999999999.999999', '0012.5', '3.3'];

interface Authored {
  readonly id: string;
  readonly row: string;
}

/** What a pack's author remembers, to name things again; the model knows what became of them. */
class Author {
  readonly random: Random;
  readonly authorisations: readonly Authored[];
  readonly keysSent: [string, string][] = [];
  purchasesTried = 0;
  lotsTried = 0;
  readonly issues: Record<string, unknown>[] = [];
  readonly refunds: Record<string, unknown>[] = [];
  nowMs = START_MS;
  private filesWritten = 0;
  private known: ReferenceModel | undefined;

  constructor(
    readonly directory: string,
    seed: number,
  ) {
    this.random = new Random(seed);
    this.authorisations = this.grants();
  }

  /** Reads the master data once it is written. */
  get model(): ReferenceModel {
    return (this.known ??= new ReferenceModel(this.directory));
  }

  private grants(): Authored[] {
    const ids = [
      'AUTH-9',
      'AUTH-10',
      'AUTH-1000',
      'auth-1',
      'AUTH-ｚ',
      'AUTH-😀',
      'B',
      'C',
      'D',
      'E',
      'F',
      'G',
      'H',
      'I',
      'J',
      'K',
    ];
    const everywhere = SUPPLIERS.map((supplier) =>
      this.grant(`ALL-${supplier}`, supplier, SKUS.slice(0, 3), START_MS - DAY_MS, null),
    );
    const some = this.random.shuffled(ids).map((id) => {
      const from = START_MS + this.random.whole(-6, 8) * (DAY_MS / 2);
      const to = this.random.chance(0.3) ? null : from + this.random.whole(1, 10) * (DAY_MS / 2);
      const skus = this.random.shuffled(SKUS.slice(0, 4)).slice(0, this.random.whole(1, 3));
      return this.grant(id, this.random.one(SUPPLIERS), skus, from, to);
    });
    return this.random.chance(0.5) ? [...some, ...everywhere] : [...everywhere.slice(1), ...some];
  }

  private grant(id: string, supplier: string, skus: string[], fromMs: number, toMs: number | null): Authored {
    const to = toMs === null ? '' : timeText(toMs, this.random);
    return { id, row: [id, 'ISSUER', supplier, skus.join(';'), timeText(fromMs, this.random), to].join(',') };
  }

  quantity(usualMax: number): unknown {
    return this.random.mostly(0.94, this.random.whole(1, usualMax), WRONG_QUANTITIES);
  }

  amount(): unknown {
    return this.random.mostly(0.93, this.random.one(AMOUNTS), WRONG_AMOUNTS);
  }

  sku(): string {
    return this.random.mostly(0.96, this.random.one(SKUS.slice(0, 4)), [
      'NOTHING',
      'NEVER-BOUGHT',
      'constructor',
    ]);
  }

  lot(): string {
    const { lots } = this.model;
    return lots.length === 0
      ? 'LOT-NONE'
      : this.random.mostly(0.97, this.random.one(lots).id, ['LOT-NONE', '__proto__']);
  }

  writeKeyFile(): { file: unknown; format: Readonly<Record<string, unknown>> } {
    this.filesWritten += 1;
    const file = `keys/${this.random.one(['file', '卡密', 'a b'])}-${this.filesWritten}.txt`;
    const { bytes, format } = randomKeyFile(this.random, this.keysSent, this.nowMs);
    writeFileSync(join(this.directory, file), bytes);
    const elsewhere = [
      'keys',
      'keys/none.txt',
      '../outside.txt',
      '/etc/hostname',
      'keys/out.txt',
      '',
      null,
      5,
      'keys/a\0b',
      `${file}/x`,
    ];
    return {
      file: this.random.mostly(0.96, file, [...elsewhere, 'keys/in.txt', `keys/../${file}`, `./${file}`]),
      format,
    };
  }
}

function timeText(atMs: number, random: Random): string {
  const utc = new Date(atMs).toISOString();
  const shanghai = new Date(atMs + 8 * 60 * MINUTE_MS).toISOString().replace('Z', '+08:00');
  const newYork = new Date(atMs - 4 * 60 * MINUTE_MS).toISOString().replace('Z', '-04:00');
  return random.one([shanghai, shanghai, utc, newYork, shanghai.replace('.000', '')]);
}

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

function draw(random: Random): (typeof OPERATIONS)[number] {
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

/** Writes a pack that meets every operation, refusal and rule of the key files sooner or later. */
export function writeRandomPack(directory: string, seed: number, operations: number): void {
  mkdirSync(join(directory, 'keys'), { recursive: true });
  writeFileSync(join(directory, '../outside.txt'), 'OUTSIDE-1\nOUTSIDE-2\n');
  writeFileSync(join(directory, 'keys/target.txt'), 'INSIDE-1\nINSIDE-2\n');
  symlinkSync('../../outside.txt', join(directory, 'keys/out.txt'));
  symlinkSync('target.txt', join(directory, 'keys/in.txt'));
  const author = new Author(directory, seed);
  writeMasterData(author);
  const lines = Array.from({ length: operations }, () => {
    const { random } = author;
    author.nowMs += random.one([
      0,
      0,
      1,
      1000,
      MINUTE_MS,
      30 * MINUTE_MS,
      60 * MINUTE_MS,
      random.whole(0, DAY_MS / 12),
    ]);
    const [, op, fieldsOf] = draw(random);
    const line = JSON.stringify({ at: timeText(author.nowMs, random), op, ...fieldsOf(author) });
    author.model.take(line);
    return line;
  });
  writeFileSync(join(directory, 'operations.jsonl'), lines.join('\n') + author.random.one(['', '\n']));
}

function writeMasterData(author: Author): void {
  const { directory, random } = author;
  const end = random.one(['\n', '\r\n']);
  const write = (file: string, header: string, rows: readonly string[]): void =>
    writeFileSync(join(directory, file), [header, ...rows].join(end) + end);
  write(
    'suppliers.csv',
    'supplier_id,name,kind',
    SUPPLIERS.map((id) => `${id},供货商 ${id},issuer`),
  );
  write(
    'merchants.csv',
    'merchant_id,name,channel',
    MERCHANTS.map((id) => `${id},商户 ${id},direct`),
  );
  write(
    'products.csv',
    'sku,name,category,product_class,fulfilment,face_value,currency',
    random.shuffled(SKUS).map((sku) => `${sku},商品 ${sku},game,staple,card_key,100,CNY`),
  );
  write(
    'authorisations.csv',
    'authorisation_id,issuer,supplier_id,skus,valid_from,valid_to',
    author.authorisations.map(({ row }) => row),
  );
}
