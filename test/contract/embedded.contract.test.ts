import { randomUUID } from 'node:crypto';
import { openEventStore } from '../../src/infrastructure/event-store/open.js';
import { DataDirectory } from '../support/event-store-directory.js';
import { describeEventStore } from './event-store.js';

describeEventStore('one SQLite file', async () => {
  const directory = new DataDirectory();
  const name = randomUUID();
  const open = (mode: 'write' | 'read') =>
    openEventStore({ kind: 'embedded', directory: directory.path, ledger: name, mode });
  return {
    name,
    openForWriting: () => open('write'),
    openForReading: () => open('read'),
    remove: async () => directory.remove(),
  };
});
