import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { documentedCommands, runDocumented, type Ran } from '../docker/documented-commands.js';

const DOCUMENT = 'docs/proof.md';

let folder: string;
let ports: readonly [service: number, witness: number];

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sourcebook-proof-'));
  ports = [await freePort(), await freePort()];
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function run(heading: string, block: number): Promise<Ran> {
  const commands = documentedCommands(heading, DOCUMENT)[block];
  if (commands === undefined) throw new RangeError(`"${heading}" has no block ${block}`);
  const [service, witness] = ports.map(String) as [string, string];
  const ran = await runDocumented(commands.replaceAll('3999', service).replaceAll('8787', witness), folder);
  if (ran.exitCode !== 0) throw new Error(`${commands}\n${ran.stdout}\n${ran.stderr}`);
  return ran;
}

/** In the document's order, each on what the one before has left. */
describe('the commands of docs/proof.md', () => {
  const WAY = 'From a checkpoint of last month to one key';

  it('keep a checkpoint and a key', async () => {
    await run(WAY, 0);
    const { stdout } = await run(WAY, 1);
    expect(stdout).toMatch(/^localhost\/sourcebook\n17086\n.{44}\n\n— localhost\/sourcebook /);
    await run(WAY, 2);
  });

  it('verify the whole ledger against it', async () => {
    const { stdout } = await run(WAY, 3);
    expect(stdout).toContain('VERIFIED');
  });

  it('follow a lot from its source to its buyers', async () => {
    const { stdout } = await run(WAY, 4);
    expect(stdout).toContain('VERIFIED');
    expect(stdout).toContain('nothing that belongs to the question is missing');
  });

  it('prove one key to whoever holds its secret', async () => {
    const { stdout } = await run(WAY, 5);
    expect(stdout).toContain('VERIFIED');
    expect(stdout).toContain('LOT-0038-000001');
    expect(readFileSync(join(folder, 'now.checkpoint'), 'utf8')).toMatch(/^localhost\/sourcebook\n\d+\n/);
    expect(readFileSync(join(folder, 'tile'))).toHaveLength(256 * 32);
  });

  it('notice one changed byte, and say where', async () => {
    const { stdout } = await run(WAY, 6);
    expect(stdout).toContain('event 1204');
    expect(stdout).toContain('noticed');
  });

  it('ask about any moment', async () => {
    const { stdout } = await run('As of any moment', 0);
    expect(stdout).toContain('TOOL-PDF');
  });

  it('have a witness cosign, and believe its word', async () => {
    const { stdout } = await run("Somebody else's word", 0);
    expect(stdout).toContain('VERIFIED');
    expect(readFileSync(join(folder, 'cosigned.checkpoint'), 'utf8')).toContain('— auditor.example/witness ');
  });

  it('change the key without anybody losing sight of the log', async () => {
    const { stdout } = await run('Keys, and what an operator does', 0);
    expect(stdout).toContain('VERIFIED');
    expect(readFileSync(join(folder, 'both-keys.checkpoint'), 'utf8').match(/^— /gm)).toHaveLength(2);
  });
});
