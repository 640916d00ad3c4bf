import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { collectCosignatures } from '../../src/infrastructure/transparency/witnesses/collect-cosignatures.js';
import { WitnessPanel, witnessesOf } from '../../src/infrastructure/transparency/witnesses/witness-panel.js';
import { CosignatureSigner, readWitnessVkey } from '../../src/proof/cosignature.js';
import { addSignatures, openNote, readVkey, signatureLine, vkeyOf } from '../../src/proof/note.js';
import { formatPolicy, judgeCheckpoint } from '../../src/proof/policy.js';
import { WitnessUnderTest } from './running.js';
import { ToldLog } from './told-log.js';

const log = new ToldLog();
const fork = new ToldLog(log.origin, 'rewritten');
const one = new WitnessUnderTest();
const two = new WitnessUnderTest();
const servers: Server[] = [];

beforeEach(async () => {
  await one.start([log.vkey], { name: 'one.example/witness' });
  await two.start([log.vkey], { name: 'two.example/witness' });
});
afterEach(async () => {
  await Promise.all([one.stop(), two.stop()]);
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});
afterAll(() => Promise.all([one.remove(), two.remove()]));

const addressOf = ({ url, vkey }: WitnessUnderTest): { url: string; vkey: string } => ({ url, vkey });

const requestFor = (size: number, oldSize = 0, of: ToldLog = log) => ({
  note: of.note(size),
  oldSizeOf: () => oldSize,
  consistencyProof: (from: number, to: number) => of.proof(from, to),
  timeoutMs: 5_000,
});

/** A server in a witness's place. */
async function impostor(answer: RequestListener): Promise<string> {
  const server = createServer((request, response) => {
    request.resume().once('end', () => answer(request, response));
  }).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
}

const saying =
  (status: number, body: string, type = 'text/plain'): RequestListener =>
  (_, response) =>
    response.writeHead(status, { 'content-type': type }).end(body);

