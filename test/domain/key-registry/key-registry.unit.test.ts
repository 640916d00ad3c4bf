import fc from 'fast-check';
import { keyRegistry, type KeyRegistryCommand } from '../../../src/domain/key-registry/decide.js';
import type {
  DuplicateKeysFound,
  ImportAbandoned,
  ImportCompleted,
  ImportOpened,
  ImportRefused,
  ImportTerms,
  KeyRegistryEvent,
  KeysRegistered,
} from '../../../src/domain/key-registry/events.js';
import type { KeyRegistryState } from '../../../src/domain/key-registry/state.js';
import { given, Story } from '../../support/given-when-then.js';

const file = { name: 'keys.csv', sha256: 'ab'.repeat(32), bytes: 1024 };

const terms = (attempt: string, accepted = 3): ImportTerms => ({
  attempt,
  lotId: `LOT-${attempt}`,
  poId: 'PO-1',
  sku: 'STEAM-100',
  supplierId: 'SUP-A',
  unitCost: { amount: '88.500000', currency: 'CNY' },
  lotExpiresAt: null,
  file,
  counts: {
    lines: accepted + 1,
    header: 1,
    blank: 0,
    accepted,
    duplicateInFile: 0,
    duplicateInLedger: 0,
    malformed: 0,
  },
});

const chunkOf = (attempt: string, firstSerial: number, count: number): KeysRegistered['payload'] => ({
  attempt,
  lotId: `LOT-${attempt}`,
  firstSerial,
  count,
  fingerprints: '',
  ciphertext: '',
  commitment: '',
  lineRuns: [[firstSerial, firstSerial + 1, count]],
  expiryRuns: [[firstSerial, count, null]],
});

const SAW = [{ stream: 'main.purchaseorder-PO%2D1', revision: 0 }];
const opened = (attempt: string): ImportOpened => ({
  type: 'ImportOpened',
  schemaVersion: 1,
  payload: { ...terms(attempt), saw: SAW },
});
const registered = (attempt: string, firstSerial: number, count: number): KeysRegistered => ({
  type: 'KeysRegistered',
  schemaVersion: 1,
  payload: chunkOf(attempt, firstSerial, count),
});
const completed = (attempt: string): ImportCompleted => ({
  type: 'ImportCompleted',
  schemaVersion: 1,
  payload: terms(attempt),
});
const abandoned = (attempt: string): ImportAbandoned => ({
  type: 'ImportAbandoned',
  schemaVersion: 1,
  payload: {
    attempt,
    lotId: `LOT-${attempt}`,
    poId: 'PO-1',
    sku: 'STEAM-100',
    accepted: 3,
    reason: 'stalled',
  },
});
const duplicates: DuplicateKeysFound = {
  type: 'DuplicateKeysFound',
  schemaVersion: 1,
  payload: {
    attempt: 'a',
    lotId: 'LOT-a',
    poId: 'PO-1',
    sku: 'STEAM-100',
    file,
    duplicateInFile: 0,
    duplicateInLedger: 1,
    listed: [{ line: 7, outcome: 'duplicateInLedger', keyId: 'LOT-0001-000001' }],
  },
};

const open = (attempt: string, plannedAt: number): KeyRegistryCommand => ({
  kind: 'open',
  terms: terms(attempt),
  plannedAt,
  saw: SAW,
});
const register = (attempt: string, firstSerial: number, count: number): KeyRegistryCommand => ({
  kind: 'register',
  chunk: chunkOf(attempt, firstSerial, count),
});
const complete = (attempt: string): KeyRegistryCommand => ({ kind: 'complete', attempt, duplicates: null });
const abandon = (attempt: string): KeyRegistryCommand => ({ kind: 'abandon', attempt, reason: 'stalled' });

