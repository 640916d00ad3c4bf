import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { once } from 'node:events';
import { runCommandLine } from '../../src/cli/program.js';
import { Output } from '../../src/cli/terminal/output.js';
import { readWitnessVkey } from '../../src/proof/cosignature.js';
import { ScratchDirectory } from '../support/scratch-directory.js';
import { ToldLog } from './told-log.js';

const log = new ToldLog();
const fork = new ToldLog(log.origin, 'rewritten');
const scratch = new ScratchDirectory();
afterAll(() => scratch.remove());

const settings = [
  ['--state', join(scratch.path, 'state')],
  ['--key', join(scratch.path, 'witness.key')],
  ['--name', 'auditor.example/witness'],
  ['--log', log.vkey],
  ['--log', new ToldLog(log.origin, 'leaf', 9).vkey],
  ['--listen', '127.0.0.1:0'],
];

function started(args: readonly string[]) {
  const [stdout, stderr] = [new PassThrough({ encoding: 'utf8' }), new PassThrough({ encoding: 'utf8' })];
  const streams = [stdout, stderr] as unknown as [NodeJS.WriteStream, NodeJS.WriteStream];
  const stop = new AbortController();
  const output = new Output(...streams, {});
  const ended = runCommandLine(['witness', ...args], { output, environment: {}, signal: stop.signal });
  return { stdout, stderr, stop, ended };
}

describe('sourcebook witness', () => {
  it('prints its key, serves until it is stopped, and tells a split on stderr', async () => {
    const { stdout, stderr, stop, ended } = started(['--json', ...settings.flat()]);
    const [said] = (await once(stdout, 'data')) as [string];
    const { vkey, url, logs } = JSON.parse(said) as { vkey: string; url: string; logs: number };
    expect([readWitnessVkey(vkey).name, logs]).toEqual(['auditor.example/witness', 1]);
    const add = async (body: string): Promise<number> =>
      (await fetch(`${url}/add-checkpoint`, { method: 'POST', body })).status;
    expect(await add(log.request(0, 5))).toBe(200);
    expect(await add(fork.request(5, 5))).toBe(422);
    expect(String(stderr.read())).toMatch(/^SPLIT HISTORY: ledger\.example\.com\/main .*\n$/);
    stop.abort();
    expect(await ended).toBe(0);
    await expect(add(log.request(5, 6))).rejects.toThrow('fetch failed');
  });

  it.each([
    ['without a log', settings.filter(([name]) => name !== '--log').flat(), 2, '--log is missing'],
    ['without a name', settings.filter(([name]) => name !== '--name').flat(), 2, '--name is missing'],
    ['at no address', [...settings.slice(0, -1), ['--listen', 'here']].flat(), 2, 'a host and a port'],
    ['at no port', [...settings.slice(0, -1), ['--listen', 'here:65536']].flat(), 2, 'a host and a port'],
    ['for what is no log', [...settings, ['--log', 'x']].flat(), 1, '"x" is no log\'s key'],
  ])('does not start %s, and says what to do', async (_, args, code, message) => {
    const { stderr, ended } = started(args);
    expect(await ended).toBe(code);
    expect(String(stderr.read())).toContain(message);
  });
});
