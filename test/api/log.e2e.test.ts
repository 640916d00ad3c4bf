import { leafHash } from '../../src/proof/hashes.js';
import { readEntry } from '../../src/proof/envelope.js';
import { verifyConsistency, verifyInclusion, rootOfLeaves } from '../../src/proof/merkle-proof.js';
import { judgeCheckpoint, readPolicy } from '../../src/proof/policy.js';
import { openNote, readVkey } from '../../src/proof/note.js';
import { readCheckpoint } from '../../src/proof/checkpoint.js';
import { decodeEntries, tilePath } from '../../src/proof/tiles.js';
import { readTlogProof } from '../../src/proof/tlog-proof.js';
import { logKeysOf } from '../../src/infrastructure/transparency/log-keys.js';
import { at, RunningService, textOf } from './support/running-service.js';

let service: RunningService;

beforeAll(async () => {
  service = await RunningService.start();
});
afterAll(() => service.stop());

const product = (sku: string) => ({
  sku,
  name: '点卡',
  category: 'game',
  productClass: 'card_key',
  fulfilment: 'card_key',
  faceValue: '50',
  currency: 'CNY',
});
const merchant = (merchantId: string) => ({ merchantId, name: '大麦数码', channel: 'taobao' });

async function bytesAt(path: string): Promise<Buffer> {
  const response = await fetch(`${service.url}${path}`);
  expect(response.status).toBe(200);
  return Buffer.from(await response.arrayBuffer());
}

async function verifiedCheckpoint() {
  const note = (await bytesAt('/log/checkpoint')).toString();
  const { keys } = await logKeysOf(service.open);
  const { text } = openNote(
    note,
    keys.map(({ vkey }) => readVkey(vkey)),
  );
  return readCheckpoint(text);
}

describe('the log over HTTP', () => {
  it('tells a command its place in the sequence, and the checkpoint that covers it, when it waits for them', async () => {
    const first = await service.call('POST', '/v1/merchants?wait=sequence', { body: merchant('M-1') });
    expect(first.status).toBe(201);
    expect(at(first.json, 'sequence')).toBe(2);
    const second = await service.call('POST', '/v1/merchants?wait=checkpoint', { body: merchant('M-2') });
    expect(at(second.json, 'sequence')).toBe(3);
    expect(at(second.json, 'checkpointSize')).toBeGreaterThanOrEqual(3);
  });

  it('records nothing for a wait that it does not know', async () => {
    const refused = await service.call('POST', '/v1/merchants?wait=forever', { body: merchant('M-3') });
    expect(refused.status).toBe(400);
    const recorded = await service.call('POST', '/v1/merchants?wait=checkpoint', { body: merchant('M-3') });
    expect(recorded.status).toBe(201);
  });

  it('serves entries and tiles from which anybody computes the signed root', async () => {
    const { size, root, origin } = await verifiedCheckpoint();
    expect(origin).toBe('example.org/ledger');
    const entries = decodeEntries(await bytesAt(`/log/${tilePath('entries', 0, size)}`));
    expect(entries.map((entry) => readEntry(entry).sequence)).toEqual(entries.map((_, index) => index + 1));
    expect(rootOfLeaves(entries.map((entry) => leafHash(entry)))).toEqual(root);
    const hashes = await bytesAt(`/log/${tilePath(0, 0, size)}`);
    expect(hashes).toEqual(Buffer.concat(entries.map((entry) => leafHash(entry))));
  });

  it('proves an event, and one checkpoint from another', async () => {
    const told = await service.call('POST', '/v1/products?wait=checkpoint', { body: product('GAME-50') });
    const feed = await service.get(
      `/v1/events?after=${String(Number(at(told.json, 'sequence')) - 1).padStart(20, '0')}`,
    );
    const eventId = textOf(at(feed.json, 0, 'id'));
    const proof = readTlogProof((await bytesAt(`/v1/events/${eventId}/proof`)).toString());
    const { size, root } = await verifiedCheckpoint();
    const [entry = Buffer.alloc(0)] = decodeEntries(
      await bytesAt(`/log/${tilePath('entries', 0, size)}`),
    ).slice(proof.index);
    expect(readEntry(entry).eventId).toBe(eventId);
    const proved = readCheckpoint(
      openNote(
        proof.checkpoint,
        (await logKeysOf(service.open)).keys.map(({ vkey }) => readVkey(vkey)),
      ).text,
    );
    expect(
      verifyInclusion({
        leafHash: leafHash(entry),
        index: proof.index,
        size: proved.size,
        proof: proof.proof,
        root: proved.root,
      }),
    ).toBe(true);
    const { json } = await service.get(`/v1/log/consistency?from=2&to=${size}`);
    const hash = (value: unknown): Buffer => Buffer.from(textOf(value), 'base64');
    expect(
      verifyConsistency({
        oldSize: 2,
        oldRoot: hash(at(json, 'oldRoot')),
        newSize: size,
        newRoot: root,
        proof: (at(json, 'proof') as unknown[]).map(hash),
      }),
    ).toBe(true);
  });

  it.each([
    ['/log/tile/0/001', 404],
    ['/log/tile/0/000.p/256', 404],
    ['/log/tile/entries/x001/000', 404],
    ['/log/tile/9/../../x', 404],
    ['/v1/events/00000000-0000-4000-8000-000000000000/proof', 404],
    ['/v1/events/x/proof', 404],
    ['/v1/log/consistency', 400],
    ['/v1/log/consistency?from=3&to=2', 400],
    ['/v1/log/consistency?from=0', 400],
    ['/v1/log/consistency?from=1&to=1000000', 404],
  ])('refuses %s with %d', async (path, status) => {
    expect((await fetch(`${service.url}${path}`)).status).toBe(status);
  });

  it('hands out a policy that judges its checkpoints', async () => {
    const policy = readPolicy((await bytesAt('/log/policy')).toString());
    const judged = judgeCheckpoint(policy, (await bytesAt('/log/checkpoint')).toString());
    expect(judged.checkpoint.origin).toBe('example.org/ledger');
    expect((await bytesAt('/log/vkeys')).toString()).toMatch(/^example\.org\/ledger\+[0-9a-f]{8}\+/);
  });
});
