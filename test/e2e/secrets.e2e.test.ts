import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { runCli, startCli, startService } from '../support/cli-child.js';
import { MASTER_DATA, operationLines, PackFolder } from '../support/pack-folder.js';

const AT = '2026-09-01T08:00:00.000+08:00';
const KEYS = 60_000;
const TIMEOUT_MS = 300_000;

/** Recognisable wherever they stand; a number is as secret as the secret itself. */
const SECRET = /S3CR-[A-Z0-9]{4}-[A-Z0-9]{4}-[0-9]{6}|49175300[0-9]{8}/g;
const secretOf = (index: number): string => `S3CR-QX7K-MZ4T-${String(index).padStart(6, '0')}`;
const numberOf = (index: number): string => `49175300${String(index).padStart(8, '0')}`;
const keyFile = (from: number, count: number): string =>
  Array.from(
    { length: count },
    (_, index) => `${numberOf(from + index)}----${secretOf(from + index)}\r\n`,
  ).join('');

/** Some secrets as they would stand in other writings of the same bytes. */
const DISGUISES = [0, 1, 499, 500, KEYS - 1].flatMap((index) => {
  const plain = Buffer.from(secretOf(index));
  const shifted = [0, 1, 2].map((shift) =>
    Buffer.concat([Buffer.alloc(shift), plain])
      .toString('base64')
      .slice(4, 20),
  );
  return [plain.toString('hex'), Buffer.from(secretOf(index), 'utf16le').toString('latin1'), ...shifted];
});

function secretsIn(text: string): string[] {
  const plain = text.match(SECRET) ?? [];
  return [...plain.slice(0, 3), ...DISGUISES.filter((disguise) => text.includes(disguise))];
}

/** Every file below a directory that holds a secret. */
function filesWithSecrets(directory: string): string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .map((name) => join(directory, name))
    .filter((file) => statSync(file).isFile())
    .filter((file) => secretsIn(readFileSync(file, 'latin1')).length > 0);
}

const order = (op: string, fields: object): Record<string, unknown> => ({ at: AT, op, ...fields });

let pack: PackFolder;
let data: string;
let service: ChildProcess | undefined;

beforeEach(() => {
  const columns = ['number', 'secret'];
  const lot = {
    lot_id: 'LOT-1',
    po_id: 'PO-1',
    sku: 'SKU-1',
    file: 'keys/a.txt',
    separator: '----',
    columns,
  };
  pack = new PackFolder({
    ...MASTER_DATA,
    'keys/a.txt': keyFile(0, KEYS),
    'operations.jsonl': operationLines([
      order('place_po', {
        po_id: 'PO-1',
        supplier_id: 'SUP-1',
        lines: [{ sku: 'SKU-1', quantity: 2 * KEYS, unit_cost: '5' }],
      }),
      order('receive_lot', lot),
      order('receive_lot', { ...lot, lot_id: 'LOT-2' }),
      order('issue', { merchant_id: 'MER-1', order_no: 'O-1', sku: 'SKU-1', quantity: 3, unit_price: '9' }),
    ]),
  });
  data = join(pack.parent, 'data');
});

afterEach(() => {
  service?.kill('SIGKILL');
  service = undefined;
  pack.remove();
});

interface Served {
  readonly url: string;
  log(): string;
}

async function serve(): Promise<Served> {
  let log = '';
  const child = startService({ SOURCEBOOK_DATA: data, SOURCEBOOK_PORT: '0' });
  service = child;
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => (log += text));
  for (;;) {
    const url = /at (http:\/\/[0-9.:]+)/.exec(log)?.[1];
    if (url !== undefined) return { url, log: () => log };
    if (child.exitCode !== null) throw new Error(`the service ended: ${log}`);
    await pause(20);
  }
}

test('the search itself finds a secret in every disguise', () => {
  expect(secretsIn(`x${secretOf(7)}x`)).not.toEqual([]);
  expect(secretsIn(numberOf(7))).not.toEqual([]);
  expect(secretsIn(Buffer.from(`xy${secretOf(0)}z`).toString('base64'))).not.toEqual([]);
  expect(secretsIn(Buffer.from(secretOf(0)).toString('hex'))).not.toEqual([]);
});