describe('an import', () => {
  it('opens where the registry stands as it stood for the plan', () => {
    given(keyRegistry).when(open('a', 0)).records(opened('a')).answers({ kind: 'done' });
    given(keyRegistry, opened('a'), abandoned('a')).when(open('b', 2)).records(opened('b'));
  });

  it('is planned again where anything was recorded since', () => {
    given(keyRegistry, opened('a'), abandoned('a'))
      .when(open('b', 1))
      .changesNothing()
      .answers({ kind: 'plan-again' });
  });

  it('waits while another is open', () => {
    given(keyRegistry, opened('a'))
      .when(open('b', 1))
      .changesNothing()
      .answers({ kind: 'busy', attempt: 'a', lotId: 'LOT-a' });
  });

  it('registers its keys chunk after chunk, each once', () => {
    const history = given(keyRegistry, opened('a'), registered('a', 1, 2));
    history.when(register('a', 3, 1)).records(registered('a', 3, 1));
    history
      .when(register('a', 1, 2))
      .changesNothing()
      .answers({ kind: 'done' });
  });

  it('leaves no serial out', () => {
    expect(() => given(keyRegistry, opened('a'), registered('a', 1, 1)).when(register('a', 3, 1))).toThrow(
      RangeError,
    );
  });

  it('completes with all the keys that it accepted, and with the duplicates it found', () => {
    const history = given(keyRegistry, opened('a'), registered('a', 1, 2), registered('a', 3, 1));
    history.when(complete('a')).records(completed('a'));
    history
      .when({ kind: 'complete', attempt: 'a', duplicates: duplicates.payload })
      .records(duplicates, completed('a'))
      .answers({ kind: 'done' });
  });

  it('does not complete with fewer', () => {
    expect(() => given(keyRegistry, opened('a'), registered('a', 1, 2)).when(complete('a'))).toThrow(
      RangeError,
    );
  });

  it('is abandoned with what its receipt must give back', () => {
    given(keyRegistry, opened('a'), registered('a', 1, 2))
      .when(abandon('a'))
      .records(abandoned('a'));
  });

  it.each<[string, KeyRegistryCommand]>([
    ['register', register('a', 1, 1)],
    ['complete', complete('a')],
    ['abandon', abandon('a')],
  ])('that is over can %s nothing any more', (_, command) => {
    for (const events of [[], [opened('a'), abandoned('a')], [opened('a'), completed('a')], [opened('b')]])
      given(keyRegistry, ...events)
        .when(command)
        .changesNothing()
        .answers({ kind: 'over' });
  });

  it('that is refused leaves a fact and the duplicates it found, where the plan still holds', () => {
    const refused: ImportRefused = {
      type: 'ImportRefused',
      schemaVersion: 1,
      payload: {
        lotId: 'LOT-a',
        poId: 'PO-1',
        sku: 'STEAM-100',
        file,
        code: 'no_keys',
        counts: terms('a', 0).counts,
      },
    };
    const command: KeyRegistryCommand = {
      kind: 'refuse',
      plannedAt: 0,
      refused: refused.payload,
      message: 'no key of the file was accepted',
      duplicates: duplicates.payload,
    };
    given(keyRegistry).when(command).isRefused('no_keys', refused, duplicates);
    given(keyRegistry)
      .when({ ...command, duplicates: null })
      .isRefused('no_keys', refused);
    given(keyRegistry, refused).when(command).changesNothing().answers({ kind: 'plan-again' });
    expect(given(keyRegistry, refused, duplicates).state.open).toBeUndefined();
  });

  it('is asked for again by what its registry recorded, not by a command id', () => {
    expect(keyRegistry.recall([opened('a')])).toBeUndefined();
  });
});

/** Every import's events stand together, its serials without a gap, and a completed one has all it accepted. */
function expectWholeImports(events: readonly KeyRegistryEvent[]): void {
  let current: { readonly attempt: string; serial: number } | undefined;
  for (const { type, payload } of events) {
    if (type === 'ImportOpened') {
      expect(current).toBeUndefined();
      current = { attempt: payload.attempt, serial: 0 };
      continue;
    }
    expect(payload).toMatchObject({ attempt: current?.attempt });
    if (type === 'KeysRegistered' && current !== undefined) {
      expect(payload.firstSerial).toBe(current.serial + 1);
      current.serial += payload.count;
    }
    if (type === 'ImportCompleted') expect(current?.serial).toBe(payload.counts.accepted);
    if (type !== 'KeysRegistered') current = undefined;
  }
}

describe('whatever imports are asked of the registry', () => {
  const attempt = fc.constantFrom('a', 'b');
  const step = fc.oneof(
    fc.tuple(fc.constant('open' as const), attempt, fc.nat({ max: 1 })),
    fc.tuple(fc.constant('register' as const), attempt, fc.integer({ min: 1, max: 2 })),
    fc.tuple(fc.constant('complete' as const), attempt, fc.constant(0)),
    fc.tuple(fc.constant('abandon' as const), attempt, fc.constant(0)),
  );

  function commandOf(
    state: KeyRegistryState,
    [kind, name, number]: readonly [string, string, number],
  ): KeyRegistryCommand | undefined {
    const next = state.open?.nextSerial ?? 1;
    switch (kind) {
      case 'open':
        return open(name, state.nextRevision - number);
      case 'register':
        return register(name, next, Math.min(number, 4 - next));
      case 'complete':
        return state.open?.terms.attempt === name && next !== 4 ? undefined : complete(name);
      default:
        return abandon(name);
    }
  }

  it('one is open at a time, its serials have no gap, and a snapshot is its whole history', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const story = new Story(keyRegistry);
        for (const one of steps) {
          const command = commandOf(story.state, one);
          if (command === undefined || (command.kind === 'register' && command.chunk.count === 0)) continue;
          story.tell(command);
          expect(story.state.nextRevision).toBe(story.events.length);
          const kept = JSON.parse(JSON.stringify(keyRegistry.snapshot?.write(story.state))) as unknown;
          expect(keyRegistry.snapshot?.read(kept)).toEqual(story.state);
        }
        expectWholeImports(story.events);
      }),
    );
  });
});
