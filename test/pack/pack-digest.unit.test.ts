import { renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { packDigest } from '../../src/infrastructure/pack/pack-digest.js';
import { PackFolder } from '../support/pack-folder.js';

const FILES = { 'suppliers.csv': 'ab', 'operations.jsonl': 'c', 'keys/a.txt': 'K', 'keys/b.txt': '' };

async function digestOf(files: Readonly<Record<string, string>>): Promise<string> {
  const pack = new PackFolder(files);
  const digest = await packDigest(pack.path);
  pack.remove();
  return digest;
}

describe('the digest of a pack', () => {
  it('is the same wherever the pack lies', async () => {
    expect(await digestOf(FILES)).toMatch(/^[0-9a-f]{64}$/);
    expect(await digestOf(FILES)).toBe(await digestOf(FILES));
  });

  it('does not depend on what the pack is expected to come to', async () => {
    expect(await digestOf({ ...FILES, 'expected/report.json': '{}' })).toBe(await digestOf(FILES));
  });

  it.each([
    ['a content', { ...FILES, 'keys/a.txt': 'L' }],
    ['a file more', { ...FILES, 'keys/c.txt': '' }],
    ['a file of that name elsewhere', { ...FILES, 'keys/expected/report.json': '{}' }],
    [
      'where a name ends and a content begins',
      { 'suppliers.csva': 'b', 'operations.jsonl': 'c', 'keys/a.txt': 'K', 'keys/b.txt': '' },
    ],
    ['where a content ends and the next name begins', { ...FILES, 'keys/a.txt': '', 'keys/b.txt': 'K' }],
  ])('tells %s apart', async (_, files) => {
    expect(await digestOf(files)).not.toBe(await digestOf(FILES));
  });

  it('changes with a name, and not with the order in which files were made', async () => {
    const pack = new PackFolder(Object.fromEntries(Object.entries(FILES).reverse()));
    expect(await packDigest(pack.path)).toBe(await digestOf(FILES));
    renameSync(join(pack.path, 'keys/a.txt'), join(pack.path, 'keys/z.txt'));
    expect(await packDigest(pack.path)).not.toBe(await digestOf(FILES));
    rmSync(join(pack.path, 'keys'), { recursive: true });
    pack.remove();
  });
});
