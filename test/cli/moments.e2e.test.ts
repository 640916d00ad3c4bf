import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import Database from 'better-sqlite3';
import { runCommandLine } from '../../src/cli/program.js';
import { Output } from '../../src/cli/terminal/output.js';
import { MASTER_DATA, operationLines, PackFolder } from '../support/pack-folder.js';

const sold = { op: 'issue', merchant_id: 'MER-1', sku: 'SKU-1', unit_price: '9' };
const OPERATIONS = [
  {
    at: '2026-09-01T08:00:00+08:00',
    op: 'place_po',
    po_id: 'PO-1',
    supplier_id: 'SUP-1',
    lines: [{ sku: 'SKU-1', quantity: 10, unit_cost: '5' }],
  },
  {
    at: '2026-09-01T09:00:00+08:00',
    op: 'receive_lot',
    lot_id: 'LOT-1',
    po_id: 'PO-1',
    sku: 'SKU-1',
    file: 'keys/a.txt',
    columns: ['secret'],
  },
  { at: '2026-09-02T08:00:00+08:00', ...sold, order_no: 'O-1', quantity: 2 },
  { at: '2026-09-03T08:00:00+08:00', ...sold, order_no: 'O-2', quantity: 1 },
];
const SECOND_DAY = '2026-09-02T12:00:00+08:00';

/** What an order looks like in `--json` of the feed. */
interface Told {
  readonly type: string;
  readonly eventId: string;
}

