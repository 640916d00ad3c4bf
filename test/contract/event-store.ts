import type { EventStore } from '../../src/infrastructure/event-store/event-store.js';
import { describeAppending } from './event-store-appending.js';
import { describeDestroying } from './event-store-destroying.js';
import { describeFollowing } from './event-store-following.js';
import { describeReading } from './event-store-reading.js';

/** One ledger that nothing was ever written to, on the engine under test. */
export interface TestLedger {
  /** Its name, with which its streams' names begin: unlike that of any other test. */
  readonly name: string;
  /** Opens it for writing; again after the store was closed. */
  openForWriting(): Promise<EventStore>;
  /** Opens a second handle, as another process or thread has one, beside the writing store. */
  openForReading(): Promise<EventStore>;
  /** Takes it away, after all its stores were closed. */
  remove(): Promise<void>;
}

/** What every engine must promise: written once, run on each. */
export function describeEventStore(engine: string, found: () => Promise<TestLedger>): void {
  describe(`an event store on ${engine}`, () => {
    const bench = new TestBench(found);
    beforeEach(() => bench.setUp());
    afterEach(() => bench.tearDown());

    describeAppending(bench);
    describeReading(bench);
    describeFollowing(bench);
    describeDestroying(bench);
  });
}

/** The ledger of the running test, with all its open stores. */
export class TestBench {
  store!: EventStore;
  private ledger!: TestLedger;
  private opened: EventStore[] = [];

  constructor(private readonly found: () => Promise<TestLedger>) {}

  async setUp(): Promise<void> {
    this.ledger = await this.found();
    this.store = await this.keep(this.ledger.openForWriting());
  }

  async tearDown(): Promise<void> {
    await Promise.all(this.opened.splice(0).map((store) => store.close()));
    await this.ledger.remove();
  }

  get ledgerName(): string {
    return this.ledger.name;
  }

  openReader(): Promise<EventStore> {
    return this.keep(this.ledger.openForReading());
  }

  async reopen(): Promise<void> {
    await this.store.close();
    this.store = await this.keep(this.ledger.openForWriting());
  }

  private async keep(opening: Promise<EventStore>): Promise<EventStore> {
    const store = await opening;
    this.opened.push(store);
    return store;
  }
}
