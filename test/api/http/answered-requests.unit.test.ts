import { Agent, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { httpAdapter } from '../../../src/api/http/server.js';
import { ServiceLog } from '../../../src/api/http/service-log.js';

const REQUESTS = 300;
const ROUNDS = 4;
/** Characters of a body, which an answered request that is still held would hold too. */
const BODY_CHARACTERS = 8_000;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as (options: { type: 'major' | 'minor' }) => void;

const server = httpAdapter(new ServiceLog(() => undefined)).getInstance();
const agent = new Agent({ keepAlive: true, maxSockets: 1 });

beforeAll(async () => {
  server.post('/', async ({ body }) => ({ characters: (body as { text: string }).text.length }));
  await server.listen({ port: 0, host: '127.0.0.1' });
});

afterAll(async () => {
  agent.destroy();
  await server.close();
});

function post(body: string): Promise<void> {
  const { port } = server.server.address() as AddressInfo;
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
  return new Promise((resolve, reject) => {
    const sent = request({ port, host: '127.0.0.1', method: 'POST', agent, headers }, (answer) => {
      answer.resume().on('end', resolve);
    });
    sent.on('error', reject).end(body);
  });
}

/** What a request still holds after a collection of young garbage alone, in bytes on average. */
async function heldByEach(): Promise<number> {
  const body = JSON.stringify({ text: 'x'.repeat(BODY_CHARACTERS) });
  collect({ type: 'major' });
  const before = getHeapStatistics().used_heap_size;
  for (let count = 0; count < REQUESTS; count += 1) await post(body);
  for (let count = 0; count < 3; count += 1) collect({ type: 'minor' });
  return (getHeapStatistics().used_heap_size - before) / REQUESTS;
}

test('an answered request is let go without a full collection (decision 0019)', async () => {
  // The first compiles what it runs.
  await heldByEach();
  // One that met a full collection tells nothing: it can only have become less.
  const held: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) held.push(await heldByEach());
  expect(Math.max(...held)).toBeLessThan(BODY_CHARACTERS / 2);
});
