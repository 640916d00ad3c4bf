import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ControlServer } from '../../src/infrastructure/control/control-server.js';
import { logOfCommand } from '../../src/infrastructure/transparency/held-log.js';
import { unwitnessed } from '../../src/infrastructure/transparency/witnessing.js';
import { holderJobs } from '../../src/infrastructure/control/holder-jobs.js';
import { runCli, startService } from '../support/cli-child.js';
import { MASTER_DATA, operationLines, PackFolder } from '../support/pack-folder.js';
import { RecordingLedger } from '../support/recording-ledger.js';

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

describe('a ledger that another process holds', () => {
  let pack: PackFolder;
  let data: string;
  let ledger: RecordingLedger;
  let control: ControlServer | undefined;

  beforeEach(async () => {
    pack = new PackFolder({
      ...MASTER_DATA,
      'keys/a.txt': 'A\nB\nC\nD\n',
      'operations.jsonl': operationLines(OPERATIONS),
    });
    data = join(pack.parent, 'data');
    ledger = await RecordingLedger.at(data);
  });

  afterEach(async () => {
    await control?.close();
    control = undefined;
    await ledger.close();
    pack.remove();
  });

  const sourcebook = (...args: string[]) => runCli(['--data', data, ...args]);
  const listen = () =>
    ControlServer.listen(
      data,
      holderJobs({
        open: ledger.open,
        commands: ledger.commands,
        projections: undefined,
        log: logOfCommand(ledger.open, () => unwitnessed),
      }),
    );

  it('is told to be held where its holder does not listen', async () => {
    const { code, stderr } = await sourcebook('load', pack.path);
    expect(code).toBe(1);
    expect(stderr).toContain('another process writes to the ledger');
  });

  it('records what the command line asks through its holder, and answers questions meanwhile', async () => {
    control = await listen();
    const loaded = await sourcebook('load', pack.path, '--json', '--actor', 'clerk');
    expect(JSON.parse(loaded.stdout)).toMatchObject({ lines: 3, done: 3 });
    const report = await sourcebook('report', '--json');
    expect(JSON.parse(report.stdout)).toMatchObject({ asOf: AT, skus: [{ received: 4, issued: 2 }] });
    const refused = await sourcebook(
      'issue',
      '--merchant',
      'MER-1',
      '--order',
      'O-2',
      '--sku',
      'SKU-1',
      '--quantity',
      '9',
      '--price',
      '1',
    );
    expect(refused).toMatchObject({ code: 1 });
    expect(refused.stderr).toContain('refused as shortage');
    const { stdout } = await sourcebook('events', '--json');
    expect(stdout).toContain('"actor":"clerk"');
  });

  it('listens where only its owner may connect, and leaves nothing behind', async () => {
    control = await listen();
    expect(statSync(join(data, 'control.sock')).mode & 0o777).toBe(0o600);
    await control.close();
    control = undefined;
    for (const name of ['control.sock', 'control.json'])
      expect(statSync(join(data, name), { throwIfNoEntry: false })).toBeUndefined();
  });

  it('listens elsewhere where the path of its data is too long for a socket', async () => {
    const deep = join(pack.parent, 'd'.repeat(120), 'data');
    const other = await RecordingLedger.at(deep);
    const elsewhere = await ControlServer.listen(
      deep,
      holderJobs({
        open: other.open,
        commands: other.commands,
        projections: undefined,
        log: logOfCommand(other.open, () => unwitnessed),
      }),
    );
    expect(await runCli(['--data', deep, 'load', pack.path])).toMatchObject({ code: 0 });
    await elsewhere.close();
    await other.close();
  });
});

describe('a ledger that a service serves', () => {
  let pack: PackFolder;
  let data: string;
  let service: ChildProcess;
  let exited: Promise<unknown[]>;

  beforeAll(async () => {
    pack = new PackFolder({
      ...MASTER_DATA,
      'keys/a.txt': 'A\nB\nC\nD\n',
      'operations.jsonl': operationLines(OPERATIONS),
    });
    data = join(pack.parent, 'data');
    service = startService({ SOURCEBOOK_DATA: data, SOURCEBOOK_PORT: '0' });
    exited = once(service, 'exit');
    await new Promise<void>((resolve, reject) => {
      service.stdout?.on('data', (said: Buffer) => said.includes('serves ledger') && resolve());
      void exited.then(() => reject(new Error('the service ended before it served')));
    });
  });

  afterAll(async () => {
    service.kill('SIGTERM');
    expect(await exited).toEqual([0, null]);
    pack.remove();
  });

  const sourcebook = (...args: string[]) => runCli(['--data', data, ...args]);

  it('is loaded, asked and imported into from the command line while it is served', async () => {
    const loaded = await sourcebook('load', pack.path, '--json');
    expect(JSON.parse(loaded.stdout)).toMatchObject({ lines: 3, done: 3 });
    const report = await sourcebook('report', '--json');
    expect(JSON.parse(report.stdout)).toMatchObject({ asOf: AT, skus: [{ received: 4, issued: 2 }] });

    const file = join(pack.parent, 'more.txt');
    writeFileSync(file, 'E\nA\n');
    const receipt = [
      'import-keys',
      file,
      '--lot',
      'LOT-2',
      '--po',
      'PO-1',
      '--sku',
      'SKU-1',
      '--columns',
      'secret',
    ];
    const plan = await sourcebook(...receipt, '--dry-run', '--json');
    expect(JSON.parse(plan.stdout)).toMatchObject({
      recorded: false,
      lines: [{ outcome: 'accepted' }, { outcome: 'duplicateInLedger', keyId: 'LOT-1-000001' }],
    });
    expect(await sourcebook(...receipt)).toMatchObject({ code: 0 });
  });

  it('has its read models rebuilt, retried and verified', async () => {
    for (const task of ['rebuild', 'retry', 'verify']) {
      expect(await sourcebook('projections', task, 'inventory')).toMatchObject({ code: 0 });
    }
  });
});