test(
  'no secret stands in any file, log or answer after a full load; only a reveal shows one',
  async () => {
    const loaded = await runCli(['--data', data, 'load', pack.path]);
    expect(loaded.code).toBe(0);
    const dryRun = [
      'import-keys',
      join(pack.path, 'keys/a.txt'),
      '--lot',
      'LOT-9',
      '--po',
      'PO-1',
      '--sku',
      'SKU-1',
    ];
    const columns = ['--separator=----', '--columns', 'number,secret'];
    const said = [
      loaded,
      await runCli(['--data', data, 'report', '--json']),
      await runCli(['--data', data, 'trace', '--key', 'LOT-1-000001', '--json']),
      await runCli(['--data', data, 'events', '--json']),
      await runCli(['--data', data, ...dryRun, ...columns, '--dry-run', '--json']),
    ];
    expect(said.map(({ code }) => code)).toEqual([0, 0, 0, 0, 0]);
    expect(secretsIn(said.map(({ stdout, stderr }) => stdout + stderr).join('\n'))).toEqual([]);
    const { url, log } = await serve();
    const paths = [
      '/v1/report',
      '/v1/inventory',
      '/v1/imports',
      '/v1/lots/LOT-1',
      '/v1/keys/LOT-1-000001/timeline',
    ];
    const orders = [
      '/v1/merchants/MER-1/orders/O-1',
      '/v1/merchants/MER-1/orders/O-1/trace',
      '/v1/events?after=',
    ];
    for (const path of [...paths, ...orders]) {
      const answer = await fetch(url + path);
      expect([path, answer.status]).toEqual([path, 200]);
      expect(secretsIn(await answer.text())).toEqual([]);
    }
    const revealed = await fetch(`${url}/v1/merchants/MER-1/orders/O-1/reveal`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ units: [2], purpose: 'the buyer asked' }),
    });
    expect(secretsIn(await revealed.text())).toEqual([numberOf(1), secretOf(1)]);
    expect(secretsIn(log())).toEqual([]);
    expect(filesWithSecrets(data)).toEqual([]);
  },
  TIMEOUT_MS,
);

test(
  'no secret stands in any file after a SIGKILL in the middle of an import',
  async () => {
    const child = startCli(['--data', data, 'load', pack.path]);
    const exited = once(child, 'exit');
    while (!logHolds('KeysRegistered')) await pause(5);
    child.kill('SIGKILL');
    await exited;
    expect(logHolds('ImportCompleted')).toBe(false);
    expect(filesWithSecrets(data)).toEqual([]);
  },
  TIMEOUT_MS,
);

/** Whether an event of a type stands in the log's files already. */
function logHolds(type: string): boolean {
  return ['ledger.sqlite', 'ledger.sqlite-wal']
    .map((name) => join(data, name))
    .some((file) => existsSync(file) && readFileSync(file, 'latin1').includes(type));
}

test(
  'no secret stands in any file after a SIGKILL in the middle of an upload',
  async () => {
    const { url } = await serve();
    const format = encodeURIComponent(JSON.stringify({ separator: '----', columns: ['number', 'secret'] }));
    const upload = request(`${url}/v1/purchase-orders/PO-1/lots/LOT-3?sku=SKU-1&format=${format}`, {
      method: 'PUT',
      headers: { 'content-type': 'application/octet-stream' },
    });
    upload.on('error', () => undefined);
    upload.write(keyFile(0, KEYS));
    const spool = join(data, 'spool');
    while (readdirSync(spool).every((name) => statSync(join(spool, name)).size === 0)) await pause(20);
    service?.kill('SIGKILL');
    await once(service as ChildProcess, 'exit');
    expect(readdirSync(spool)).not.toEqual([]);
    expect(filesWithSecrets(data)).toEqual([]);
    upload.destroy();
  },
  TIMEOUT_MS,
);
