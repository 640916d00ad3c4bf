import { PassThrough } from 'node:stream';
import { runCommandLine } from '../../src/cli/program.js';
import { Output } from '../../src/cli/terminal/output.js';

interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function run(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Ran> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const streams = [stdout, stderr] as unknown as [NodeJS.WriteStream, NodeJS.WriteStream];
  const output = new Output(...streams, {});
  const code = await runCommandLine(args, { output, environment, signal: new AbortController().signal });
  return { code, stdout: String(stdout.read() ?? ''), stderr: String(stderr.read() ?? '') };
}

describe('what is typed', () => {
  it('may name its command after the options that all have', async () => {
    const { code, stderr } = await run(['--data', '/nowhere/at/all', 'report']);
    expect(code).toBe(1);
    expect(stderr).toContain('there is no ledger in /nowhere/at/all');
  });

  it('takes the data directory from SOURCEBOOK_DATA unless it is named', async () => {
    expect((await run(['report'], { SOURCEBOOK_DATA: '/one' })).stderr).toContain('no ledger in /one');
    expect((await run(['report', '--data=/two'], { SOURCEBOOK_DATA: '/one' })).stderr).toContain(
      'no ledger in /two',
    );
  });

  it('is answered with the usage of its command where an option is wrong', async () => {
    const { code, stdout, stderr } = await run(['trace', '--color']);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain("'--color'");
    expect(stderr).toContain('usage: sourcebook trace');
  });

  it('lists every command in the help, with what it is for', async () => {
    const { stdout } = await run(['--help']);
    for (const name of [
      'demo',
      'load',
      'report',
      'trace',
      'import-keys',
      'issue',
      'refund',
      'events',
      'projections',
    ]) {
      expect(stdout).toMatch(new RegExp(`^  ${name} +\\S`, 'm'));
    }
  });

  it('gives every command a help of its own', async () => {
    for (const name of [
      'demo',
      'load',
      'report',
      'trace',
      'import-keys',
      'issue',
      'refund',
      'events',
      'projections',
    ]) {
      const { code, stdout } = await run([name, '--help']);
      expect(code).toBe(0);
      expect(stdout.startsWith(`usage: sourcebook ${name}`)).toBe(true);
    }
  });
});
