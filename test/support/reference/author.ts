import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ReferenceModel } from './model.js';
import { randomKeyFile } from './random-key-file.js';
import { Random } from './random.js';

const START_MS = Date.parse('2026-09-01T00:00:00Z');
export const MINUTE_MS = 60_000;
export const DAY_MS = 86_400_000;

/** Ids that differ only where names are put together carelessly, and that UTF-16 puts into another order. */
export const SKUS = ['GAME-1', 'TEL', 'ｚ-last', '😀-beyond', 'NEVER-BOUGHT'];
export const SUPPLIERS = ['SUP-1', 'SUP-2', 'SUP-3'];
export const MERCHANTS = ['A', 'A-1', 'M~%2F', '店'];
export const ORDER_NUMBERS = [
  '1',
  '1-2',
  '2',
  'O 3',
  '4/5',
  '~6',
  '七',
  '8',
  '9',
  '10',
  '11',
  '12',
  '13',
  '14',
];
export const POOLS = ['main', 'main', 'main', 'vip', 'ｚ', '😀'];
export const WRONG_QUANTITIES = [0, -1, 1.5, '5', null, true, 1e21, undefined];
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

export interface Authored {
  readonly id: string;
  readonly row: string;
}

/** From when until when, in milliseconds since 1970; null for no end. */
type Window = readonly [fromMs: number, toMs: number | null];

/** What a pack's author remembers, to name things again; the model knows what became of them. */
export class Author {
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
      this.grant(`ALL-${supplier}`, supplier, SKUS.slice(0, 3), [START_MS - DAY_MS, null]),
    );
    const some = this.random.shuffled(ids).map((id) => {
      const from = START_MS + this.random.whole(-6, 8) * (DAY_MS / 2);
      const to = this.random.chance(0.3) ? null : from + this.random.whole(1, 10) * (DAY_MS / 2);
      const skus = this.random.shuffled(SKUS.slice(0, 4)).slice(0, this.random.whole(1, 3));
      return this.grant(id, this.random.one(SUPPLIERS), skus, [from, to]);
    });
    return this.random.chance(0.5) ? [...some, ...everywhere] : [...everywhere.slice(1), ...some];
  }

  private grant(id: string, supplier: string, skus: string[], [fromMs, toMs]: Window): Authored {
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

export function timeText(atMs: number, random: Random): string {
  const utc = new Date(atMs).toISOString();
  const shanghai = new Date(atMs + 8 * 60 * MINUTE_MS).toISOString().replace('Z', '+08:00');
  const newYork = new Date(atMs - 4 * 60 * MINUTE_MS).toISOString().replace('Z', '-04:00');
  return random.one([shanghai, shanghai, utc, newYork, shanghai.replace('.000', '')]);
}
