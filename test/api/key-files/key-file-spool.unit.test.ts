import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { KeyFileSource } from '../../../src/domain/key-registry/import-desk.js';
import { KeyFileSpool, SPOOLED_FILES_MAX } from '../../../src/api/key-files/key-file-spool.js';

async function textOf(source: KeyFileSource): Promise<string> {
  const pieces: Uint8Array[] = [];
  for await (const piece of source.open()) pieces.push(piece);
  return Buffer.concat(pieces).toString();
}

describe('the spool of key files', () => {
  const content = 'NUMBER-1,SECRET-IN-CLEAR\n'.repeat(20_000);
  let directory: string;
  let spool: KeyFileSpool;
  const spooled = (): string[] => readdirSync(join(directory, 'spool'));

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'sourcebook-spool-'));
    spool = new KeyFileSpool(directory);
  });

  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  it('gives an upload back from its beginning as often as asked', async () => {
    const { source } = await spool.take('keys.csv', Readable.from([content.slice(0, 7), content.slice(7)]));
    expect(source.name).toBe('keys.csv');
    expect(await textOf(source)).toBe(content);
    const [first, second] = await Promise.all([textOf(source), textOf(source)]);
    expect([first, second]).toEqual([content, content]);
  });

  it('keeps nothing in clear on the disk, and for its owner alone', async () => {
    await spool.take('keys.csv', Readable.from([content]));
    const file = join(directory, 'spool', spooled()[0] as string);
    expect(readFileSync(file).includes('SECRET')).toBe(false);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('encrypts the same upload differently each time', async () => {
    await spool.take('a', Readable.from([content]));
    await spool.take('b', Readable.from([content]));
    const [first, second] = spooled().map((name) => readFileSync(join(directory, 'spool', name)));
    expect(first?.equals(second as Buffer)).toBe(false);
  });

  it('removes what it is done with, and at the start what an earlier process left', async () => {
    const { remove } = await spool.take('keys.csv', Readable.from([content]));
    await remove();
    expect(spooled()).toEqual([]);
    mkdirSync(join(directory, 'spool'), { recursive: true });
    writeFileSync(join(directory, 'spool', 'left-over'), 'x');
    new KeyFileSpool(directory);
    expect(spooled()).toEqual([]);
  });

  it('leaves nothing of an upload that breaks off, and has its place free again', async () => {
    for (let attempt = 0; attempt <= SPOOLED_FILES_MAX; attempt += 1) {
      const upload = Readable.from([content]);
      const taken = spool.take('keys.csv', upload);
      upload.destroy();
      await expect(taken).rejects.toMatchObject({ code: 'upload_interrupted' });
    }
    expect(spooled()).toEqual([]);
  });

  it('takes so many at once and no more', async () => {
    const all = await Promise.all(
      Array.from({ length: SPOOLED_FILES_MAX }, () => spool.take('keys.csv', Readable.from(['x']))),
    );
    await expect(spool.take('keys.csv', Readable.from(['x']))).rejects.toMatchObject({ code: 'spool_full' });
    await all[0]?.remove();
    await expect(spool.take('keys.csv', Readable.from(['x']))).resolves.toBeDefined();
  });
});