describe('given a loaded pack, the command line', () => {
  let pack: PackFolder;
  let data: string;

  beforeAll(async () => {
    const keys = ['ALPHA', 'BETA', 'GAMMA', 'DELTA'].map((name) => `SECRET-${name}-0001\n`).join('');
    pack = new PackFolder({
      ...MASTER_DATA,
      'keys/a.txt': keys,
      'operations.jsonl': operationLines(OPERATIONS),
    });
    data = join(pack.parent, 'data');
    expect(await run('load', pack.path)).toMatchObject({ code: 0 });
  });

  afterAll(() => pack.remove());

  async function run(...args: readonly string[]) {
    const [stdout, stderr] = [new PassThrough(), new PassThrough()];
    const output = new Output(
      ...([stdout, stderr] as unknown as [NodeJS.WriteStream, NodeJS.WriteStream]),
      {},
    );
    const { signal } = new AbortController();
    const code = await runCommandLine(['--data', data, ...args], { output, environment: {}, signal });
    return { code, stdout: String(stdout.read() ?? ''), stderr: String(stderr.read() ?? '') };
  }

  /** What is answered as JSON. */
  async function ask(...args: readonly string[]): Promise<unknown> {
    const { code, stdout, stderr } = await run(...args, '--json');
    expect([code, stderr]).toEqual([0, '']);
    return JSON.parse(stdout);
  }

  /** Where each order stands in the ledger's sequence. */
  async function sequencesOf(type: string): Promise<readonly number[]> {
    const lines = (await run('events', '--json')).stdout.trimEnd().split('\n');
    const events = lines.map((line) => JSON.parse(line) as Told);
    return events.flatMap((event, index) => (event.type === type ? [index + 1] : []));
  }

  it('reports as of a sequence, and about a time', async () => {
    const [first = 0] = await sequencesOf('OrderFulfilled');
    expect(await ask('report', '--as-of', String(first))).toMatchObject({
      skus: [{ issued: 2, available: 2 }],
    });
    expect(await ask('report', '--as-of', String(first - 1))).toMatchObject({ skus: [{ issued: 0 }] });
    expect(await ask('report', '--as-of', SECOND_DAY, '--occurred')).toMatchObject({
      asOf: SECOND_DAY,
      skus: [{ issued: 2, available: 2, onHandCost: '10.000000', revenue: '18.000000' }],
    });
    // Nothing of it was recorded then.
    expect(await ask('report', '--as-of', SECOND_DAY)).toMatchObject({ skus: [] });
  });

  it('traces as of a moment', async () => {
    const third = ['trace', '--key', 'LOT-1-000003'];
    expect(await ask(...third)).toMatchObject({ state: 'issued' });
    expect(await ask(...third, '--as-of', SECOND_DAY, '--occurred')).toMatchObject({
      state: 'available',
      timeline: [{ kind: 'received' }],
    });
    const order = ['trace', '--merchant', 'MER-1', '--order', 'O-2', '--as-of', SECOND_DAY, '--occurred'];
    expect(await run(...order)).toMatchObject({ code: 1 });
    expect((await run(...order)).stderr).toContain(`in the ledger as of ${SECOND_DAY}`);
  });

  it('tells what changed between two moments, with the events that changed it', async () => {
    const [first = 0, second = 0] = await sequencesOf('OrderFulfilled');
    const recorded = await ask('diff', String(first), String(second));
    const occurred = await ask('diff', SECOND_DAY, '--occurred');
    for (const difference of [recorded, occurred]) {
      const [sku] = (difference as { skus: { figures: unknown[] }[] }).skus;
      expect(sku?.figures[0]).toMatchObject({
        name: 'held',
        before: 2,
        after: 1,
        difference: -1,
        events: [{ sequence: second, type: 'OrderFulfilled', stream: 'main.order-MER%2D1~O%2D2', moved: -1 }],
      });
    }
    const { stdout } = await run('diff', '0', '--lot', 'LOT-1', '--events', '1');
    expect(stdout).toMatch(/LOT-1 held +0 +1 +\+1/);
    expect(stdout).toMatch(/\+4 +\d+ +LotReceived +main\.stock-SKU%2D1 +[0-9a-f-]{36}/);
    expect(stdout).toContain('and 2 more events');
  });

  it('writes the read models as of a moment for any tool', async () => {
    const [first = 0] = await sequencesOf('OrderFulfilled');
    const out = join(pack.parent, 'replayed');
    const { code, stdout } = await run('replay', '--until', String(first), '--out', out);
    expect([code, stdout.includes(`as of sequence ${first}`)]).toEqual([0, true]);
    const database = new Database(join(out, 'inventory.sqlite'), { readonly: true });
    const issued = `SELECT sum(balance) FROM balances WHERE lot_id <> '' AND state = 'issued'`;
    expect(database.prepare(issued).pluck().get()).toBe(2);
    const about = database.prepare('SELECT value FROM about WHERE name = ?').pluck();
    expect(about.get('origin')).toBe('localhost/sourcebook');
    expect(about.get('ledger')).toMatch(/^[0-9a-f-]{36}$/);
    database.close();
    expect(await run('replay', '--until', String(first), '--out', out)).toMatchObject({ code: 1 });
    const never = join(pack.parent, 'never');
    expect((await run('replay', '--until', '999999', '--out', never)).stderr).toContain('events so far');
    expect([existsSync(never), readdirSync(pack.parent).sort()]).toEqual([
      false,
      ['data', 'pack', 'replayed'],
    ]);
  });

  it.each([
    [['report', '--as-of', 'yesterday']],
    [['report', '--as-of', '5', '--occurred']],
    [['report', '--occurred']],
    [['trace', '--key', 'LOT-1-000001', '--as-of', '-1']],
    [['diff']],
    [['diff', 'then']],
    [['diff', '1', '2', '3']],
    [['diff', '1', '--occurred']],
    [['diff', '1', '--events', '1001']],
    [['replay', '--until', '5']],
    [['replay', '--out', 'x']],
    [['replay', '--until', 'position:x', '--out', 'x']],
  ])('%j is wrong usage', async (args) => {
    const { code, stdout, stderr } = await run(...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(`usage: sourcebook ${args[0]}`);
  });

  it.each([
    [['report', '--as-of', '999999'], 'events so far, not 999999'],
    [['diff', '5', '4'], 'name the earlier moment first'],
    [['diff', '999999'], 'events so far'],
  ])('%j fails and says why', async (args, message) => {
    const { code, stderr } = await run(...args);
    expect(code).toBe(1);
    expect(stderr).toContain(message);
  });
});
