import { createHash } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ed25519Signer, vkeyOf } from '../../src/proof/note.js';
import { canonicalJson } from '../../src/proof/canonical-json.js';
import { manifestText, readManifest } from '../../src/proof/evidence/manifest.js';
import { questionOfOrders, type EvidenceQuestion } from '../../src/proof/evidence/question.js';
import { streamName } from '../../src/domain/shared/identifiers.js';
import type { EvidenceSources } from '../../src/infrastructure/evidence/ports.js';
import { openPack } from '../../src/verifier/evidence/pack-source.js';
import { verifyEvidence } from '../../src/verifier/evidence/verify-evidence.js';
import { EvidenceLedger, ORIGIN, POLICY } from './support/evidence-ledger.js';
import { tradingStory } from './support/trading-story.js';

const ledger = new EvidenceLedger(tradingStory());
const question: EvidenceQuestion = { kind: 'lot', lotId: 'LOT-1' };

afterAll(() => ledger.close());

/** What somebody does who makes the manifest fit whatever was changed. */
function reseal(directory: string): void {
  const path = join(directory, 'manifest.json');
  const manifest = readManifest(readFileSync(path, 'utf8'));
  const files = manifest.files.map((file) => {
    const bytes = readFileSync(join(directory, file.path));
    return { path: file.path, sha256: createHash('sha256').update(bytes).digest('hex'), bytes: bytes.length };
  });
  writeFileSync(path, manifestText({ ...manifest, files }));
}

function rewrite(directory: string, file: string, change: (text: string) => string): void {
  const path = join(directory, file);
  const text = readFileSync(path, 'utf8');
  const changed = change(text);
  expect(changed).not.toBe(text);
  writeFileSync(path, changed);
}

async function failuresOf(directory: string) {
  const findings = await verifyEvidence(openPack(directory), { policy: POLICY });
  expect(findings.ok).toBe(false);
  rmSync(directory, { recursive: true });
  return findings.failures;
}

describe('a pack that its maker forged throughout', () => {
  it('by a figure: the events say otherwise, and where', async () => {
    const { directory } = await ledger.build({ question });
    rewrite(directory, 'answers.json', (text) => text.replace('"value":"9"', '"value":"8"'));
    reseal(directory);
    const failures = await failuresOf(directory);
    expect(failures).toMatchObject([{ code: 'answers', file: 'answers.json' }]);
    expect(failures[0]?.message).toMatch(/totals\[\d\]\.figures\[\d\]\.value/);
  });

  it('by the printed report: it is not the one that the answers give', async () => {
    const { directory } = await ledger.build({ question });
    rewrite(directory, 'report.html', (text) => text.replace('MER-1', 'MER-2'));
    reseal(directory);
    expect(await failuresOf(directory)).toMatchObject([{ code: 'report', file: 'report.html' }]);
  });

  it('by a document', async () => {
    const { directory } = await ledger.build({ question });
    rewrite(directory, 'documents.json', (text) => text.replace('abab', 'acac'));
    reseal(directory);
    expect(await failuresOf(directory)).toMatchObject([{ code: 'documents' }]);
  });

  it('by an event: it is no leaf of the signed tree', async () => {
    const { directory } = await ledger.build({ question });
    rewrite(directory, 'events.jsonl', (text) =>
      text.replace('\\"unitPrice\\":{\\"amount\\":\\"10', '\\"unitPrice\\":{\\"amount\\":\\"99'),
    );
    reseal(directory);
    const failures = await failuresOf(directory);
    expect(failures[0]).toMatchObject({
      code: 'event_inclusion',
      event: { stream: 'test.order-MER%2D0~O%2D1' },
    });
  });

  it('by another question: the answers are not to that one', async () => {
    const { directory } = await ledger.build({ question });
    const path = join(directory, 'manifest.json');
    const manifest = readManifest(readFileSync(path, 'utf8'));
    writeFileSync(path, manifestText({ ...manifest, question: { kind: 'lot', lotId: 'LOT-2' } }));
    expect((await failuresOf(directory)).map(({ code }) => code)).toContain('answers');
  });

  it('by the ledger that it is of', async () => {
    const { directory } = await ledger.build({ question });
    rewrite(directory, 'manifest.json', (text) => text.replaceAll('11111111', '22222222'));
    expect((await failuresOf(directory)).map(({ code }) => code)).toContain('manifest');
  });

  it('by keys of its own: the auditor does not believe them', async () => {
    const { directory } = await ledger.build({ question });
    const findings = await verifyEvidence(openPack(directory), { vkeys: [otherVkey()] });
    expect(findings.failures).toMatchObject([{ code: 'checkpoint_signature', file: 'checkpoint' }]);
  });
});

function otherVkey(): string {
  return vkeyOf(new Ed25519Signer(ORIGIN, Buffer.alloc(32, 3)));
}

