import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { streamName } from '../../../src/domain/shared/identifiers.js';
import { freshKey } from '../../../src/infrastructure/custody/key-wrapping.js';
import type { EventStore } from '../../../src/infrastructure/event-store/event-store.js';
import { openEventStore } from '../../../src/infrastructure/event-store/open.js';
import { foundLedger, isFounded } from '../../../src/infrastructure/host/genesis.js';

let directory: string;
let store: EventStore;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'sourcebook-genesis-'));
  store = await openEventStore({ kind: 'embedded', directory, ledger: 'main', mode: 'write' });
});

afterEach(async () => {
  await store.close();
  rmSync(directory, { recursive: true });
});

const founding = () => ({
  store,
  ledgerName: 'main',
  origin: 'ledger.example/a',
  now: () => '2026-09-01T00:00:00.000Z',
});

test('racing first starts agree on one ledger and its secrets', async () => {
  const masterKey = freshKey();
  const starts = await Promise.all([1, 2, 3].map(() => foundLedger(founding(), masterKey)));
  const [first] = starts;
  for (const start of starts) {
    expect(start.ledgerId).toBe(first?.ledgerId);
    expect(start.secrets.pepper.export()).toEqual(first?.secrets.pepper.export());
  }
});

test('a later start joins with the origin that was recorded, whatever it is configured with', async () => {
  const masterKey = freshKey();
  const founded = await foundLedger(founding(), masterKey);
  const joined = await foundLedger({ ...founding(), origin: 'ledger.example/other' }, masterKey);
  expect(joined.ledgerId).toBe(founded.ledgerId);
  expect(joined.origin).toBe('ledger.example/a');
});

test('another master key does not start the ledger', async () => {
  await foundLedger(founding(), freshKey());
  await expect(foundLedger(founding(), freshKey())).rejects.toMatchObject({ code: 'master_key_wrong' });
});

test('a history whose sealed secrets are gone is not given new ones', async () => {
  const masterKey = freshKey();
  await foundLedger(founding(), masterKey);
  await store.destroy(streamName('main', 'aside.genesis'));
  await expect(foundLedger(founding(), masterKey)).rejects.toThrow('restore them from a backup');
});

test('whether there is a ledger decides whether a fresh master key may be made', async () => {
  expect(await isFounded(founding())).toBe(false);
  await foundLedger(founding(), freshKey());
  expect(await isFounded(founding())).toBe(true);
});