describe('collecting cosignatures', () => {
  it('asks all witnesses, and once more from the size that one names', async () => {
    const witnesses = [addressOf(one), addressOf(two)];
    const first = await collectCosignatures(witnesses, requestFor(5));
    expect([first.lines.length, first.failures]).toEqual([2, []]);
    const { lines, cosigned, failures } = await collectCosignatures(witnesses, requestFor(300, 3));
    expect([cosigned, failures]).toEqual([witnesses, []]);
    const verifiers = [readVkey(log.vkey), readWitnessVkey(one.vkey), readWitnessVkey(two.vkey)];
    expect(openNote(addSignatures(log.note(300), lines), verifiers).verified).toHaveLength(3);
  });

  it('gets no cosignature for a history that was rewritten or put back', async () => {
    const rewritten = await collectCosignatures([addressOf(one)], requestFor(400, 300, fork));
    expect(rewritten.lines).toEqual([]);
    expect(rewritten.failures[0]?.reason).toMatch(/it answered 422/);
    const older = await collectCosignatures([addressOf(one)], requestFor(5));
    expect(older.failures[0]?.reason).toMatch(/size 300, beyond this one of 5/);
  });

  it('is not kept from the others by one that is wrong in any way', async () => {
    const liar = new CosignatureSigner('liar.example/witness', Buffer.alloc(32, 6));
    const stranger = new CosignatureSigner('stranger.example', Buffer.alloc(32, 7));
    const text = log.text(310);
    const line = (signer: CosignatureSigner, of: string, atSeconds = 1): string =>
      signatureLine(signer.cosign(of, atSeconds));
    const answers: [RequestListener, RegExp][] = [
      [saying(200, line(liar, log.text(9))), /not of this checkpoint/],
      [saying(200, line(stranger, text)), /no signature of the key/],
      [saying(200, line(liar, text, 0)), /no time/],
      [saying(200, line(liar, text).trimEnd()), /no signature line/],
      [saying(200, 'x\n'), /signature line/],
      [saying(200, ''), /no signature line/],
      [saying(200, 'x'.repeat(70_000)), /exceeds 65536 bytes/],
      [saying(500, 'broken'), /answered 500: "broken"/],
      [saying(409, '3\n'), /does not say which/],
      [saying(409, '03\n', 'text/x.tlog.size'), /without leading zeroes/],
      [saying(409, '3\n', 'text/x.tlog.size'), /answered 409/],
      [saying(302, '', 'text/plain'), /fetch failed|redirect/],
      [(request) => request.socket.destroy(), /fetch failed/],
    ];
    const wrong = await Promise.all(
      answers.map(async ([answer]) => ({ url: await impostor(answer), vkey: vkeyOf(liar) })),
    );
    const gone = { url: two.url, vkey: vkeyOf(liar) };
    await two.stop();
    const unknown = { url: one.url, vkey: log.vkey };
    const { lines, failures } = await collectCosignatures(
      [...wrong, gone, unknown, addressOf(one)],
      requestFor(310),
    );
    expect(lines).toHaveLength(1);
    expect(failures.map(({ reason }) => reason)).toEqual([
      ...answers.map(([, reason]) => expect.stringMatching(reason) as string),
      expect.stringMatching(/fetch failed: .*ECONNREFUSED/),
      expect.stringMatching(/no witness's/),
    ]);
  });

  it('takes what a witness adds of other keys for nothing', async () => {
    const honest = new CosignatureSigner('honest.example', Buffer.alloc(32, 8));
    const stranger = new CosignatureSigner('stranger.example', Buffer.alloc(32, 7));
    const own = signatureLine(honest.cosign(log.text(310), 5));
    const both = `${signatureLine(stranger.cosign('x', 5))}${own}`;
    const witness = { url: await impostor(saying(200, both)), vkey: vkeyOf(honest) };
    expect((await collectCosignatures([witness], requestFor(310))).lines).toEqual([own]);
  });

  it('waits for nobody longer than it was told', async () => {
    const silent = { url: await impostor(() => undefined), vkey: two.vkey };
    const request = { ...requestFor(320), timeoutMs: 50 };
    const { failures } = await collectCosignatures([silent], request);
    expect(failures[0]?.reason).toMatch(/timeout/);
  });

  it('asks a bounded number of witnesses, for what is a checkpoint', async () => {
    const many = Array.from({ length: 33 }, () => addressOf(one));
    await expect(collectCosignatures(many, requestFor(5))).rejects.toThrow(RangeError);
    await expect(collectCosignatures([], { ...requestFor(5), note: 'x' })).rejects.toThrow('signed note');
  });
});

describe('the panel of witnesses', () => {
  const told: string[] = [];
  let nowMs = 0;
  const panelOf = (witnesses: readonly { url: string; vkey: string }[], timeoutMs = 5_000): WitnessPanel =>
    new WitnessPanel({
      witnesses,
      tree: (question) =>
        question({
          size: 600,
          position: 0,
          rootAt: () => Buffer.alloc(32),
          consistencyProof: (from, to) => log.proof(from, to),
        }),
      nowMs: () => nowMs,
      onFailure: ({ reason }) => told.push(reason),
      timeoutMs,
    });

  beforeEach(() => {
    told.length = 0;
    nowMs = 0;
  });

  it('makes notes that satisfy the policy that its addresses came from', async () => {
    const policy = {
      logs: [{ vkey: log.vkey }],
      witnesses: [
        { name: 'one', ...addressOf(one) },
        { name: 'two', ...addressOf(two) },
        { name: 'elsewhere', vkey: vkeyOf(new CosignatureSigner('c', Buffer.alloc(32, 3))) },
      ],
      groups: [{ name: 'both', threshold: 2, members: ['one', 'two'] }],
      quorum: 'both',
    };
    expect(formatPolicy(policy)).toContain(one.url);
    const panel = panelOf(witnessesOf(policy));
    for (const size of [330, 331, 400]) {
      expect(judgeCheckpoint(policy, await panel.cosign(log.note(size)))).toMatchObject({
        witnesses: ['one', 'two'],
        isWitnessed: true,
      });
    }
    expect(told).toEqual([]);
  });

  it('asks a witness that it knows from the right size at once', async () => {
    const asked: string[] = [];
    const signer = new CosignatureSigner('counted.example', Buffer.alloc(32, 8));
    const url = await impostor((request, response) => {
      asked.push(request.url ?? '');
      const size = asked.length === 1 ? 401 : 402;
      saying(200, signatureLine(signer.cosign(log.text(size), 5)))(request, response);
    });
    const panel = panelOf([{ url: `${url}/prefix/`, vkey: vkeyOf(signer) }]);
    await panel.cosign(log.note(401));
    await panel.cosign(log.note(402));
    expect(asked).toEqual(['/prefix/add-checkpoint', '/prefix/add-checkpoint']);
    expect(told).toEqual([]);
  });

  it('leaves one that failed alone for a while, and the note as it is', async () => {
    const panel = panelOf([{ url: await impostor(() => undefined), vkey: one.vkey }], 50);
    expect(await panel.cosign(log.note(500))).toBe(log.note(500));
    nowMs = 29_999;
    expect(await panel.cosign(log.note(500))).toBe(log.note(500));
    expect(told).toHaveLength(1);
    nowMs = 30_000;
    await panel.cosign(log.note(500));
    expect(told).toHaveLength(2);
  });
});
