import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { logKeysOf } from '../../src/infrastructure/transparency/log-keys.js';
import { openPack } from '../../src/verifier/evidence/pack-source.js';
import { verifyEvidence } from '../../src/verifier/evidence/verify-evidence.js';
import { at, RunningService, textOf } from '../api/support/running-service.js';
import { done, issue, openStockedShop } from '../api/support/trade.js';

const KEY = 'LOT-1-000001';
const POLL_MS = 20;
let service: RunningService;
let scratch: string;

beforeAll(async () => {
  scratch = mkdtempSync(join(tmpdir(), 'sourcebook-evidence-api-'));
  service = await RunningService.start();
  await openStockedShop(service);
  done(await issue(service, 'O-1', { quantity: 3 }));
  done(
    await service.call('POST', '/v1/merchants?wait=checkpoint', {
      body: { merchantId: 'M-2', name: 'B', channel: 'web' },
    }),
  );
}, 60_000);

afterAll(async () => {
  await service.stop();
  rmSync(scratch, { recursive: true, force: true });
});

/** Asks for a pack and waits for its end. */
async function built(body: object): Promise<unknown> {
  const asked = await service.call('POST', '/v1/evidence', { body });
  expect(asked.status).toBe(202);
  const location = textOf(asked.headers.get('location'));
  expect(location).toBe(`/v1/evidence/${textOf(at(asked.json, 'id'))}`);
  for (;;) {
    const { json } = await service.call('GET', location);
    if (!['waiting', 'running'].includes(textOf(at(json, 'state')))) return json;
    await pause(POLL_MS);
  }
}

async function vkeys(): Promise<string[]> {
  return (await logKeysOf(service.open)).keys.map(({ vkey }) => vkey);
}

describe('evidence over HTTP', () => {
  it('a pack is asked for, built and fetched, and verifies under keys from elsewhere', async () => {
    const job = await built({ question: { kind: 'lot', lotId: 'LOT-1' }, leaves: true });
    expect(job).toMatchObject({ state: 'done', failure: null });
    const response = await fetch(`${service.url}/v1/evidence/${textOf(at(job, 'id'))}/pack`);
    expect(response.headers.get('content-type')).toBe('application/zip');
    const zip = join(scratch, 'lot.zip');
    writeFileSync(zip, Buffer.from(await response.arrayBuffer()));
    const findings = await verifyEvidence(openPack(zip), { vkeys: await vkeys() });
    expect(findings).toMatchObject({ ok: true, completeness: 'proved', keysFromPack: false, failures: [] });
  }, 60_000);

  it('what a buyer was revealed proves which key of the ledger it is', async () => {
    const reveal = await service.post('/v1/merchants/M-1/orders/O-1/reveal', {
      units: [1],
      purpose: 'delivery',
    });
    expect(reveal.status).toBeLessThan(300);
    done(
      await service.call('POST', '/v1/merchants?wait=checkpoint', {
        body: { merchantId: 'M-3', name: 'C', channel: 'web' },
      }),
    );
    const job = await built({ question: { kind: 'key', keyId: KEY } });
    const response = await fetch(`${service.url}/v1/evidence/${textOf(at(job, 'id'))}/pack`);
    const zip = join(scratch, 'key.zip');
    const bytes = Buffer.from(await response.arrayBuffer());
    expect(bytes.includes('SECRET-1')).toBe(false);
    writeFileSync(zip, bytes);
    const options = { vkeys: await vkeys(), keySecret: reveal.text };
    expect(await verifyEvidence(openPack(zip), options)).toMatchObject({
      ok: true,
      provedKey: KEY,
      failures: [],
    });
    const forged = { ...options, keySecret: reveal.text.replaceAll('SECRET-1-', 'SECRET-2-') };
    expect(await verifyEvidence(openPack(zip), forged)).toMatchObject({ ok: false, provedKey: null });
  }, 60_000);

  it('says why a pack could not be built, and refuses what is no question', async () => {
    expect(await built({ question: { kind: 'lot', lotId: 'LOT-9' } })).toMatchObject({
      state: 'failed',
      failure: { code: 'unknown_subject' },
    });
    const refused = await service.call('POST', '/v1/evidence', {
      body: { question: { kind: 'all' }, more: 1 },
    });
    expect(refused.status).toBe(400);
    expect(at(refused.json, 'faults')).toEqual([
      { field: 'more', message: 'is no field of this body' },
      { field: 'question', message: expect.stringContaining('orders, authorisation, lot') as string },
    ]);
    expect((await service.call('GET', '/v1/evidence/none')).status).toBe(404);
    expect((await service.call('GET', '/v1/evidence/none/pack')).status).toBe(404);
  }, 60_000);
});
