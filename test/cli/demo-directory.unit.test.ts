import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freshDemoDirectory } from '../../src/cli/demo/demo-directory.js';
import { openEventStore } from '../../src/infrastructure/event-store/open.js';
import { readConfiguration } from '../../src/infrastructure/host/configuration.js';

describe('the folder of the demo', () => {
  let parent: string;
  let directory: string;

  beforeEach(() => {
    parent = mkdtempSync(join(tmpdir(), 'sourcebook-demo-'));
    directory = join(parent, 'demo-ledger');
  });

  afterEach(() => rmSync(parent, { recursive: true }));

  const fresh = () => freshDemoDirectory(readConfiguration({}, directory));

  it('is made where it is missing, or empty', async () => {
    await fresh();
    expect(existsSync(directory)).toBe(true);
    rmSync(directory, { recursive: true });
    mkdirSync(directory);
    await fresh();
  });

  it('is emptied where a demo before made it', async () => {
    await fresh();
    writeFileSync(join(directory, 'read-model.sqlite'), 'old');
    await fresh();
    expect(readdirSync(directory)).not.toContain('read-model.sqlite');
  });

  it('is left alone where it holds anything else', async () => {
    mkdirSync(directory);
    writeFileSync(join(directory, 'ledger.sqlite'), 'years of work');
    await expect(fresh()).rejects.toMatchObject({ name: 'JobFailed' });
    expect(readdirSync(directory)).toEqual(['ledger.sqlite']);
  });

  it('is left alone while a service holds its ledger', async () => {
    await fresh();
    const service = await openEventStore({ kind: 'embedded', directory, ledger: 'main', mode: 'write' });
    await expect(fresh()).rejects.toMatchObject({ name: 'LedgerHeld' });
    await service.close();
    await fresh();
  });
});
