import { chmodSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { once } from 'node:events';
import { formatAddCheckpoint } from '../../src/proof/add-checkpoint.js';
import { cosignedAtSeconds, readWitnessVkey } from '../../src/proof/cosignature.js';
import { EMPTY_ROOT, sha256 } from '../../src/proof/hashes.js';
import { Ed25519Signer, openNote, readSignatureLine, readVkey, signNote } from '../../src/proof/note.js';
import { BODY_BYTES_MAX } from '../../src/witness/server.js';
import { WitnessUnderTest, answered } from './running.js';
import { ToldLog } from './told-log.js';

const log = new ToldLog();
/** Signs as the log does, and tells something else. */
const fork = new ToldLog(log.origin, 'rewritten');
const other = new ToldLog('other.example.com/log', 'other', 2);

describe('a witness', () => {
  let witness: WitnessUnderTest;

  beforeEach(async () => {
    witness = new WitnessUnderTest();
    await witness.start([log.vkey]);
  });
  afterEach(() => witness.remove());

  it('cosigns a log from its beginning, as long as it continues', async () => {
    for (const [oldSize, newSize] of [
      [0, 0],
      [0, 5],
      [5, 5],
      [5, 256],
      [256, 600],
    ] as const) {
      const { status, type, body } = await witness.add(log.request(oldSize, newSize));
      expect([status, type]).toEqual([200, 'text/plain; charset=utf-8']);
      expect(witness.hasCosigned(log.text(newSize), body)).toBe(true);
      expect(cosignedAtSeconds(readSignatureLine(body))).toBe(witness.nowSeconds);
    }
    expect(witness.alarms).toEqual([]);
  });

  it('shows the last checkpoint with the signatures of the log and its own, and no other', async () => {
    expect((await witness.latest(log.origin)).status).toBe(404);
    const stranger = new Ed25519Signer('stranger.example', Buffer.alloc(32, 5));
    const note = signNote(log.text(5), [stranger, log.signer]);
    await witness.add(formatAddCheckpoint({ oldSize: 0, proof: [], checkpoint: note }));
    const { status, body } = await witness.latest(log.origin);
    const opened = openNote(body, [readVkey(log.vkey), readWitnessVkey(witness.vkey)]);
    expect([status, opened.text, opened.verified.length]).toEqual([200, log.text(5), 2]);
    expect(body).not.toContain('stranger');
    expect((await witness.latest(other.origin)).status).toBe(404);
  });

  it('names the size that it knows where another was thought', async () => {
    await witness.add(log.request(0, 5));
    for (const oldSize of [0, 4]) {
      expect(await witness.add(log.request(oldSize, 9))).toEqual({
        status: 409,
        type: 'text/x.tlog.size',
        body: '5\n',
      });
    }
    expect((await witness.add(log.request(0, 3))).body).toBe('5\n');
  });

  it.each<[string, number, string]>([
    ['an old size beyond the new', 400, log.request(6, 5)],
    ['an unknown origin', 404, other.request(0, 5)],
    ['no signature of the log', 403, bodyOf(signNote(log.text(5), [other.signer]))],
    ['a wrong signature of the log', 403, bodyOf(`${log.text(5)}\n${log.note(6).split('\n\n')[1] ?? ''}`)],
    ['a proof where none is needed', 422, bodyOf(log.note(5), [sha256('x')])],
    ['an empty tree with a root of its own', 422, bodyOf(empty(sha256('x')))],
    ['an empty tree with a proof', 422, bodyOf(empty(EMPTY_ROOT), [sha256('x')])],
    ['more than 63 proof lines', 400, wordy(64)],
    ['63 proof lines that prove nothing', 422, wordy(63)],
    ['no old size', 400, log.request(0, 5).replace('old 0', 'new 0')],
    ['an old size with a zero before it', 400, log.request(0, 5).replace('old 0', 'old 00')],
    ['an old size that is too large', 400, log.request(0, 5).replace('old 0', 'old 99999999999999999999')],
    ['a proof line that is none', 400, log.request(0, 5).replace('old 0\n', 'old 0\nYWJj\n')],
    ['a signed text that is no checkpoint', 400, bodyOf(signNote(`${log.origin}\n5\n`, [log.signer]))],
    ['a note without signatures', 400, `old 0\n\n${log.text(5)}`],
    ['nothing', 400, ''],
  ])('given %s answers %d and records nothing', async (_, status, body) => {
    const answer = await witness.add(body);
    expect(answer.status).toBe(status);
    expect(answer.body).not.toContain('— ');
    expect((await witness.latest(log.origin)).status).toBe(404);
  });

  it('given a proof that does not hold answers 422, tells it loudly, and goes on from what it knew', async () => {
    await witness.add(log.request(0, 5));
    expect((await witness.add(fork.request(5, 9))).status).toBe(422);
    const shorter = formatAddCheckpoint({
      oldSize: 5,
      proof: log.proof(5, 9).slice(1),
      checkpoint: log.note(9),
    });
    expect((await witness.add(shorter)).status).toBe(422);
    expect(witness.alarms).toEqual([
      expect.stringMatching(/^NOT CONTINUED: ledger\.example\.com\/main .*size 9/),
      expect.stringMatching(/^NOT CONTINUED/),
    ]);
    expect((await witness.add(log.request(5, 9))).status).toBe(200);
  });

  it('shown two trees of one size keeps both as proof, whatever old size was named, and tells it once', async () => {
    await witness.add(log.request(0, 5));
    expect((await witness.add(fork.request(5, 5))).status).toBe(422);
    expect((await witness.add(fork.request(3, 5))).status).toBe(409);
    expect(witness.alarms).toEqual([
      expect.stringMatching(/^SPLIT HISTORY: .*two different trees of size 5/),
    ]);
    const path = /kept in (.*)$/.exec(witness.alarms[0] ?? '')?.[1] ?? '';
    const evidence = JSON.parse(readFileSync(path, 'utf8')) as Record<'cosigned' | 'submitted', string>;
    for (const [note, text] of [
      [evidence.cosigned, log.text(5)],
      [evidence.submitted, fork.text(5)],
    ] as const)
      expect(openNote(note, [readVkey(log.vkey)]).text).toBe(text);
    expect((await witness.latest(log.origin)).body).toContain(log.text(5));
  });

  it('cosigns one of two that race from the same size', async () => {
    await witness.add(log.request(0, 5));
    const sizes = [6, 7, 8, 9, 10, 11];
    const answers = await Promise.all(sizes.map((size) => witness.add(log.request(5, size))));
    const statuses = answers.map(({ status }) => status);
    const won = statuses.indexOf(200);
    expect(statuses.filter((status) => status === 200)).toHaveLength(1);
    expect(statuses.filter((status) => status === 409)).toHaveLength(5);
    expect((await witness.latest(log.origin)).body).toContain(log.text(sizes[won] ?? 0));
    expect(new Set(answers.filter(({ status }) => status === 409).map(({ body }) => body))).toEqual(
      new Set([`${sizes[won]}\n`]),
    );
  });

  it('answers a cosignature only when it is recorded', async () => {
    await witness.add(log.request(0, 5));
    // The state's place is taken by something that cannot be replaced by a file.
    const draft = `${witness.stateFile(log.origin)}.next`;
    mkdirSync(draft);
    const answer = await witness.add(log.request(5, 9));
    expect([answer.status, answer.body]).toEqual([500, 'the witness has failed\n']);
    expect(witness.failures).toHaveLength(1);
    expect((await witness.latest(log.origin)).body).toContain(log.text(5));
  });

  it('reads no more than a request can need', async () => {
    const answer = await witness.add(Buffer.alloc(BODY_BYTES_MAX + 1, 'a')).catch(() => undefined);
    expect(answer?.status ?? 413).toBe(413);
    expect((await witness.add(Buffer.alloc(BODY_BYTES_MAX, 'a'))).status).toBe(400);
  });

  it('has two questions and knows their methods', async () => {
    const hash = '0'.repeat(64);
    const ask = async (path: string, method: string): Promise<number> =>
      (await answered(await fetch(`${witness.url}${path}`, { method }))).status;
    expect(await ask('/', 'GET')).toBe(404);
    expect(await ask('/add-checkpoint', 'GET')).toBe(405);
    expect(await ask(`/${hash}/checkpoint`, 'POST')).toBe(405);
    expect(await ask(`/${hash}/checkpoint`, 'GET')).toBe(404);
    expect(await ask(`/${hash.slice(1)}/checkpoint`, 'GET')).toBe(404);
  });

  it('outlives callers who hang up in the middle', async () => {
    const { port } = new URL(witness.url);
    const socket = connect(Number(port), '127.0.0.1');
    await once(socket, 'connect');
    socket.write('POST /add-checkpoint HTTP/1.1\r\nhost: w\r\ncontent-length: 100\r\n\r\nold 0');
    socket.destroy();
    await once(socket, 'close');
    expect((await witness.add(log.request(0, 5))).status).toBe(200);
    expect(witness.failures).toEqual([]);
  });
});

describe('a witness that starts again', () => {
  const witness = new WitnessUnderTest();
  afterAll(() => witness.remove());

  it('knows what it cosigned, under the same key', async () => {
    const { vkey } = await witness.start([log.vkey]);
    await witness.add(log.request(0, 5));
    expect((await witness.start([log.vkey])).vkey).toBe(vkey);
    expect((await witness.latest(log.origin)).body).toContain(log.text(5));
    expect((await witness.add(fork.request(0, 5))).status).toBe(409);
    expect((await witness.add(log.request(5, 9))).status).toBe(200);
  });

  it('follows a log through a change of its key', async () => {
    const next = new ToldLog(log.origin, 'leaf', 7);
    await witness.start([log.vkey, next.vkey, other.vkey]);
    expect((await witness.add(next.request(9, 20))).status).toBe(200);
    await witness.start([next.vkey]);
    expect((await witness.add(next.request(20, 21))).status).toBe(200);
    expect((await witness.add(log.request(21, 22))).status).toBe(403);
    await expect(witness.start([log.vkey])).rejects.toThrow('give the key that did as well');
  });

  it('keeps its key from others', () => {
    expect(statSync(witness.keyFile).mode & 0o777).toBe(0o600);
  });
});

describe('a witness does not start', () => {
  let witness: WitnessUnderTest;

  beforeEach(async () => {
    witness = new WitnessUnderTest();
    await witness.start([log.vkey]);
    await witness.add(log.request(0, 5));
    await witness.stop();
  });
  afterEach(() => witness.remove());

  it('on a state that is cut short, empty or of another log', async () => {
    const path = witness.stateFile(log.origin);
    const state = readFileSync(path);
    for (const length of [0, 1, state.length - 1]) {
      writeFileSync(path, state.subarray(0, length));
      await expect(witness.start([log.vkey])).rejects.toThrow('cannot be believed');
    }
    writeFileSync(path, state);
    await witness.start([log.vkey, other.vkey]);
    await witness.add(other.request(0, 5));
    writeFileSync(path, readFileSync(witness.stateFile(other.origin)));
    await expect(witness.start([log.vkey, other.vkey])).rejects.toThrow('cannot be believed');
  });

  it('on a state that the log has signed with all its keys and the witness has not', async () => {
    const next = new ToldLog(log.origin, 'leaf', 7);
    writeFileSync(witness.stateFile(log.origin), signNote(log.text(5), [log.signer, next.signer]));
    await expect(witness.start([log.vkey, next.vkey])).rejects.toThrow('this witness has not cosigned it');
  });

  it('without its key, without its state, or with those of another', async () => {
    const { scratch, state } = witness;
    await expect(witness.start([log.vkey], { name: 'someone.else/witness' })).rejects.toThrow(
      'no key of the name',
    );
    await expect(witness.start([log.vkey], { keyFile: `${scratch.path}/other.key` })).rejects.toThrow(
      'restore the key',
    );
    await expect(witness.start([log.vkey], { state: `${scratch.path}/other` })).rejects.toThrow(
      'restore the state',
    );
    await witness.start([log.vkey], {
      state: `${scratch.path}/other`,
      keyFile: `${scratch.path}/second.key`,
    });
    await expect(witness.start([log.vkey], { keyFile: `${scratch.path}/second.key` })).rejects.toThrow(
      'another key',
    );
    rmSync(state, { recursive: true });
    await expect(witness.start([log.vkey])).rejects.toThrow('--new-state');
    await witness.start([log.vkey], { newState: true });
  });

  it('twice on one state', async () => {
    await witness.start([log.vkey]);
    const second = new WitnessUnderTest();
    const shared = { state: witness.state, keyFile: witness.keyFile };
    await expect(second.start([log.vkey], shared)).rejects.toThrow('another witness holds');
    await second.remove();
  });

  it('where its port is taken', async () => {
    const { url } = await witness.start([log.vkey]);
    const second = new WitnessUnderTest();
    const listen = { host: '127.0.0.1', port: Number(new URL(url).port) };
    await expect(second.start([log.vkey], { listen })).rejects.toThrow('nothing can be served at');
    await second.start([log.vkey]);
    await second.remove();
  });

  it('with a key that others can read, or that was changed', async () => {
    const key = readFileSync(witness.keyFile, 'utf8');
    for (const changed of [
      '',
      key.replace('+KEY', '-KEY'),
      key.replace(/\+[0-9a-f]{8}\+/, '+00000000+'),
      key.slice(0, -6),
    ]) {
      writeFileSync(witness.keyFile, changed);
      await expect(witness.start([log.vkey])).rejects.toThrow('holds no key');
    }
    writeFileSync(witness.keyFile, key);
    chmodSync(witness.keyFile, 0o644);
    await expect(witness.start([log.vkey])).rejects.toThrow('chmod 600');
  });

  it('without a log, or for what is no log', async () => {
    const { vkey } = await witness.start([log.vkey]);
    await expect(witness.start([])).rejects.toThrow('at least one log');
    await expect(witness.start(['x'])).rejects.toThrow('"x" is no log\'s key');
    await expect(witness.start([vkey])).rejects.toThrow("is no log's key");
    await expect(witness.start([log.vkey], { name: 'a b' })).rejects.toThrow("no witness's name");
  });
});

function bodyOf(checkpoint: string, proof: readonly Buffer[] = []): string {
  return formatAddCheckpoint({ oldSize: 0, proof, checkpoint });
}

function empty(root: Buffer): string {
  return signNote(`${log.origin}\n0\n${root.toString('base64')}\n`, [log.signer]);
}

function wordy(lines: number): string {
  const line = `${EMPTY_ROOT.toString('base64')}\n`;
  return `old 0\n${line.repeat(lines)}\n${log.note(5)}`;
}
