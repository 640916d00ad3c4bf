import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LEDGER_NAME, ledgerConfiguration } from '../../bench/ledgers/ledger-shelf.js';
import { HOT_SKU, shapeOf, skuName } from '../../bench/ledgers/ledger-shape.js';
import { ledgerStory } from '../../bench/ledgers/ledger-story.js';
import { writeStory } from '../../bench/ledgers/bulk-writer.js';
import { IssueBody } from '../../src/domain/order/commands.js';
import { issueOrder } from '../../src/domain/processes/issue-order.js';
import { keyRegistryTarget, purchaseOrderTarget, stockTarget } from '../../src/domain/processes/targets.js';
import { openLedger } from '../../src/infrastructure/host/open.js';
import type { OpenLedger } from '../../src/infrastructure/host/open-ledger.js';
import { contextOf } from '../support/ledger-process.js';
import { BuiltModels } from '../support/built-models.js';

const SHAPE = shapeOf(800, 600);

describe('the ledger that the benchmarks run on', () => {
  let directory: string;
  let open: OpenLedger;

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'sourcebook-story-'));
    open = await openLedger(ledgerConfiguration(directory));
    await writeStory(open.store, LEDGER_NAME, ledgerStory(SHAPE));
  });

  afterAll(async () => {
    await open.close();
    rmSync(directory, { recursive: true });
  });

  it('is the same whenever it is told', () => {
    expect(JSON.stringify([...ledgerStory(SHAPE)])).toBe(JSON.stringify([...ledgerStory(SHAPE)]));
  });

  it('has at least as many events as it is asked for', () => {
    expect([...ledgerStory(SHAPE)].length).toBeGreaterThanOrEqual(SHAPE.events);
  });

  it('is a history that the rules fold: what was sold is gone, and the rest can be issued', async () => {
    const held = await open.ledger.ask(stockTarget(skuName(0)), ({ active, reservations }) => ({
      units: active.reduce((sum, { heldUnits }) => sum + heldUnits, 0),
      reservations: reservations.size,
    }));
    expect(held.reservations).toBe(0);
    expect(held.units).toBeLessThan(SHAPE.lotsPerSku * SHAPE.keysPerLot);
    for (const [index, sku] of [skuName(0), HOT_SKU].entries()) {
      const fields = { merchantId: 'MER-000', orderNo: `FRESH-${index}`, sku, quantity: 3, unitPrice: '10' };
      const { answer } = await issueOrder(open.ledger, Object.assign(new IssueBody(), fields), contextOf());
      expect(answer.outcome).toBe('fulfilled');
    }
  });

  it('has no import open and every order line received in full', async () => {
    expect(await open.ledger.ask(keyRegistryTarget, (state) => state.open)).toBeUndefined();
    const lines = await open.ledger.ask(purchaseOrderTarget(`PO-LOT-${HOT_SKU}-0`), ({ placed }) => placed);
    expect(lines).toBeDefined();
  });

  it('is what every read model understands to its end', async () => {
    const models = new BuiltModels();
    for await (const batch of open.store.readAll(-1)) models.apply(batch);
    expect(models.sequence).toBeGreaterThan(SHAPE.events);
    models.close();
  });
});
