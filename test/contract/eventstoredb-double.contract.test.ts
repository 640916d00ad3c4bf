import { randomUUID } from 'node:crypto';
import { openEventStoreDb } from '../../src/infrastructure/event-store/eventstoredb/open.js';
import { EventStoreDbDouble } from '../support/eventstoredb/event-store-db-double.js';
import { describeEventStore } from './event-store.js';

describeEventStore('EventStoreDB, over the double', async () => {
  const double = await EventStoreDbDouble.start();
  const name = randomUUID();
  const open = async () => openEventStoreDb({ connectionString: double.connectionString, ledger: name });
  return { name, openForWriting: open, openForReading: open, remove: () => double.stop() };
});
