import * as fc from 'fast-check';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addSignatures, Ed25519Signer, signNote } from '../../src/proof/note.js';
import { formatCheckpoint } from '../../src/proof/checkpoint.js';
import type { Finding } from '../../src/verifier/findings.js';
import { longStory } from './support/recorded-history.js';
import { verify, type Against } from './support/verifying.js';
import {
  LOG_KEY,
  LOG_VKEY,
  ORIGIN,
  POLICY,
  rootOf,
  signedNote,
  WITNESS_VKEY,
  write,
  writeExport,
} from './support/written-ledger.js';

describe('an export of the log', () => {
  const root = mkdtempSync(join(tmpdir(), 'sourcebook-export-'));
  const folder = join(root, 'export');
  const story = longStory();
  const policy = join(root, 'policy');
  const against: Against = { policy };

  beforeAll(() => {
    writeExport(folder, story);
    write(root, 'policy', POLICY);
  });
  afterAll(() => rmSync(root, { recursive: true }));

  /** Verifies with a file that says something else, or is not there, and puts it back. */
  async function findingsWith(
    file: string,
    content: string | Buffer | undefined,
    options = against,
  ): Promise<readonly Finding[]> {
    const path = join(folder, file);
    const before = statSync(path, { throwIfNoEntry: false }) === undefined ? undefined : readFileSync(path);
    if (content === undefined) rmSync(path);
    else write(folder, file, content);
    const found = await verify('export', folder, options);
    if (before === undefined) rmSync(path);
    else write(folder, file, before);
    return found.findings;
  }

  const content = (file: string): Buffer => readFileSync(join(folder, file));
  const flipped = (file: string, at: number): Buffer => {
    const bytes = content(file);
    bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
    return bytes;
  };

  it('verifies under the keys that the auditor brings', async () => {
    const found = await verify('export', folder, against);
    expect(found.findings).toEqual([]);
    expect(found.checkpoints.signed).toMatchObject([
      { keys: 'given', signedBy: [ORIGIN], witnessedBy: ['w'], isWitnessed: true, size: story.length },
    ]);
    expect(found.notProved.join('\n')).not.toMatch(/KEYS TAKEN|no witness|no signed checkpoint/);
  });

  it('says loudly where the keys came from the export itself', async () => {
    const { verified, notProved } = await verify('export', folder);
    expect(verified).toBe(true);
    expect(notProved.join('\n')).toContain('KEYS TAKEN FROM THE EXPORT ITSELF');
  });

  it('no byte of any of its files can be flipped unnoticed', async () => {
    const files = (readdirSync(folder, { recursive: true }) as string[]).filter((path) =>
      statSync(join(folder, path)).isFile(),
    );
    const own: Against = { policy, vkeys: [LOG_VKEY] };
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...files), fc.nat(), fc.nat(7), async (file, at, bit) => {
        const bytes = content(file);
        const place = at % bytes.length;
        bytes.writeUInt8(bytes.readUInt8(place) ^ (1 << bit), place);
        return (await findingsWith(file, bytes, own)).length > 0;
      }),
      { numRuns: 60 },
    );
  });

  it.each<[string, number, object]>([
    ['tile/0/000', 40, { code: 'tile_differs', message: 'hash 1 of it is not what the events give' }],
    ['tile/1/000.p/1', 3, { code: 'tile_differs' }],
    ['tile/entries/000', 20, { code: 'entries_differ', message: "entry 0 of it is not the event's" }],
    ['tile/entries/000', 0, { code: 'entries_differ', message: 'it is no bundle of 256 entries' }],
  ])(
    'names a changed file where the events are those that were signed: %s at %i',
    async (file, at, place) => {
      expect(await findingsWith(file, flipped(file, at))).toMatchObject([{ ...place, file }]);
    },
  );

  it('names the event where it is the event that was changed', async () => {
    const changed = content('events.jsonl').toString().replace('"MER-1\\"', '"MER-2\\"');
    const [first] = await findingsWith('events.jsonl', changed);
    expect(first).toMatchObject({ code: 'leaf_differs', event: { stream: 'test.merchants' } });
  });

  it.each<[string, (lines: string[]) => string[], object]>([
    ['a line is gone', (lines) => lines.toSpliced(9, 1), { code: 'sequence_gap' }],
    [
      'two lines are swapped',
      (lines) => [...lines.slice(0, 9), lines[10] as string, lines[9] as string, ...lines.slice(11)],
      { code: 'sequence_gap' },
    ],
    [
      'a line is written in another way',
      (lines) => lines.with(9, (lines[9] as string).replace('{', '{ ')),
      { code: 'bad_record' },
    ],
    [
      'the last lines are gone',
      (lines) => [...lines.slice(0, -5), ''],
      { code: 'history_too_short', file: 'checkpoint' },
    ],
    [
      'the last line is cut',
      (lines) => [...lines.slice(0, -2), (lines.at(-2) as string).slice(0, -9)],
      { code: 'bad_record' },
    ],
  ])('finds that %s', async (_, change, place) => {
    const lines = content('events.jsonl').toString().split('\n');
    expect(await findingsWith('events.jsonl', change(lines).join('\n'))).toContainEqual(
      expect.objectContaining(place),
    );
  });

  it('finds a tile that is missing, one too many, and a file that is none', async () => {
    expect(await findingsWith('tile/0/001.p/' + String(story.length - 256), undefined)).toMatchObject([
      { code: 'missing_file' },
    ]);
    expect(await findingsWith('tile/0/007', Buffer.alloc(8192))).toMatchObject([
      { code: 'unexpected_file', file: 'tile/0/007' },
    ]);
    expect(await findingsWith('tile/0/7', 'x')).toMatchObject([
      { code: 'unexpected_file', file: 'tile/0/7' },
    ]);
  });

  it('names the checkpoint whose text, signature or cosignature was changed', async () => {
    const note = content('checkpoint').toString();
    const lastOf = (line: number): number =>
      note
        .split('\n')
        .slice(0, line + 1)
        .join('\n').length - 4;
    expect(await findingsWith('checkpoint', note.replace(ORIGIN, 'ledger.example/tess'))).toMatchObject([
      { code: 'signature_invalid', file: 'checkpoint' },
    ]);
    for (const line of [4, 5]) {
      expect(await findingsWith('checkpoint', flipped('checkpoint', lastOf(line) + 2))).toMatchObject([
        {
          code: expect.stringMatching(/signature_invalid|checkpoint_malformed/) as string,
          file: 'checkpoint',
        },
      ]);
    }
  });

  it('asks for the witnesses that the auditor names', async () => {
    const text = formatCheckpoint({ origin: ORIGIN, size: story.length, root: rootOf(story, story.length) });
    const unwitnessed = signNote(text, [LOG_KEY]);
    expect(await findingsWith('checkpoint', unwitnessed)).toMatchObject([{ code: 'policy_not_satisfied' }]);
    expect(await findingsWith('checkpoint', unwitnessed, { vkeys: [LOG_VKEY, WITNESS_VKEY] })).toMatchObject([
      { code: 'policy_not_satisfied' },
    ]);
    expect(await findingsWith('checkpoint', unwitnessed, { vkeys: [LOG_VKEY] })).toEqual([]);
  });

  it('believes no other key, and passes over signatures of keys that nobody named', async () => {
    const other = new Ed25519Signer(ORIGIN, Buffer.alloc(32, 3));
    const text = formatCheckpoint({ origin: ORIGIN, size: 3, root: rootOf(story, 3) });
    expect(await findingsWith('checkpoint', signNote(text, [other]), { vkeys: [LOG_VKEY] })).toMatchObject([
      { code: 'signature_invalid' },
    ]);
    const both = addSignatures(signNote(text, [LOG_KEY, other]), []);
    write(folder, 'kept', both);
    const { verified, checkpoints, notProved } = await verify('export', folder, {
      vkeys: [LOG_VKEY],
      checkpoints: [join(folder, 'kept')],
    });
    rmSync(join(folder, 'kept'));
    expect(verified).toBe(true);
    expect(checkpoints.signed).toMatchObject([{ file: 'checkpoint' }, { size: 3, unknownSignatures: 1 }]);
    expect(notProved.join('\n')).toContain('1 signature of unknown keys passed over');
  });

  it('a checkpoint of last month lies on the history, one of another history does not', async () => {
    const kept = join(root, 'kept');
    write(root, 'kept', signedNote(story, 42));
    expect(await verify('export', folder, { ...against, checkpoints: [kept] })).toMatchObject({
      verified: true,
    });
    const other = longStory();
    other.splice(30, 1);
    write(root, 'kept', signedNote(other, 42));
    const { findings } = await verify('export', folder, { ...against, checkpoints: [kept] });
    expect(findings).toMatchObject([
      {
        code: 'checkpoint_differs',
        file: kept,
        message: expect.stringContaining('one of 1 to 42') as string,
      },
    ]);
  });
});
