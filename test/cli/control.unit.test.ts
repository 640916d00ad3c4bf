import { createConnection } from 'node:net';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { Refusal } from '../../src/domain/shared/refusal.js';
import { askHolder } from '../../src/infrastructure/control/control-client.js';
import { ControlServer, type ControlJob } from '../../src/infrastructure/control/control-server.js';
import { REQUEST_BYTES_MAX, type ControlRequest } from '../../src/infrastructure/control/messages.js';
import { placeSocket, socketOf } from '../../src/infrastructure/control/socket-place.js';

const REQUEST: ControlRequest = { command: 'load', directory: '/pack', actor: '柜员' };

describe('the way to the process that holds the ledger', () => {
  let directory: string;
  let server: ControlServer | undefined;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'sourcebook-control-'));
  });

  afterEach(async () => {
    await server?.close();
    server = undefined;
    rmSync(directory, { recursive: true });
  });

  async function givenHolder(job: ControlJob): Promise<void> {
    server = await ControlServer.listen(directory, job);
  }

  it('brings the request over, and progress and result back', async () => {
    const asked: ControlRequest[] = [];
    await givenHolder(async (request, { onProgress }) => {
      asked.push(request);
      onProgress({ lines: 1 });
      onProgress({ lines: 2 });
      return { done: '完' };
    });
    const progress: unknown[] = [];
    expect(await askHolder(directory, REQUEST, (told) => progress.push(told))).toEqual({
      result: { done: '完' },
    });
    expect(asked).toEqual([REQUEST]);
    expect(progress).toEqual([{ lines: 1 }, { lines: 2 }]);
  });

  it('brings a refusal back with its code', async () => {
    await givenHolder(() => Promise.reject(new Refusal('shortage', 'too few')));
    const failure = { name: 'Refusal', message: 'too few', code: 'shortage' };
    await expect(askHolder(directory, REQUEST, () => undefined)).rejects.toMatchObject({
      name: 'HolderFailed',
      failure,
    });
  });

  it('knows where nobody listens: no note, a note that is torn, a socket that was left behind', async () => {
    expect(await askHolder(directory, REQUEST, () => undefined)).toBeUndefined();
    writeFileSync(join(directory, 'control.json'), '{"sock');
    expect(await askHolder(directory, REQUEST, () => undefined)).toBeUndefined();
    writeFileSync(placeSocket(directory), '');
    expect(await askHolder(directory, REQUEST, () => undefined)).toBeUndefined();
  });

  it('takes the place of a holder that died', async () => {
    writeFileSync(placeSocket(directory), '');
    await givenHolder(async () => 'new');
    expect(await askHolder(directory, REQUEST, () => undefined)).toEqual({ result: 'new' });
  });

  it('says so where the holder ends before it answers', async () => {
    await givenHolder(async () => {
      await server?.close();
      server = undefined;
    });
    await expect(askHolder(directory, REQUEST, () => undefined)).rejects.toMatchObject({
      name: 'HolderGone',
    });
  });

  it('stops the job when the one who asked goes away', async () => {
    let stopped: Promise<unknown> = Promise.resolve();
    const begun = new Promise<void>((resolve) => {
      void givenHolder(async (_, { signal }) => {
        stopped = once(signal, 'abort');
        resolve();
        await stopped;
      }).then(() => {
        const connection = createConnection(socketOf(directory) ?? '');
        connection.write(`${JSON.stringify(REQUEST)}\n`);
        void begun.then(() => connection.destroy());
      });
    });
    await begun;
    await stopped;
  });

  it('hangs up on a request without end', async () => {
    await givenHolder(async () => 'never');
    const connection = createConnection(socketOf(directory) ?? '');
    connection.on('error', () => connection.destroy());
    connection.write('x'.repeat(REQUEST_BYTES_MAX + 1));
    await once(connection, 'close');
  });

  it('puts the socket elsewhere, in a folder of its own, where its path would be too long', async () => {
    const deep = mkdtempSync(join(directory, 'd'.repeat(120)));
    const far = await ControlServer.listen(deep, async () => 'here');
    expect(socketOf(deep)?.startsWith(deep)).toBe(false);
    expect(Buffer.byteLength(socketOf(deep) ?? '')).toBeLessThanOrEqual(103);
    expect(await askHolder(deep, REQUEST, () => undefined)).toEqual({ result: 'here' });
    await far.close();
    expect(readdirSync(deep)).toEqual([]);
  });
});
