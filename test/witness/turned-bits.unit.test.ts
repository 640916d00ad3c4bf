import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CosignatureSigner } from '../../src/proof/cosignature.js';
import { sha256Hex } from '../../src/proof/hashes.js';
import { vkeyOf } from '../../src/proof/keys.js';
import { StateDirectory } from '../../src/witness/state-directory.js';
import { Witness } from '../../src/witness/witness.js';
import { logsOf, type WitnessedLog } from '../../src/witness/witnessed-log.js';
import { everyFlip, flipped } from '../proof/trees.js';
import { ScratchDirectory } from '../support/scratch-directory.js';
import { ToldLog } from './told-log.js';

const log = new ToldLog();
const scratch = new ScratchDirectory();
const signer = new CosignatureSigner('auditor.example/witness', Buffer.alloc(32, 4));
const logs = logsOf([log.vkey]);
const state = StateDirectory.open(scratch.path, vkeyOf(signer));
const witness = new Witness({
  signer,
  logs,
  state,
  nowSeconds: () => 1_700_000_000,
  alarm: () => undefined,
});
const path = join(scratch.path, `${sha256Hex(log.origin)}.checkpoint`);

beforeAll(() => expect(witness.addCheckpoint(log.request(0, 5)).status).toBe(200));
afterAll(() => {
  state.close();
  scratch.remove();
});

describe('a turned bit', () => {
  it('in a request keeps it from being cosigned, wherever it is', () => {
    const recorded = readFileSync(path, 'utf8');
    const flips = everyFlip(Buffer.from(log.request(5, 9))).map((flip) => flip.toString('utf8'));
    const statuses = flips.map((body) => witness.addCheckpoint(body).status);
    expect([...new Set(statuses)].sort()).toEqual([400, 403, 404, 409, 422]);
    expect(readFileSync(path, 'utf8')).toBe(recorded);
  });

  it('in the state keeps it from being believed, wherever it is', () => {
    const recorded = readFileSync(path);
    // One bit of each byte, and another in the next: every one would be thousands of files.
    const bits = Array.from(recorded, (_, at) => at * 8 + (at % 8));
    const believed = bits.filter((bit) => {
      writeFileSync(path, flipped(recorded, bit));
      return isBelieved(logs[0] as WitnessedLog);
    });
    expect(believed).toEqual([]);
    writeFileSync(path, recorded);
    expect(isBelieved(logs[0] as WitnessedLog)).toBe(true);
  });
});

function isBelieved(watched: WitnessedLog): boolean {
  try {
    return state.read(watched) !== undefined;
  } catch (error) {
    expect(error).toMatchObject({ name: 'WitnessRefused' });
    return false;
  }
}
