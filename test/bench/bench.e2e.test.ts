import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

const REPOSITORY = join(__dirname, '..', '..');
const COMPILER = join(REPOSITORY, 'node_modules', 'typescript', 'bin', 'tsc');
const PROGRAM = join(REPOSITORY, 'dist-bench', 'bench', 'main.js');
const RUN_MS_MAX = 300_000;
const COLUMNS = ['measurement', 'value', 'unit', 'floor', 'ratio', 'target', 'met'];

/** Every figure that issue "Fast" names, wherever it can be measured. */
const MEASUREMENTS = [
  'append-one',
  'append-256',
  'issue-http',
  'issue-http p99',
  'issue-http read models behind at the end',
  'issue-http-hot',
  'issue-http-hot p99',
  'issue-http-hot read models behind at the end',
  'issue-http-latency maximum',
  ...['50 %', '80 %'].flatMap((load) =>
    ['p50', 'p99', 'p99.9', 'projection lag p50', 'projection lag p99'].map(
      (figure) => `issue-http-latency at ${load} ${figure}`,
    ),
  ),
  'import',
  'import peak memory',
  ...['inventory', 'cost', 'traceability', 'loads', 'unsettled', 'moments', 'transparency'].map(
    (name) => `rebuild ${name}`,
  ),
  'trace of a key p99',
  'stock of a SKU p99',
  'start',
  'memory after issues',
  'growth append-one',
  'growth append-256',
  'growth issue-http',
  'growth trace p99',
  ...['inventory', 'cost', 'traceability', 'loads', 'unsettled', 'moments', 'transparency'].map(
    (name) => `growth rebuild ${name}`,
  ),
];

/** Rows that say that they were not run where what they need is missing. */
const ELSEWHERE = [
  'append-one beside emmett-sqlite',
  'eventstoredb issue on one SKU',
  'eventstoredb issue on many SKUs',
  'eventstoredb rebuild inventory',
  'eventstoredb import',
];

interface Row {
  readonly measurement: string;
  readonly value: number | null;
  readonly floor: number | null;
  readonly ratio: number | null;
  readonly target: string | null;
  readonly met: boolean | null;
}

function bench(args: readonly string[]) {
  const { EVENTSTORE_TEST_URL: _, ...env } = process.env;
  return run(process.execPath, [PROGRAM, ...args], { cwd: REPOSITORY, env, maxBuffer: 16 * 1024 * 1024 });
}

function leftovers(): string[] {
  return readdirSync(tmpdir()).filter((name) => name.startsWith('sourcebook-bench-'));
}

describe('npm run bench', () => {
  beforeAll(async () => {
    await run(process.execPath, [COMPILER, '-p', join(REPOSITORY, 'bench', 'tsconfig.json')]);
  }, RUN_MS_MAX);

  it(
    'measures everything at a short scale, says what it could not, and leaves nothing behind',
    async () => {
      const before = leftovers();
      const { stdout, stderr } = await bench(['--scale', 'short', '--json']);
      const rows = JSON.parse(stdout) as readonly Row[];
      for (const row of rows) expect(Object.keys(row)).toEqual(COLUMNS);
      const valueOf = new Map(rows.map(({ measurement, value }) => [measurement, value]));
      expect(MEASUREMENTS.filter((name) => !((valueOf.get(name) ?? 0) > 0))).toEqual([]);
      expect(ELSEWHERE.filter((name) => !valueOf.has(name))).toEqual([]);
      expect(stderr).toContain('eventstoredb: NOT RUN');
      expect(leftovers()).toEqual(before);
    },
    RUN_MS_MAX,
  );

  it(
    'measures one thing by its name, beside the floor of the same run',
    async () => {
      const { stdout } = await bench(['--scale', 'short', '--json', 'append-one']);
      const [row, ...others] = JSON.parse(stdout) as readonly Row[];
      expect(others).toEqual([]);
      expect(row).toMatchObject({ measurement: 'append-one', target: '>= 0.60 of the floor' });
      expect(row?.ratio).toBeCloseTo((row?.value ?? 0) / (row?.floor ?? 0), 6);
      expect(row?.met).toBe((row?.ratio ?? 0) >= 0.6);
    },
    RUN_MS_MAX,
  );

  it('refuses a name that it does not know, and tells those that it does', async () => {
    const refused = await bench(['no-such-benchmark']).then(
      () => undefined,
      (error: { code: number; stderr: string }) => error,
    );
    expect(refused?.code).toBe(2);
    expect(refused?.stderr).toContain('issue-http-latency');
  });
});
