import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { StoredEvent } from '../../../src/infrastructure/event-store/event-store.js';
import { catchUp, rebuild, retry } from '../../../src/infrastructure/projection-runner/catch-up.js';
import type { Models } from '../../../src/infrastructure/projection-runner/follower.js';
import { Follower } from '../../../src/infrastructure/projection-runner/follower.js';
import { ModelDirectory } from '../../../src/infrastructure/projection-runner/model-directory.js';
import { ReadModelMissing, ReadModels } from '../../../src/infrastructure/projection-runner/read-models.js';
import { verify } from '../../../src/infrastructure/projection-runner/verify.js';
import { ReadModelsHeld } from '../../../src/infrastructure/projection-runner/writer-lock.js';
import type { Handlers, ReadModel } from '../../../src/projections/read-model.js';
import { READ_MODEL_NAMES, readModels } from '../../../src/projections/registry.js';
import { MemoryEventStore } from '../../support/memory-event-store.js';
import { ScratchDirectory } from '../../support/scratch-directory.js';
import { ToldEvents } from '../../support/told-events.js';

const AT = '2026-09-01T00:00:00Z';

function products(...skus: string[]): readonly StoredEvent[] {
  const told = new ToldEvents();
  for (const sku of skus) {
    const payload = {
      sku,
      name: sku,
      category: 'c',
      productClass: 'p',
      fulfilment: 'f',
      faceValue: '1',
      currency: 'CNY',
    };
    told.tell(['product', sku], 'ProductDefined', payload, { occurredAt: AT });
  }
  return told.stored.map((stored) => ({ ...stored, eventId: nextEventId() }));
}

let eventIds = 0;

function nextEventId(): string {
  eventIds += 1;
  return `00000000-0000-4000-8000-${String(eventIds).padStart(12, '0')}`;
}

function asideEvent(): StoredEvent {
  const [event] = products('IGNORED') as [StoredEvent];
  return { ...event, stream: 'test.aside.datakey-LOT', type: 'NobodyKnows', metadata: '{"schemaVersion":1}' };
}

/** The models, with inventory's handler of products replaced. */
function withProductHandler(
  make: (handler: NonNullable<Handlers['ProductDefined']>) => NonNullable<Handlers['ProductDefined']>,
): Models {
  const inventory: ReadModel = {
    ...readModels.inventory,
    open: (tables) => {
      const projection = readModels.inventory.open(tables);
      const handler = projection.on.ProductDefined;
      if (handler === undefined) throw new Error('inventory has products');
      return { ...projection, on: { ...projection.on, ProductDefined: make(handler) } };
    },
  };
  return { ...readModels, inventory };
}

const poisonedBy = (sku: string) =>
  withProductHandler((handler) => (event, place) => {
    handler(event, place);
    if (event.event.payload.sku === sku) throw new Error(`cannot apply ${sku}`);
  });

