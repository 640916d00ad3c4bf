import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCli, startCli } from '../support/cli-child.js';
import { once } from 'node:events';
import { MASTER_DATA, operationLines, PackFolder } from '../support/pack-folder.js';

const AT = '2026-09-01T08:00:00.000+08:00';
const OPERATIONS = [
  {
    at: AT,
    op: 'place_po',
    po_id: 'PO-1',
    supplier_id: 'SUP-1',
    lines: [{ sku: 'SKU-1', quantity: 10, unit_cost: '5' }],
  },
  {
    at: AT,
    op: 'receive_lot',
    lot_id: 'LOT-1',
    po_id: 'PO-1',
    sku: 'SKU-1',
    file: 'keys/a.txt',
    columns: ['secret'],
  },
  { at: AT, op: 'issue', merchant_id: 'MER-1', order_no: 'O-1', sku: 'SKU-1', quantity: 2, unit_price: '9' },
];

describe('the command line', () => {
  let pack: PackFolder;
  let data: string;

  beforeAll(() => {
    const files = {
      'keys/a.txt': 'SECRET-ALPHA-0001\nSECRET-BETA-00002\nC\nD\n',
      'operations.jsonl': operationLines(OPERATIONS),
    };
    pack = new PackFolder({ ...MASTER_DATA, ...files });
    data = join(pack.parent, 'data');
  });

  afterAll(() => pack.remove());

  const sourcebook = (...args: string[]) => runCli(['--data', data, ...args]);

  it.each([
    [['--help'], 'usage: sourcebook COMMAND'],
    [['trace', '--help'], 'usage: sourcebook trace'],
    [['--version'], '0.1.0'],
  ])('%j answers on stdout with exit code 0', async (args, text) => {
    const { code, stdout } = await runCli(args);
    expect(code).toBe(0);
    expect(stdout).toContain(text);
  });

  it.each([
    [[]],
    [['dance']],
    [['load']],
    [['load', 'a', 'b']],
    [['report', '--colour']],
    [['trace']],
    [['trace', '--merchant', 'M']],
    [['trace', '--key', 'K', '--order', 'O']],
    [['trace', '--merchant', 'M', '--order', 'O', '--unit', '0']],
    [['events', '--after', 'x']],
    [['events', '--stream', '..']],
    [['projections']],
    [['projections', 'burn']],
    [['projections', 'rebuild', 'nothing']],
    [['import-keys', 'F', '--lot', 'L', '--po', 'P']],
    [['issue', '--merchant', 'M', '--order', 'O', '--sku', 'S', '--quantity', 'two', '--price', '1']],
  ])('%j is wrong usage: exit code 2, and how it is used on stderr', async (args) => {
    const { code, stdout, stderr } = await runCli(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('usage: sourcebook');
  });

  it('refuses a setting that cannot be used as wrong usage', async () => {
    const { code, stderr } = await runCli(['report'], { environment: { SOURCEBOOK_LEDGER: 'No!' } });
    expect(code).toBe(2);
    expect(stderr).toContain('SOURCEBOOK_LEDGER');
  });

  it.each([[['report']], [['trace', '--key', 'LOT-1-000001']], [['events']], [['projections', 'status']]])(
    '%j fails where there is no ledger, and makes none',
    async (args) => {
      const empty = mkdtempSync(join(tmpdir(), 'sourcebook-none-'));
      const { code, stderr } = await runCli(['--data', join(empty, 'data'), ...args]);
      expect(code).toBe(1);
      expect(stderr).toContain('there is no ledger');
      expect(readdirSync(empty)).toEqual([]);
      rmSync(empty, { recursive: true });
    },
  );

  it('fails where there is no pack', async () => {
    const { code, stderr } = await sourcebook('load', join(pack.parent, 'nothing'));
    expect(code).toBe(1);
    expect(stderr).toContain('there is no pack');
  });

  it('stops at an unreadable line with its file and number', async () => {
    const broken = new PackFolder({
      ...MASTER_DATA,
      'operations.jsonl': `${operationLines(OPERATIONS.slice(0, 1))}{\n`,
    });
    const { code, stderr } = await runCli(['--data', join(broken.parent, 'data'), 'load', broken.path]);
    expect(code).toBe(1);
    expect(stderr).toContain('operations.jsonl:2: is not JSON');
    broken.remove();
  });

  describe('on a loaded ledger', () => {
    beforeAll(async () => {
      expect(await sourcebook('load', pack.path)).toMatchObject({ code: 0 });
    });

    it('traces an order and a key, with timelines', async () => {
      const order = await sourcebook('trace', '--merchant', 'MER-1', '--order', 'O-1', '--json');
      const rows = JSON.parse(order.stdout) as Record<string, unknown>[];
      expect(rows.map(({ unit, keyId }) => [unit, keyId])).toEqual([
        [1, 'LOT-1-000001'],
        [2, 'LOT-1-000002'],
      ]);
      expect(rows[0]?.['timeline']).toMatchObject([
        { kind: 'received', occurredAt: AT },
        { kind: 'issued', actor: 'operator' },
      ]);
      const key = await sourcebook('trace', '--key', 'LOT-1-000003', '--json');
      expect(JSON.parse(key.stdout)).toMatchObject({
        state: 'available',
        pool: 'main',
        order: null,
        timeline: [{ kind: 'received' }],
      });
    });

    it.each([
      [['trace', '--key', 'LOT-1-000009']],
      [['trace', '--merchant', 'MER-1', '--order', 'O-9']],
      [['trace', '--merchant', 'MER-1', '--order', 'O-1', '--unit', '3']],
    ])('%j names what is not there: exit code 1', async (args) => {
      expect(await sourcebook(...args)).toMatchObject({ code: 1, stdout: '' });
    });

    it('prints for people without colours where nobody looks at a terminal', async () => {
      const { stdout } = await sourcebook('report');
      expect(stdout).toContain('Inventory');
      expect(stdout).not.toContain('\u001b');
    });

    it('issues, answers the same command id with the first answer, and refuses with the code', async () => {
      const order = [
        'issue',
        '--merchant',
        'MER-1',
        '--order',
        'O-2',
        '--sku',
        'SKU-1',
        '--quantity',
        '1',
        '--price',
        '9',
      ];
      const first = await sourcebook(...order, '--command-id', 'once');
      expect(JSON.parse(first.stdout)).toMatchObject({
        outcome: 'fulfilled',
        units: [{ lotId: 'LOT-1', firstSerial: 3 }],
      });
      expect((await sourcebook(...order, '--command-id', 'once')).stdout).toBe(first.stdout);
      const refused = await sourcebook(...order.slice(0, -3), '7', '--price', '9');
      expect(refused.code).toBe(1);
      expect(refused.stderr).toContain('refused as order_conflict');
    });

    it('plans an import line by line without recording anything, and then imports', async () => {
      const file = join(pack.parent, 'more.csv');
      writeFileSync(file, 'no,pin\n1,SECRET-ALPHA-0003\n2,\n\n1,SECRET-ALPHA-0003\n');
      const receipt = [
        'import-keys',
        file,
        '--lot',
        'LOT-2',
        '--po',
        'PO-1',
        '--sku',
        'SKU-1',
        '--separator',
        ',',
        '--header',
        '--columns',
        'number=no,secret=pin',
      ];
      const before = await sourcebook('events', '--json');
      const plan = await sourcebook(...receipt, '--dry-run', '--json');
      expect(JSON.parse(plan.stdout)).toMatchObject({
        recorded: false,
        counts: { lines: 5, header: 1, blank: 1, accepted: 1, duplicateInFile: 1, malformed: 1 },
        lines: [
          { line: 1, outcome: 'header' },
          { line: 2, outcome: 'accepted', keyId: 'LOT-2-000001' },
          { line: 3, outcome: 'malformed', reason: 'secret_empty' },
          { line: 4, outcome: 'blank' },
          { line: 5, outcome: 'duplicateInFile' },
        ],
      });
      expect(plan.stdout).not.toContain('SECRET-ALPHA');
      expect((await sourcebook('events', '--json')).stdout).toBe(before.stdout);
      expect(await sourcebook(...receipt)).toMatchObject({ code: 0 });
      const again = await sourcebook(...receipt);
      expect(again.code).toBe(1);
      expect(again.stderr).toContain('duplicate_lot');
    });

    it('lists events, of one stream or after a position, one JSON text a line and without secrets', async () => {
      const { stdout } = await sourcebook('events', '--json');
      const events = stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as { position: number; stream: string; type: string });
      expect(events[0]?.type).toBe('LedgerFounded');
      expect(stdout).not.toMatch(/SECRET-ALPHA|aside/);
      const middle = events[4]?.position ?? 0;
      const rest = await sourcebook('events', '--json', '--after', String(middle));
      expect(rest.stdout.trim().split('\n')).toHaveLength(
        events.filter(({ position }) => position > middle).length,
      );
      const stock = await sourcebook('events', '--stream', 'stock-SKU%2D1', '--json');
      expect(stock.stdout.trim().split('\n')).toHaveLength(
        events.filter(({ stream }) => stream === 'main.stock-SKU%2D1').length,
      );
    });

    it('follows the log, and ends when nobody reads any more', async () => {
      const child = startCli(['--data', data, 'events', '--follow']);
      const exited = once(child, 'exit') as Promise<[number | null, string | null]>;
      await once(child.stdout!, 'data');
      child.stdout?.destroy();
      await sourcebook(
        'issue',
        '--merchant',
        'MER-1',
        '--order',
        'O-7',
        '--sku',
        'SKU-1',
        '--quantity',
        '1',
        '--price',
        '9',
      );
      const [code, signal] = await exited;
      expect({ code, signal }).toEqual({ code: 0, signal: null });
    });

    it('shows, verifies, rebuilds and retries the read models', async () => {
      expect((await sourcebook('projections', 'status')).stdout).toContain('traceability');
      const verified = await sourcebook('projections', 'verify', '--json');
      expect(verified.code).toBe(0);
      expect((JSON.parse(verified.stdout) as { equal: boolean }[]).every(({ equal }) => equal)).toBe(true);
      const before = await sourcebook('report', '--json');
      expect(await sourcebook('projections', 'rebuild', 'inventory')).toMatchObject({ code: 0 });
      expect(await sourcebook('projections', 'retry')).toMatchObject({ code: 0 });
      expect((await sourcebook('report', '--json')).stdout).toBe(before.stdout);
    });
  });
});
