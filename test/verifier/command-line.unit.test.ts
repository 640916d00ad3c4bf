import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runVerifier, verifyTaskOf } from '../../src/verifier/command-line.js';
import { Progress } from '../../src/verifier/progress.js';
import type { Verification } from '../../src/verifier/verification.js';
import { eventOf, forge, story } from './support/recorded-history.js';
import { LOG_VKEY, signedNote, write, writeData, writeExport } from './support/written-ledger.js';

describe('the program sourcebook-verify', () => {
  const root = mkdtempSync(join(tmpdir(), 'sourcebook-verify-test-'));
  const [fine, forged] = [join(root, 'fine'), join(root, 'forged')];

  beforeAll(() => {
    const events = story();
    writeExport(fine, events);
    writeData(fine, events);
    write(root, 'kept', signedNote(events, 9));
    write(root, 'note', 'no report');
    const changed = eventOf(events, 'OrderFulfilled');
    changed.data = changed.data.replace('{', '{"\\u001b[31mSECRET":"SECRET",');
    forge(changed, (payload) => void (payload['quantity'] = 99));
    mkdirSync(forged);
    writeData(forged, events);
  });
  afterAll(() => rmSync(root, { recursive: true }));

  async function run(...args: string[]) {
    const said = { stdout: '', stderr: '' };
    const code = await runVerifier(args, {
      stdout: { write: (text: string) => (said.stdout += text) },
      stderr: { write: (text: string) => (said.stderr += text) },
    });
    return { code, ...said };
  }

  it('says in plain words what is proved and what is not: 0', async () => {
    const { code, stdout, stderr } = await run(
      '--data',
      fine,
      '--checkpoint',
      join(root, 'kept'),
      '--vkey',
      LOG_VKEY,
    );
    expect(code).toBe(0);
    expect(stdout).toMatch(/^VERIFIED {2}/);
    expect(stdout).toContain('signed by ledger.example/test for the first 9 events');
    expect(stdout).toContain('events come after every signed checkpoint that was given');
    expect(stdout).toContain('no witness was asked for');
    expect(stdout).toContain('no report was given');
    expect(stderr).toBe('');
  });

  it('names the first event that does not fit, and no secret of it: 1', async () => {
    const { code, stdout } = await run('--data', forged);
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /DOES NOT VERIFY[\s\S]*The first that does not fit:\s+✗ quantity_differs: .*\n {4}event \d+ of the sequence, revision 0 of test\.order-/,
    );
    expect(stdout).not.toContain('SECRET');
  });

  it('says the same to a machine', async () => {
    const { code, stdout } = await run('--export', fine, '--json');
    const said = JSON.parse(stdout) as Verification;
    expect(code).toBe(0);
    expect(said).toMatchObject({
      verified: true,
      findings: [],
      findingsTotal: 0,
      checkpoints: { signed: [{ file: 'checkpoint' }] },
    });
    expect(said.figures?.skus.map(({ sku }) => sku)).toEqual(['SKU-A', 'SKU-B']);
    expect((await run('--data', forged, '--json')).code).toBe(1);
  });

  it.each<[string, string[], RegExp]>([
    ['nothing', [], /name what is to be verified/],
    ['two things', ['--data', fine, '--export', fine], /not both/],
    ['an option that there is not', ['--date', fine], /date/],
    ['a folder that is none', ['--data', join(root, 'none')], /is not there; name/],
    ['a folder without a ledger', ['--export', root], /is not there; name/],
    [
      'a checkpoint that is none',
      ['--data', fine, '--checkpoint', join(root, 'none')],
      /cannot be read \(ENOENT\)/,
    ],
    ['a pack that is none', ['--evidence', join(root, 'none')], /cannot be read \(ENOENT\)/],
    ['two packs', ['--evidence', fine, '--key-proof', fine], /name one pack/],
    ['a report of a pack', ['--evidence', fine, '--report', fine], /--report is not for a pack/],
    [
      'a pack of a ledger',
      ['--data', fine, '--old-checkpoint', fine],
      /--old-checkpoint is not for a ledger/,
    ],
    ['a key that is none', ['--data', fine, '--vkey', 'key'], /cannot be used/],
    ['a policy that is none', ['--data', fine, '--policy', join(root, 'note')], /cannot be used/],
    ['a report that is none', ['--data', fine, '--report', join(root, 'note')], /is no report/],
    ['a sequence without a report', ['--data', fine, '--report-sequence', '3'], /name it with --report/],
    ['a sequence that is none', ['--data', fine, '--report', fine, '--report-sequence', '0'], /whole number/],
  ])('is told %s: 2', async (_, args, message) => {
    const { code, stderr, stdout } = await run(...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(message);
  });

  it('shows how it is used', async () => {
    expect(await run('--help')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('--report-sequence') as string,
    });
    expect(verifyTaskOf({}, 'data')).toMatchObject({ options: { source: { kind: 'data', path: 'data' } } });
  });
});

describe('progress', () => {
  function told(isTTY: boolean, timesMs: readonly number[]): string[] {
    const [texts, clock] = [[] as string[], [0, ...timesMs]];
    const progress = new Progress({ isTTY, write: (text) => texts.push(text) }, () => clock.shift() ?? 0);
    timesMs.forEach((_, index) => progress.tell((index + 1) * 1000, 4000));
    progress.end();
    return texts;
  }

  it('is a line every few seconds where nobody watches', () => {
    expect(told(false, [100, 5_000, 6_000, 10_000])).toEqual([
      'verifying: 2,000 events, 50 %, 400 a second\n',
      'verifying: 4,000 events, 99 %, 400 a second\n',
    ]);
  });

  it('is redrawn on a terminal, and gone at the end', () => {
    const texts = told(true, [50, 200]);
    expect(texts).toEqual(['\r\u001b[2Kverifying: 2,000 events, 50 %, 10,000 a second', '\r\u001b[2K']);
  });
});
