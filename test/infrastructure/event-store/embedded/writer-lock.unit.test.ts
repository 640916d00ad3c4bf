import { openEmbedded } from '../../../../src/infrastructure/event-store/embedded/open.js';
import { LedgerHeld, START } from '../../../../src/infrastructure/event-store/event-store.js';
import { type AppendingProcess, ChildProgram } from '../../../support/event-store-child.js';
import { DataDirectory } from '../../../support/event-store-directory.js';
import { allOf, Follower, idsOf } from '../../../support/event-store-events.js';

const LEDGER = 'held';

describe('the right to write to a ledger', () => {
  let directory: DataDirectory;
  let program: ChildProgram;
  let child: AppendingProcess | undefined;
  const open = (mode: 'write' | 'read') => openEmbedded({ directory: directory.path, ledger: LEDGER, mode });

  beforeAll(() => {
    program = new ChildProgram();
  });
  afterAll(() => program.remove());
  beforeEach(() => {
    directory = new DataDirectory();
  });
  afterEach(async () => {
    await child?.kill();
    child = undefined;
    directory.remove();
  });

  test('is refused while another process has it; reading is not', async () => {
    child = program.start(directory.path, LEDGER);
    const [, first] = await child.said(2);

    expect(() => open('write')).toThrow(LedgerHeld);
    const reader = open('read');
    const follower = new Follower(reader, START);
    const acknowledged = await child.said(20);
    expect(idsOf((await follower.seen(19)).slice(0, 19))).toEqual(acknowledged.slice(1));
    expect(first).toBe(follower.events[0]?.eventId);
    await follower.stop();
    await reader.close();
  });

  test('is refused to another process and to another store of this one', async () => {
    const store = open('write');
    child = program.start(directory.path, LEDGER);

    expect(await child.said(2)).toEqual(['LedgerHeld']);
    expect(() => open('write')).toThrow(LedgerHeld);
    await store.close();
    await open('write').close();
  });

  test('dies with the process that had it, and what was acknowledged is there', async () => {
    child = program.start(directory.path, LEDGER);
    await child.said(30);
    const [, ...acknowledged] = await child.kill();

    const store = open('write');
    const found = idsOf(await allOf(store.readAll(START)));
    expect(found.slice(0, acknowledged.length)).toEqual(acknowledged);
    expect(found.length - acknowledged.length).toBeLessThanOrEqual(1);
    await store.close();
  });

  test('a killed process leaves a ledger that can be read before anybody writes again', async () => {
    child = program.start(directory.path, LEDGER);
    await child.said(30);
    const [, ...acknowledged] = await child.kill();

    const reader = open('read');
    expect(idsOf(await allOf(reader.readAll(START)))).toEqual(expect.arrayContaining(acknowledged));
    await reader.close();
  });
});
