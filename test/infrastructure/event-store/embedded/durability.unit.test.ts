import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ChildProgram } from '../../../support/event-store-child.js';
import { DataDirectory } from '../../../support/event-store-directory.js';

const tracing = spawnSync('strace', ['-V']).status === 0;
const ACKNOWLEDGED = 20;

/** An acknowledgement goes out on the standard output as a line with the event's id. */
const ACKNOWLEDGEMENT = /write\(1, "[0-9a-f]{8}-/;
const SYNC = /\b(fdatasync|fsync)\(/;

describe('an acknowledged append', () => {
  const onlyWhereTraced = tracing ? test : test.skip;

  onlyWhereTraced('was synced after the one before it was acknowledged (as strace sees it)', async () => {
    const program = new ChildProgram();
    const [directory, traces] = [new DataDirectory(), new DataDirectory()];
    const trace = join(traces.path, 'trace');
    const child = program.start(directory.path, 'l', [
      'strace',
      '-f',
      '-o',
      trace,
      '-e',
      'trace=write,fsync,fdatasync',
    ]);
    await child.said(1 + ACKNOWLEDGED);
    await child.kill();

    const calls = readFileSync(trace, 'utf8').split('\n');
    const acknowledgements = calls.flatMap((call, index) => (ACKNOWLEDGEMENT.test(call) ? [index] : []));
    expect(acknowledgements.length).toBeGreaterThanOrEqual(ACKNOWLEDGED);
    acknowledgements.reduce((previous, index) => {
      expect(calls.slice(previous, index).some((call) => SYNC.test(call))).toBe(true);
      return index;
    }, 0);

    for (const kept of [program, directory, traces]) kept.remove();
  });
});