describe('a pack that leaves something out', () => {
  /** A ledger's sources that keep events back, as somebody would who has something to hide. */
  function withholding(isHidden: (data: string, type: string) => boolean): EvidenceSources {
    const { sources } = ledger;
    const readStream: EvidenceSources['store']['readStream'] = async function* (stream, options) {
      for await (const batch of sources.store.readStream(stream, options))
        yield batch.filter(({ data, type }) => !isHidden(data, type));
    };
    return { ...sources, store: { readStream } };
  }

  it.each([
    [
      'a refund of one of its orders',
      (data: string, type: string) => type === 'UnitsSettled' && data.includes('R-2'),
    ],
    ['the revocation of an authorisation', (_: string, type: string) => type === 'AuthorisationRevoked'],
    [
      'a quarantine that was ended',
      (_: string, type: string) => type === 'LotQuarantined' || type === 'LotReleased',
    ],
    ['a write-off', (_: string, type: string) => type === 'UnitsWrittenOff'],
    ['an order and its reservation', (data: string) => data.includes('O-2')],
  ])('%s: the leaves name what is missing', async (_, isHidden) => {
    const { directory } = await ledger.build({ question }, withholding(isHidden));
    const failures = await failuresOf(directory);
    expect(failures.map(({ code }) => code)).toContain('event_missing');
    expect(failures.some(({ event }) => event !== null)).toBe(true);
  });

  it('without the leaves, at the end of a stream: genuine, and the pack does not claim more', async () => {
    const sources = withholding((_, type) => type === 'AuthorisationRevoked');
    const { directory } = await ledger.build({ question, leaves: false }, sources);
    const findings = await verifyEvidence(openPack(directory), { policy: POLICY });
    expect(findings).toMatchObject({ ok: true, completeness: 'genuine' });
    expect(findings.notes.join('\n')).toContain('not proved complete');
    rmSync(directory, { recursive: true });
  });

  it('of orders: a quarantine of their lot, which stands in the stock of the product', async () => {
    const orders = questionOfOrders([{ merchantId: 'MER-0', orderNo: 'O-1' }]);
    const sources = withholding((_, type) => type === 'LotQuarantined');
    const { directory } = await ledger.build({ question: orders }, sources);
    expect(await failuresOf(directory)).toMatchObject([{ code: 'event_missing' }]);
  });

  it('without the leaves, within a stream: a revision is missing', async () => {
    const sources = withholding((data, type) => type === 'AuthorisationGranted' && data.includes('AUTH-2'));
    const { directory } = await ledger.build({ question, leaves: false }, sources);
    const failures = await failuresOf(directory);
    expect(failures).toMatchObject([{ code: 'event_missing', event: { stream: 'test.suppliers' } }]);
  });

  it('by an event in a stream where nobody would look for it', async () => {
    const moved = tradingStory().map((event) =>
      event.type === 'UnitsSettled' && event.data.includes('R-2')
        ? { ...event, stream: streamName('test', 'order', 'MER-0', 'O-9') }
        : event,
    );
    const strange = new EvidenceLedger(moved);
    const period: EvidenceQuestion = {
      kind: 'period',
      from: '2026-09-01T00:00:00Z',
      to: '2026-09-05T00:00:00Z',
    };
    const { directory } = await strange.build({ question: period });
    expect((await failuresOf(directory)).map(({ code }) => code)).toContain('event_stream');
    strange.close();
  });

  it('of a period: every leaf that occurred in it is called for', async () => {
    const period: EvidenceQuestion = {
      kind: 'period',
      from: '2026-09-02T00:00:00Z',
      to: '2026-09-03T00:00:00Z',
    };
    const { directory } = await ledger.build(
      { question: period },
      withholding((data) => data.includes('O-3')),
    );
    expect((await failuresOf(directory)).map(({ code }) => code)).toContain('event_missing');
  });
});

describe('an older checkpoint', () => {
  it('of another history is noticed', async () => {
    const other = new EvidenceLedger(tradingStory().slice(1));
    const { directory } = await ledger.build({ question });
    const findings = await verifyEvidence(openPack(directory), {
      policy: POLICY,
      oldCheckpoint: other.note(9),
    });
    expect(findings.failures).toMatchObject([{ code: 'consistency' }]);
    other.close();
  });

  it('that the pack holds no proof from is compared with the leaves, or is told', async () => {
    const oldCheckpoint = ledger.note(9);
    const whole = await ledger.build({ question });
    expect(await verifyEvidence(openPack(whole.directory), { policy: POLICY, oldCheckpoint })).toMatchObject({
      ok: true,
      consistentFrom: 9,
    });
    const { directory } = await ledger.build({ question, leaves: false });
    const findings = await verifyEvidence(openPack(directory), { policy: POLICY, oldCheckpoint });
    expect(findings).toMatchObject({ ok: false, consistentFrom: null });
  });

  it('in another spelling of consistency.json is refused', async () => {
    const { directory } = await ledger.build({ question, oldCheckpoint: ledger.note(9) });
    rewrite(directory, 'consistency.json', (text) => `${canonicalJson(JSON.parse(text))} \n`);
    reseal(directory);
    expect(await failuresOf(directory)).toMatchObject([{ code: 'consistency', file: 'consistency.json' }]);
  });
});
