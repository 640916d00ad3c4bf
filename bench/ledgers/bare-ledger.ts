import Database from 'better-sqlite3';
import { join } from 'node:path';
import type { NewOrder } from './new-orders.js';

type Binding = [number, string, number, string, string, string, string];

/** As the embedded engine sets them: the floor has the same durability and the same means. */
const SETTINGS = [
  'journal_mode = WAL',
  'synchronous = FULL',
  'fullfsync = ON',
  'secure_delete = ON',
  'wal_autocheckpoint = 4096',
  'cache_size = -32768',
];

/** A copy of a ledger's file that is written to with bare inserts: same table, same index, same size, no rules. */
export class BareLedger {
  private readonly database: Database.Database;
  private readonly insert: Database.Statement<Binding>;
  private readonly insertTogether: (orders: readonly NewOrder[]) => void;
  private position: number;

  constructor(directory: string) {
    this.database = new Database(join(directory, 'ledger.sqlite'));
    for (const setting of SETTINGS) this.database.pragma(setting);
    this.insert = this.database.prepare('INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?)');
    this.insertTogether = this.database.transaction((orders: readonly NewOrder[]) => {
      for (const order of orders) this.add(order);
    });
    this.position = this.database.prepare('SELECT max(position) FROM events').pluck().get() as number;
  }

  /** One insert, one commit. */
  add({ stream, event }: NewOrder): void {
    this.position += 1;
    this.insert.run(this.position, stream, 0, event.eventId, event.type, event.data, event.metadata);
  }

  /** All in one commit. */
  addTogether(orders: readonly NewOrder[]): void {
    this.insertTogether(orders);
  }

  close(): void {
    this.database.close();
  }
}
