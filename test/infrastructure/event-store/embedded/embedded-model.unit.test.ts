import Database from 'better-sqlite3';
import * as fc from 'fast-check';
import { isInSequence, streamName, type StreamName } from '../../../../src/domain/shared/identifiers.js';
import { openEmbedded } from '../../../../src/infrastructure/event-store/embedded/open.js';
import {
  NO_STREAM,
  START,
  type Appended,
  type EventStore,
  type NewEvent,
} from '../../../../src/infrastructure/event-store/event-store.js';
import { DataDirectory } from '../../../support/event-store-directory.js';
import { allOf, newEvents } from '../../../support/event-store-events.js';

const STREAMS = [
  streamName('l', 'order', '1'),
  streamName('l', 'order', '2'),
  streamName('l', 'aside.key', '1'),
  streamName('l', 'aside.key', '2'),
];

type Fault = 'before' | 'after';

interface AppendStep {
  /** Repeats an append made earlier, where there is one to the number. */
  readonly repeat: number | undefined;
  readonly stream: number;
  /** Of the expected revision from the right one. */
  readonly offset: number;
  readonly events: number;
}

type Step =
  | { readonly kind: 'append'; readonly appends: readonly AppendStep[]; readonly faults: readonly Fault[] }
  | { readonly kind: 'destroy'; readonly stream: number }
  | { readonly kind: 'reopen' };

interface Request {
  readonly stream: StreamName;
  readonly expected: number;
  readonly events: readonly NewEvent[];
}

interface Entry {
  readonly stream: string;
  readonly revision: number;
  readonly eventId: string;
  readonly position: number;
}

/** What an embedded ledger is, in a few lines: a list of events, of which whole streams may be taken out. */
class ModelLedger {
  log: Entry[] = [];
  next = 0;

  headOf(stream: string): number {
    return this.log.filter((entry) => entry.stream === stream).length - 1;
  }

  /** The answer, or undefined for a refusal. */
  append({ stream, expected, events }: Request, diskWorks: boolean): Appended | undefined {
    const after = this.log.filter((entry) => entry.stream === stream && entry.revision > expected);
    if (events.every(({ eventId }, index) => after[index]?.eventId === eventId)) {
      const last = after[events.length - 1] as Entry;
      return { position: last.position, revision: last.revision };
    }
    if (this.headOf(stream) !== expected || !diskWorks) return undefined;
    for (const [index, { eventId }] of events.entries()) {
      this.log.push({ stream, revision: expected + 1 + index, eventId, position: this.next });
      this.next += 1;
    }
    return { position: this.next - 1, revision: expected + events.length };
  }

  destroy(stream: string): void {
    this.log = this.log.filter((entry) => entry.stream !== stream);
  }
}

const appendStep: fc.Arbitrary<AppendStep> = fc.record({
  repeat: fc.option(fc.nat(20), { nil: undefined, freq: 3 }),
  stream: fc.nat(STREAMS.length - 1),
  offset: fc.constantFrom(0, 0, 0, 0, -1, 1),
  events: fc.integer({ min: 1, max: 3 }),
});

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('append' as const),
      appends: fc.array(appendStep, { minLength: 1, maxLength: 5 }),
      faults: fc.oneof(
        { weight: 3, arbitrary: fc.constant([]) },
        { weight: 2, arbitrary: fc.array(fc.constantFrom<Fault>('before', 'after'), { maxLength: 2 }) },
      ),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('destroy' as const), stream: fc.nat(STREAMS.length - 1) }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'reopen' as const }) },
);

/** An engine beside its model; every step is taken on both. */
class Comparison {
  private readonly directory = new DataDirectory();
  private readonly model = new ModelLedger();
  private readonly made: Request[] = [];
  private faults: Fault[] = [];
  private store: EventStore = this.open();

  async take(next: Step): Promise<void> {
    switch (next.kind) {
      case 'append':
        await this.append(next.appends, next.faults);
        break;
      case 'destroy':
        await this.destroy(STREAMS[next.stream] as StreamName);
        break;
      case 'reopen':
        await this.store.close();
        this.store = this.open();
        break;
    }
    await this.compare();
  }

  async end(): Promise<void> {
    await this.store.close();
    this.directory.remove();
  }

  private open(): EventStore {
    return openEmbedded({
      directory: this.directory.path,
      ledger: 'l',
      mode: 'write',
      commitStep: (commit) => {
        const fault = this.faults.shift();
        if (fault !== 'before') commit();
        if (fault !== undefined) throw new Database.SqliteError('disk I/O error', 'SQLITE_IOERR');
      },
    });
  }

  private async append(steps: readonly AppendStep[], faults: readonly Fault[]): Promise<void> {
    this.faults = [...faults];
    const diskWorks = faults.filter((fault) => fault === 'before').length < 2;
    const requests: Request[] = [];
    let expected: (Appended | undefined)[] = [];
    for (const appendStep of steps) {
      const request = this.request(appendStep);
      requests.push(request);
      expected.push(this.model.append(request, diskWorks));
    }
    // A batch that took effect and was not acknowledged is placed once more, on top of itself.
    if (faults[0] === 'after' && faults[1] !== 'before') {
      expected = requests.map((request) => this.model.append(request, diskWorks));
    }
    this.made.push(...requests);
    const outcomes = await Promise.allSettled(
      requests.map(({ stream, expected: revision, events }) => this.store.append(stream, revision, events)),
    );
    this.faults = [];
    const answers = outcomes.map((outcome) => (outcome.status === 'fulfilled' ? outcome.value : undefined));
    expect(answers).toEqual(expected);
  }

  private request({ repeat, stream, offset, events }: AppendStep): Request {
    const earlier = repeat === undefined ? undefined : this.made[repeat];
    if (earlier !== undefined && this.model.headOf(earlier.stream) !== earlier.expected) return earlier;
    const name = STREAMS[stream] as StreamName;
    const expected = Math.max(NO_STREAM, this.model.headOf(name) + offset);
    return { stream: name, expected, events: newEvents(events) };
  }

  private async destroy(stream: StreamName): Promise<void> {
    if (isInSequence(stream)) {
      await expect(this.store.destroy(stream)).rejects.toBeInstanceOf(RangeError);
      return;
    }
    this.model.destroy(stream);
    await this.store.destroy(stream);
  }

  private async compare(): Promise<void> {
    const stored = await allOf(this.store.readAll(START, { batchSize: 7 }));
    const entries = stored.map(({ stream, revision, eventId, position }) => ({
      stream,
      revision,
      eventId,
      position,
    }));
    expect(entries).toEqual(this.model.log);
    expect(await this.store.head()).toBe(this.model.next - 1);
  }
}

test('whatever is appended, repeated, destroyed, reopened, and whenever the disk fails, the ledger is the model', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
      const comparison = new Comparison();
      try {
        for (const next of steps) await comparison.take(next);
      } finally {
        await comparison.end();
      }
    }),
    { numRuns: 60 },
  );
});
