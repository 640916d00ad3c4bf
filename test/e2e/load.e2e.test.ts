import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { runCli, startCli } from '../support/cli-child.js';
import { answersOf } from '../support/reference/answers.js';
import { ReferenceModel } from '../support/reference/model.js';
import { Random } from '../support/reference/random.js';
import { writeRandomPack } from '../support/reference/random-pack.js';

const FIRST_MONTH = resolve(__dirname, '../../samples/first-month');
/** More of it: SOURCEBOOK_KILLS=50 SOURCEBOOK_KILLED_OPERATIONS=3000 npx jest test/e2e/load -t 'random moments' */
const KILLS = Number(process.env['SOURCEBOOK_KILLS'] ?? 10);
const OPERATIONS = Number(process.env['SOURCEBOOK_KILLED_OPERATIONS'] ?? 400);
const TIMEOUT_MS = 600_000;

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'sourcebook-load-'));
});

afterEach(() => rmSync(directory, { recursive: true, force: true }));

const sourcebook = (...args: string[]) => runCli(['--data', join(directory, 'data'), ...args]);

describe('a real month of supply', () => {
  it(
    'gives the expected report byte for byte, every trace and every key; loaded again it changes nothing',
    async () => {
      const expected = (file: string): string => readFileSync(join(FIRST_MONTH, 'expected', file), 'utf8');
      const demo = await sourcebook('demo');
      expect(demo).toMatchObject({ code: 0 });
      expect(demo.stdout).toContain('All of it equals samples/first-month/expected');
      expect((await sourcebook('report', '--json')).stdout).toBe(expected('report.json'));
      const events = await sourcebook('events', '--json');
      const first = await sourcebook('load', FIRST_MONTH, '--json');
      expect(JSON.parse(first.stdout)).toMatchObject({ lines: 5844, refused: 412, replayed: 117 });
      expect((await sourcebook('events', '--json')).stdout).toBe(events.stdout);
    },
    TIMEOUT_MS,
  );

  it('the demo leaves a folder alone that holds anything else', async () => {
    const { code, stderr } = await runCli(['demo', '--data', FIRST_MONTH]);
    expect(code).toBe(1);
    expect(stderr).toContain('is no demo ledger');
    expect(readFileSync(join(FIRST_MONTH, 'suppliers.csv'), 'utf8')).toContain('SUP-01');
  });
});

describe('a load that is killed', () => {
  it(
    `at ${KILLS} random moments and finished gives the report of an undisturbed one`,
    async () => {
      const seed = Number(process.env['SOURCEBOOK_RANDOM_SEED'] ?? 7);
      const pack = join(directory, 'pack');
      writeRandomPack(pack, seed, OPERATIONS);
      const random = new Random(seed);
      let killed = 0;
      let longestMs = 1500;
      while (killed < KILLS) {
        const ended = await killAfter(random.whole(0, longestMs), pack);
        killed = ended ? 0 : killed + 1;
        if (!ended) continue;
        // It came to its end before it was killed often enough: once more, on a fresh ledger and less patiently.
        rmSync(join(directory, 'data'), { recursive: true });
        longestMs /= 2;
      }
      expect(await sourcebook('load', pack)).toMatchObject({ code: 0 });
      const expected = answersOf(new ReferenceModel(pack).run());
      const { stdout } = await sourcebook('report', '--json');
      expect(stdout.split('\n')).toEqual(`${JSON.stringify(expected.report, null, 1)}\n`.split('\n'));
      expect(await sourcebook('projections', 'verify')).toMatchObject({ code: 0 });
    },
    TIMEOUT_MS,
  );
});

/** @returns whether the load had come to its end */
async function killAfter(delayMs: number, pack: string): Promise<boolean> {
  const child = startCli(['--data', join(directory, 'data'), 'load', pack]);
  const exited = once(child, 'exit') as Promise<[number | null, string | null]>;
  await Promise.race([pause(delayMs + 400), exited]);
  child.kill('SIGKILL');
  const [, signal] = await exited;
  return signal !== 'SIGKILL';
}
