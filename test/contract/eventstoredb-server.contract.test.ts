import { randomUUID } from 'node:crypto';
import { openEventStoreDb } from '../../src/infrastructure/event-store/eventstoredb/open.js';
import { HOW_TO_RUN, realServerSource, type RealServer } from '../support/eventstoredb/real-server.js';
import { describeEventStore } from './event-store.js';

const CONTAINER_START_MS = 240_000;
const source = realServerSource();

if (source === undefined) {
  process.stderr.write(`${HOW_TO_RUN}\n`);
  test.skip(HOW_TO_RUN, () => undefined);
} else {
  let server: RealServer;
  beforeAll(async () => {
    server = await source();
    await answering(server);
  }, CONTAINER_START_MS);
  afterAll(() => server.stop());

  describeEventStore('EventStoreDB, a real server', async () => {
    const name = randomUUID();
    const open = async () => openEventStoreDb({ connectionString: server.connectionString, ledger: name });
    return { name, openForWriting: open, openForReading: open, remove: () => Promise.resolve() };
  });
}

/** A node that has just started is alive some seconds before it takes reads: the engine's own attempts wait for it. */
async function answering({ connectionString }: RealServer): Promise<void> {
  const store = openEventStoreDb({ connectionString, ledger: randomUUID(), attempts: 30 });
  await store.head();
  await store.close();
}
