import { join } from 'node:path';
import { loadPack, type LoadProgress } from '../../src/infrastructure/pack/load-pack.js';
import { report } from '../../src/projections/report/report.js';
import { instantOf } from '../../src/domain/shared/time.js';
import { MASTER_DATA, operationLines, PackFolder } from '../support/pack-folder.js';
import { RecordingLedger } from '../support/recording-ledger.js';

const AT = '2026-09-01T08:00:00.000+08:00';
const PURCHASE = {
  at: AT,
  op: 'place_po',
  po_id: 'PO-1',
  supplier_id: 'SUP-1',
  lines: [{ sku: 'SKU-1', quantity: 10, unit_cost: '5' }],
};
const RECEIPT = {
  at: AT,
  op: 'receive_lot',
  lot_id: 'LOT-1',
  po_id: 'PO-1',
  sku: 'SKU-1',
  file: 'keys/a.txt',
  columns: ['secret'],
};
const ISSUE = {
  at: AT,
  op: 'issue',
  merchant_id: 'MER-1',
  order_no: 'O-1',
  sku: 'SKU-1',
  quantity: 2,
  unit_price: '9',
};
const REFUSED = { ...ISSUE, order_no: 'O-2', quantity: 0 };
const MONTH = [
  PURCHASE,
  RECEIPT,
  ISSUE,
  { ...ISSUE, unit_price: '9.0' },
  REFUSED,
  { at: AT, op: 'burn', sku: 'SKU-1' },
];

describe('loading a pack', () => {
  let pack: PackFolder;
  let ledger: RecordingLedger;

  async function givenPack(operations: string, files: Readonly<Record<string, string>> = {}): Promise<void> {
    pack = new PackFolder({
      ...MASTER_DATA,
      'keys/a.txt': 'A\nB\nC\nD\n',
      'operations.jsonl': operations,
      ...files,
    });
    ledger = await RecordingLedger.at(join(pack.parent, 'data'));
  }

  afterEach(async () => {
    await ledger.close();
    pack.remove();
  });

  const load = (options: { signal?: AbortSignal; onProgress?: (progress: LoadProgress) => void } = {}) =>
    loadPack(
      { commands: ledger.commands, ledger: ledger.open.ledger },
      { directory: pack.path, actor: 'clerk', ...options },
    );

  /** Types of the events on the load's own stream, with the lines that each records. */
  async function recorded(): Promise<string[]> {
    const events: string[] = [];
    for await (const batch of ledger.open.store.readAll(-1)) {
      for (const { stream, type, data } of batch) {
        if (!stream.includes('.load-')) continue;
        const { outcomes = [] } = JSON.parse(data) as { outcomes?: { line: number }[] };
        events.push(`${type}${outcomes.length > 0 ? ` ${outcomes.map(({ line }) => line).join()}` : ''}`);
      }
    }
    return events;
  }

  it('records every line’s outcome, a refusal or replay before the next line begins', async () => {
    await givenPack(operationLines(MONTH));
    expect(await load()).toMatchObject({
      name: 'pack',
      asOf: AT,
      lines: 6,
      done: 3,
      replayed: 1,
      refused: 2,
    });
    expect(await recorded()).toEqual([
      'LoadStarted',
      'OperationsRecorded 1,2,3,4',
      'OperationsRecorded 5',
      'OperationsRecorded 6',
      'LoadFinished',
    ]);
  });

  it('records lines that are done together, at most 64', async () => {
    const issues = Array.from({ length: 70 }, (_, index) => ({ ...PURCHASE, po_id: `PO-${index}` }));
    await givenPack(operationLines(issues));
    await load();
    expect((await recorded()).map((event) => event.split(',').length)).toEqual([1, 64, 6, 1]);
  });

  it('changes nothing when the pack was loaded, and gives the same summary', async () => {
    await givenPack(operationLines(MONTH));
    const summary = await load();
    const head = await ledger.open.store.head();
    expect(await load()).toEqual(summary);
    expect(await ledger.open.store.head()).toBe(head);
  });

  it.each([1, 2, 3, 4, 5])(
    'goes on after it was stopped behind line %i, to the same outcomes',
    async (line) => {
      await givenPack(operationLines(MONTH));
      const stop = new AbortController();
      const interrupted = load({
        signal: stop.signal,
        onProgress: ({ lines }) => lines === line && stop.abort(new Error('stopped')),
      });
      await expect(interrupted).rejects.toThrow('stopped');
      expect(await load()).toMatchObject({ lines: 6, done: 3, replayed: 1, refused: 2 });
    },
  );

  it('stops at an unreadable line; what came before stays recorded, with its outcomes', async () => {
    await givenPack(`${operationLines(MONTH.slice(0, 3))}not JSON\n`);
    await expect(load()).rejects.toMatchObject({ name: 'UnreadablePack', file: 'operations.jsonl', line: 4 });
    expect(await recorded()).toEqual(['LoadStarted', 'OperationsRecorded 1,2,3']);
    const models = await ledger.caughtUp();
    const { value } = models.read(['inventory', 'cost', 'traceability', 'loads'], (sources) =>
      report(sources, { at: instantOf(AT) }, AT),
    );
    expect(value.skus).toMatchObject([{ sku: 'SKU-1', received: 4, issued: 2 }]);
  });

  it('stops before anything is recorded where master data cannot be read', async () => {
    await givenPack('', { 'merchants.csv': 'merchant_id,name,channel\nMER-1,x\n' });
    const head = await ledger.open.store.head();
    await expect(load()).rejects.toMatchObject({ name: 'UnreadablePack', file: 'merchants.csv', line: 2 });
    expect(await ledger.open.store.head()).toBe(head);
  });

  it('stops with file and line where the ledger refuses master data', async () => {
    await givenPack('', {
      'products.csv': `${MASTER_DATA['products.csv']}SKU-2,商品,game,staple,card_key,1,yuan\n`,
    });
    await expect(load()).rejects.toMatchObject({ name: 'UnreadablePack', file: 'products.csv', line: 3 });
  });

  it('parts the SKUs of an authorisation at semicolons, and takes an empty end as none', async () => {
    const authorisation = 'AUTH-2,ISSUER,SUP-1,SKU-1;SKU-2,2026-01-01T00:00:00Z,\n';
    await givenPack('', { 'authorisations.csv': `${MASTER_DATA['authorisations.csv']}${authorisation}` });
    await load();
    const granted: unknown[] = [];
    for await (const batch of ledger.open.store.readAll(-1)) {
      for (const { type, data } of batch) if (type === 'AuthorisationGranted') granted.push(JSON.parse(data));
    }
    expect(granted).toMatchObject([
      { skus: ['SKU-1'], validTo: null },
      { skus: ['SKU-1', 'SKU-2'], validTo: null },
    ]);
  });

  it('loads a pack without operations', async () => {
    await givenPack('');
    expect(await load()).toMatchObject({ asOf: null, lines: 0, done: 0, replayed: 0, refused: 0 });
    expect(await recorded()).toEqual(['LoadStarted', 'LoadFinished']);
  });

  it('records who did it, through which channel, at the time of the operation', async () => {
    await givenPack(operationLines([PURCHASE]));
    await load();
    const contexts: unknown[] = [];
    for await (const batch of ledger.open.store.readAll(-1)) {
      for (const { type, metadata } of batch)
        if (type === 'PurchaseOrderPlaced') contexts.push(JSON.parse(metadata));
    }
    expect(contexts).toMatchObject([
      { actor: 'clerk', channel: 'load', occurredAt: AT, command: 'PlacePurchaseOrder' },
    ]);
  });
});