describe('read models that are kept up to date', () => {
  let scratch: ScratchDirectory;
  let store: MemoryEventStore;
  let asked: ReadModels;

  beforeEach(() => {
    scratch = new ScratchDirectory();
    store = new MemoryEventStore();
    asked = new ReadModels(scratch.path);
  });

  afterEach(() => {
    asked.close();
    scratch.remove();
  });

  const skus = () =>
    asked.read(['inventory'], ({ inventory }) => inventory.products({ at: 0 }).map(({ sku }) => sku)).value;
  const work = () => ({ store, directory: scratch.path });

  /** Runs a follower while something is done; its progress reaches those who wait. */
  async function whileFollowing(
    task: (follower: Follower) => Promise<void>,
    models: Models = readModels,
  ): Promise<void> {
    const follower = new Follower({
      ...work(),
      models,
      onProgress: (progress) => asked.noticeProgress(progress),
    });
    const stop = new AbortController();
    const run = follower.run(stop.signal);
    try {
      await Promise.race([task(follower), run]);
    } finally {
      stop.abort();
      await run.finally(() => follower.close());
    }
  }

  it('given an empty ledger, every model is built and empty', async () => {
    const status = await catchUp(work());
    expect(status.map(({ sequence, position, stopped }) => [sequence, position, stopped])).toEqual(
      READ_MODEL_NAMES.map(() => [0, -1, null]),
    );
    expect(skus()).toEqual([]);
  });

  it('before its first build a model says that it is missing', () => {
    expect(() => skus()).toThrow(ReadModelMissing);
    expect(asked.status()).toEqual([]);
  });

  it('counts the sequence without aside events, but passes over their positions', async () => {
    store.add([...products('A'), asideEvent(), ...products('B'), asideEvent()]);
    await catchUp(work());
    for (const { sequence, position } of asked.status()) expect([sequence, position]).toEqual([2, 9]);
  });

  it('follows what is appended later, and tells those who wait', async () => {
    store.add(products('A'));
    await whileFollowing(async () => {
      expect(await asked.waitFor(0, 30_000)).toBe(true);
      store.add(products('B'));
      expect(await asked.waitFor(3, 30_000)).toBe(true);
      expect(skus()).toEqual(['A', 'B']);
      expect(await asked.waitFor(4, 0)).toBe(false);
    });
  });

  it('an answer says how much of the ledger it knows of: over several models, what all of them know', async () => {
    store.add(products('A'));
    await catchUp({ ...work(), models: { inventory: readModels.inventory } });
    store.add(products('B'));
    await catchUp({ ...work(), models: { cost: readModels.cost } });
    const both = asked.read(['inventory', 'cost'], (_, known) => known.sequence);
    expect(both).toMatchObject({ value: 1, sequence: 1, position: 0, stopped: [] });
  });

  it('a model that cannot apply an event stops there; what came before is kept, and the others go on', async () => {
    const told = products('A', 'B', 'POISON', 'C');
    store.add(told);
    await catchUp({ ...work(), models: poisonedBy('POISON') });
    const { stopped, ...reached } = asked.read(['inventory'], () => null);
    expect(reached).toMatchObject({ sequence: 2, position: 3 });
    expect(stopped).toEqual([
      {
        model: 'inventory',
        position: 6,
        sequence: 3,
        eventId: told[2]?.eventId,
        message: 'Error: cannot apply POISON',
      },
    ]);
    expect(skus()).toEqual(['A', 'B']);
    for (const { model, sequence } of asked.status()) expect(sequence).toBe(model === 'inventory' ? 2 : 4);
  });

  it('an event of an unknown type stops every model, for nobody knows whom it concerns', async () => {
    const [unknown] = products('A') as [StoredEvent];
    store.add([...products('A'), { ...unknown, type: 'FromTheFuture' }]);
    await catchUp(work());
    for (const { sequence, stopped } of asked.status()) {
      expect([sequence, stopped?.sequence]).toEqual([1, 2]);
      expect(stopped?.message).toContain('UnknownEvent');
    }
  });

  it('after a fix a retry goes on where it stopped, while others follow', async () => {
    store.add(products('A', 'POISON', 'B'));
    await catchUp({ ...work(), models: poisonedBy('POISON') });
    await whileFollowing(async (follower) => {
      expect(await asked.waitFor(6, 30_000, ['inventory'])).toBe(false);
      await follower.retry('inventory');
      store.add(products('C'));
      expect(await asked.waitFor(9, 30_000)).toBe(true);
    });
    expect(skus()).toEqual(['A', 'B', 'C', 'POISON']);
  });

  it('a retry without a fix stops at the same place', async () => {
    store.add(products('A', 'POISON'));
    const models = poisonedBy('POISON');
    await catchUp({ ...work(), models });
    await retry({ ...work(), models }, 'inventory');
    expect(asked.read(['inventory'], () => null).stopped).toMatchObject([{ sequence: 2 }]);
  });

  it('rows and checkpoint are committed together: what dies before the commit leaves neither', async () => {
    store.add(products('A'));
    await catchUp(work());
    store.add(products('B'));
    const models = { inventory: { ...readModels.inventory, open: diesAtFlush } };
    await expect(catchUp({ ...work(), models })).rejects.toThrow('killed');
    expect(asked.read(['inventory'], () => null).sequence).toBe(1);
    expect(skus()).toEqual(['A']);
    await catchUp(work());
    expect(skus()).toEqual(['A', 'B']);
  });

  it('a rebuild is swapped in while the old build is open, and the old file is gone', async () => {
    store.add(products('A'));
    await whileFollowing(async (follower) => {
      await asked.waitFor(0, 30_000);
      expect(skus()).toEqual(['A']);
      const directory = new ModelDirectory(scratch.path);
      const old = directory.current(readModels.inventory);
      await follower.rebuild('inventory');
      expect(directory.current(readModels.inventory)).not.toBe(old);
      expect(readdirSync(scratch.path)).not.toContain(old?.split('/').at(-1));
      store.add(products('B'));
      await asked.waitFor(3, 30_000);
      expect(skus()).toEqual(['A', 'B']);
    });
  });

  it('a rebuild that stops before the old build stands is refused, and the old one serves on', async () => {
    store.add(products('A', 'POISON'));
    await catchUp(work());
    await expect(rebuild({ ...work(), models: poisonedBy('POISON') }, 'inventory')).rejects.toThrow(
      'serves on',
    );
    expect(skus()).toEqual(['A', 'POISON']);
    expect(
      readdirSync(scratch.path).filter((file) => file.startsWith('inventory') && file.endsWith('.sqlite')),
    ).toHaveLength(1);
  });

  it('events that arrive during a rebuild are neither lost nor doubled', async () => {
    store.add(products(...Array.from({ length: 500 }, (_, index) => `SKU-${index}`)));
    await whileFollowing(async (follower) => {
      await asked.waitFor(0, 30_000);
      const rebuilt = follower.rebuild('inventory');
      for (let index = 500; index < 600; index += 1) {
        store.add(products(`SKU-${index}`));
        await new Promise(setImmediate);
      }
      await rebuilt;
      expect(await asked.waitFor(await store.head(), 30_000)).toBe(true);
      expect(new Set(skus()).size).toBe(600);
      expect(asked.read(['inventory'], () => null).sequence).toBe(600);
    });
  });

  it('leftovers of a build that died are removed', async () => {
    await catchUp(work());
    new Database(join(scratch.path, 'inventory-v1-9.sqlite')).exec('CREATE TABLE unfinished (a)').close();
    await catchUp(work());
    expect(readdirSync(scratch.path)).not.toContain('inventory-v1-9.sqlite');
  });

  it('a new version is built beside the old one, which serves until then', async () => {
    store.add(products('A'));
    await catchUp(work());
    const directory = new ModelDirectory(scratch.path);
    const next = { ...readModels.inventory, version: readModels.inventory.version + 1 };
    await catchUp({ ...work(), models: { inventory: next } });
    expect(directory.current(next)).toBeDefined();
    expect(skus()).toEqual(['A']);
    await catchUp({ ...work(), models: { inventory: next } });
    expect(directory.current(readModels.inventory)).toBeUndefined();
  });

  it('a model that stands beyond the log, which was restored from an older backup, is built anew', async () => {
    store.add(products('A', 'B'));
    await catchUp(work());
    await catchUp({ ...work(), store: new MemoryEventStore().add(products('OLDER')) });
    expect(skus()).toEqual(['OLDER']);
    for (const { position, sequence } of asked.status()) expect([position, sequence]).toEqual([0, 1]);
  });

  it('one process at a time keeps a directory', async () => {
    await whileFollowing(async () => {
      await expect(catchUp(work())).rejects.toThrow(ReadModelsHeld);
    });
    await catchUp(work());
  });

  it('a log that fails ends the run, and a new one loses nothing', async () => {
    store.add(products('A'));
    await catchUp(work());
    store.failure = new Error('the disk is on fire');
    store.add(products('B'));
    await expect(whileFollowing(() => new Promise(() => undefined))).rejects.toThrow('on fire');
    await catchUp(work());
    expect(skus()).toEqual(['A', 'B']);
  });

  it('verify says that a model is what the ledger makes of it, and which table was tampered with', async () => {
    store.add(products('A', 'B'));
    await catchUp(work());
    const model = readModels.inventory;
    expect(await verify({ ...work(), model })).toMatchObject({ equal: true, sequence: 2 });
    const file = new ModelDirectory(scratch.path).current(model) as string;
    new Database(file).exec("UPDATE products SET name = 'forged' WHERE sku = 'B'").close();
    const found = await verify({ ...work(), model });
    expect(found.equal).toBe(false);
    expect(found.tables.filter(({ equal }) => !equal)).toEqual([
      { table: 'products', equal: false, liveRows: 2, rebuiltRows: 2 },
    ]);
  });

  it('verify compares up to where the model stands, not further', async () => {
    store.add(products('A'));
    await catchUp(work());
    store.add(products('B'));
    expect(await verify({ ...work(), model: readModels.inventory })).toMatchObject({
      equal: true,
      sequence: 1,
    });
  });
});

const diesAtFlush: ReadModel['open'] = (tables) => ({
  ...readModels.inventory.open(tables),
  flush: () => {
    throw new Error('killed');
  },
});
