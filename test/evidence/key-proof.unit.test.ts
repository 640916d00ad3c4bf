import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createSecretKey } from 'node:crypto';
import {
  KeyDigests,
  merkleLevels,
  merklePath,
  merkleRoot,
} from '../../src/infrastructure/custody/commitment.js';
import { readKeySecret } from '../../src/infrastructure/evidence/key-secret.js';
import { openPack } from '../../src/verifier/evidence/pack-source.js';
import { verifyEvidence } from '../../src/verifier/evidence/verify-evidence.js';
import { EvidenceLedger, POLICY } from './support/evidence-ledger.js';
import { tradingStory } from './support/trading-story.js';

const KEY = 'LOT-1-000002';
const question = { kind: 'key', keyId: KEY } as const;
const secrets = ['first', 'second', 'third', 'fourth'].map((word) => `${word}-secret`);
const digests = new KeyDigests(createSecretKey(Buffer.alloc(32, 5)));
const levels = merkleLevels(
  digests.pack(
    1,
    secrets.map((secret) => JSON.stringify(['', secret])),
  ),
);
const commitment = merkleRoot(levels).toString('base64');

/** What the reveal of the key answered. */
const reveal = {
  keys: [
    {
      unit: 2,
      keyId: KEY,
      number: '',
      secret: secrets[1],
      proof: {
        salt: digests.salt(2).toString('base64'),
        index: 1,
        count: 4,
        path: merklePath(levels, 1).map((hash) => hash.toString('base64')),
        commitment,
      },
    },
  ],
};
const told = tradingStory().map((event) => {
  const isChunk =
    event.type === 'KeysRegistered' &&
    event.data.includes('"firstSerial":1,') &&
    event.data.includes('LOT-1');
  return isChunk
    ? { ...event, data: event.data.replace('"commitment":""', `"commitment":"${commitment}"`) }
    : event;
});
const ledger = new EvidenceLedger(told);

afterAll(() => ledger.close());

describe('the proof of one key', () => {
  it('shows to its holder which key of the ledger a secret is, and what happened to it', async () => {
    const secret = readKeySecret(JSON.stringify(reveal), KEY);
    const { directory } = await ledger.build({ question, secret });
    const findings = await verifyEvidence(openPack(directory), { policy: POLICY });
    expect(findings).toMatchObject({ ok: true, provedKey: KEY });
    expect(statSync(join(directory, 'key.json')).mode & 0o777).toBe(0o600);
    const answers = JSON.parse(readFileSync(join(directory, 'answers.json'), 'utf8')) as { keys: object[] };
    expect(answers.keys).toMatchObject([
      { state: 'void', settlement: { refundNo: 'R-1', replacedBy: 'LOT-1-000004' } },
    ]);
    for (const file of ['events.jsonl', 'answers.json', 'report.html', 'manifest.json'])
      for (const each of secrets) expect(readFileSync(join(directory, file), 'utf8')).not.toContain(each);
    rmSync(directory, { recursive: true });
  });

  it('works with the secret beside the pack, which then holds none', async () => {
    const { directory } = await ledger.build({ question });
    const keySecret = JSON.stringify({ data: reveal });
    expect(await verifyEvidence(openPack(directory), { policy: POLICY, keySecret })).toMatchObject({
      ok: true,
      provedKey: KEY,
    });
    expect(await verifyEvidence(openPack(directory), { policy: POLICY })).toMatchObject({
      ok: true,
      provedKey: null,
    });
  });

  it.each(['number', 'secret', 'salt', 'path', 'index', 'count', 'commitment', 'keyId'])(
    'fails with another %s, and does not tell the secret',
    async (member) => {
      const { directory } = await ledger.build({ question });
      const [key] = structuredClone(reveal.keys) as unknown as Record<string, unknown>[];
      const holder = (key !== undefined && member in key ? key : key?.['proof']) as Record<string, unknown>;
      holder[member] = changed(holder[member]);
      const findings = await verifyEvidence(openPack(directory), {
        policy: POLICY,
        keySecret: JSON.stringify(key),
      });
      expect(findings).toMatchObject({ ok: false, provedKey: null, failures: [{ code: 'key_proof' }] });
      expect(JSON.stringify(findings)).not.toContain('second-secret');
    },
  );

  it('is not built for a secret that was not registered as this key', async () => {
    const wrong = JSON.stringify(reveal).replace('second-secret', 'other-secret');
    await expect(ledger.build({ question, secret: readKeySecret(wrong, KEY) })).rejects.toThrow(
      'not the one',
    );
    expect(() => readKeySecret(JSON.stringify(reveal), 'LOT-1-000003')).toThrow('no reveal of');
    expect(() => readKeySecret('secret', KEY)).toThrow('is no JSON');
  });

  it('fails when any byte of the holder’s file is another', async () => {
    const { directory } = await ledger.build({
      question,
      secret: readKeySecret(JSON.stringify(reveal), KEY),
    });
    const file = join(directory, 'key.json');
    const bytes = readFileSync(file);
    for (let at = 0; at < bytes.length; at += 7) {
      const flipped = Buffer.from(bytes);
      flipped[at] = (flipped[at] as number) ^ 2;
      writeFileSync(file, flipped);
      const findings = await verifyEvidence(openPack(directory), { policy: POLICY });
      expect({ at, ok: findings.ok, provedKey: findings.provedKey }).toEqual({
        at,
        ok: false,
        provedKey: null,
      });
    }
    rmSync(directory, { recursive: true });
  });
});

function changed(value: unknown): unknown {
  if (typeof value === 'number') return value + 1;
  if (Array.isArray(value)) return value.slice(1);
  return value === '' ? 'x' : `${String(value).slice(0, 3)}A${String(value).slice(4)}`;
}
