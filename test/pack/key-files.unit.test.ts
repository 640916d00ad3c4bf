import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { keyFileWithin } from '../../src/infrastructure/pack/key-files.js';
import { PackFolder } from '../support/pack-folder.js';

describe('the key file of a receipt', () => {
  let pack: PackFolder;

  beforeEach(() => {
    pack = new PackFolder({ 'keys/a.txt': 'K-1\n' });
    writeFileSync(join(pack.parent, 'outside.txt'), 'K-2\n');
    mkdirSync(join(pack.parent, 'pack-beside'));
    writeFileSync(join(pack.parent, 'pack-beside/b.txt'), 'K-3\n');
    symlinkSync('../../outside.txt', join(pack.path, 'keys/out.txt'));
    symlinkSync(join(pack.parent, 'pack-beside'), join(pack.path, 'beside'));
    symlinkSync('a.txt', join(pack.path, 'keys/in.txt'));
    symlinkSync('loop.txt', join(pack.path, 'keys/loop.txt'));
  });

  afterEach(() => pack.remove());

  it.each(['keys/a.txt', './keys/a.txt', 'keys/../keys/a.txt', 'keys/in.txt'])(
    'is found at %s',
    async (file) => {
      const source = await keyFileWithin(pack.path, file);
      expect(source?.name).toBe(file);
      const pieces: Uint8Array[] = [];
      for await (const piece of source?.open() ?? []) pieces.push(piece);
      expect(Buffer.concat(pieces).toString()).toBe('K-1\n');
    },
  );

  it.each([
    ['nothing is there', 'keys/none.txt'],
    ['a folder is there', 'keys'],
    ['a file is taken for a folder', 'keys/a.txt/b'],
    ['a link leads to itself', 'keys/loop.txt'],
    ['the name is too long for any file', 'k'.repeat(5000)],
    ['the path is empty', ''],
    ['the path is the pack', '.'],
    ['the path holds NUL', 'keys/a.txt\0'],
    ['the path leaves the pack', '../outside.txt'],
    ['the path leaves the pack and comes back', '../pack/keys/a.txt'],
    ['the path leads to a folder whose name begins as the pack’s', '../pack-beside/b.txt'],
    ['a link leads out of the pack', 'keys/out.txt'],
    ['a linked folder leads out of the pack', 'beside/b.txt'],
    ['it is a number', 5],
    ['it is absent', undefined],
  ])('is missing where %s', async (_, file) => {
    expect(await keyFileWithin(pack.path, file)).toBeUndefined();
  });

  it('is missing at an absolute path, even of a file within the pack', async () => {
    expect(await keyFileWithin(pack.path, join(pack.path, 'keys/a.txt'))).toBeUndefined();
  });

  it('is found in a pack that is itself reached through a link', async () => {
    symlinkSync(pack.path, join(pack.parent, 'linked'));
    expect(await keyFileWithin(join(pack.parent, 'linked'), 'keys/a.txt')).toBeDefined();
  });
});
