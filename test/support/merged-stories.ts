import * as fc from 'fast-check';
import type { StoredEvent } from '../../src/infrastructure/event-store/event-store.js';
import type { Subjects } from './every-answer.js';
import type { Step } from './toy-story.js';
import { ToyStory } from './toy-story.js';

/**
 * Two supplies that have nothing to do with each other, recorded in one ledger in any order: so events come late, and
 * yet whatever had occurred by a moment is a history of its own.
 */
export class MergedStories {
  readonly stored: readonly StoredEvent[];
  readonly subjects: Subjects;

  /** @param order from which of the two the next event comes, again and again */
  constructor([first, second]: readonly [readonly Step[], readonly Step[]], order: readonly boolean[]) {
    const stories = [new ToyStory(forward(first)), new ToyStory(forward(second))] as const;
    const branches = stories.map(({ ledger }, branch) =>
      ledger.told.stored.map((event) => of(branch, event)),
    );
    this.stored = merged(branches as [StoredEvent[], StoredEvent[]], order);
    this.subjects = subjectsOf(stories);
  }
}

const KINDS: readonly Step['kind'][] = [
  ...(['receive', 'transfer', 'issue', 'issue', 'issue', 'refund', 'refund'] as const),
  ...(['quarantine', 'release', 'writeOff', 'return', 'revoke', 'grant'] as const),
];

/** Goods come first, or little could happen. */
const GOODS: readonly Step[] = [0, 1, 2, 3].map((pick) => ({
  kind: 'receive',
  pick,
  quantity: 7,
  flag: true,
  hours: 1,
}));

const story = fc
  .array(
    fc.record({
      kind: fc.constantFrom(...KINDS),
      pick: fc.nat(5),
      quantity: fc.integer({ min: 1, max: 3 }),
      flag: fc.boolean(),
      hours: fc.integer({ min: 0, max: 16 }),
    }),
    { minLength: 15, maxLength: 40, size: 'max' },
  )
  .map((told) => [...GOODS, ...told]);

/** Two stories with every kind of event, in any order. */
export const histories = fc
  .tuple(fc.tuple(story, story), fc.array(fc.boolean(), { minLength: 1, maxLength: 20 }))
  .map(([stories, order]) => new MergedStories(stories, order));

/** Within one of the two, time never goes back. */
function forward(steps: readonly Step[]): Step[] {
  return steps.map((step) => ({ ...step, hours: Math.abs(step.hours) }));
}

function nameIn(branch: number, name: string): string {
  return name.replaceAll(/\b(SKU|LOT|PO|SUP|AUTH|MER|O|R|sha|attempt)-/g, `$1-${branch}`);
}

function of(branch: number, event: StoredEvent): StoredEvent {
  return { ...event, data: nameIn(branch, event.data), eventId: `${branch}${event.eventId.slice(1)}` };
}

function merged([first, second]: [StoredEvent[], StoredEvent[]], order: readonly boolean[]): StoredEvent[] {
  const events: StoredEvent[] = [];
  for (let turn = 0; first.length + second.length > 0; turn += 1) {
    const [wanted, other] = order[turn % order.length] === true ? [second, first] : [first, second];
    const event = wanted.shift() ?? other.shift();
    if (event !== undefined) events.push({ ...event, position: events.length });
  }
  return events;
}

function subjectsOf(stories: readonly ToyStory[]): Subjects {
  const each = <Found>(
    find: (story: ToyStory, name: (name: string) => string) => readonly Found[],
  ): Found[] => stories.flatMap((story, branch) => find(story, (name) => nameIn(branch, name)));
  return {
    skus: each(({ ledger }, name) => ledger.skus.map(name)),
    lots: each(({ ledger }, name) =>
      ledger.lots.map(({ lotId, units }) => ({ lotId: name(lotId), keys: units.length })),
    ),
    orders: each(({ ledger }, name) =>
      [...ledger.orders.keys()].map((key) => name(key).split('|') as [string, string]),
    ),
    suppliers: each(({ ledger }, name) => [...ledger.suppliers].map(name)),
    authorisations: each(({ ledger }, name) => ledger.authorisations.map(({ id }) => name(id))),
  };
}
