import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import * as fc from 'fast-check';
import { zipFolder } from '../../src/infrastructure/evidence/zip-writer.js';
import { EvidenceRefused } from '../../src/infrastructure/evidence/ports.js';
import type { EvidenceAnswers } from '../../src/proof/evidence/answers.js';
import { questionOfOrders, type EvidenceQuestion } from '../../src/proof/evidence/question.js';
import { openPack } from '../../src/verifier/evidence/pack-source.js';
import { verifyEvidence, type EvidenceOptions } from '../../src/verifier/evidence/verify-evidence.js';
import { steps, ToyStory } from '../support/toy-story.js';
import { tradingStory } from './support/trading-story.js';
import { EvidenceLedger, POLICY } from './support/evidence-ledger.js';

const scratch = mkdtempSync(join(tmpdir(), 'sourcebook-evidence-tests-'));
const ledger = new EvidenceLedger(tradingStory());

afterAll(() => {
  ledger.close();
  rmSync(scratch, { recursive: true, force: true });
});

const ORDER = { merchantId: 'MER-0', orderNo: 'O-1' };
const QUESTIONS: readonly EvidenceQuestion[] = [
  questionOfOrders([ORDER, { merchantId: 'MER-1', orderNo: 'O-2' }]),
  { kind: 'lot', lotId: 'LOT-1' },
  { kind: 'lot', lotId: 'LOT-2' },
  { kind: 'authorisation', authorisationId: 'AUTH-1' },
  { kind: 'period', from: '2026-09-01T00:00:00Z', to: '2026-09-03T00:00:00Z' },
  { kind: 'key', keyId: 'LOT-1-000002' },
  { kind: 'key', keyId: 'LOT-2-000003' },
];

async function verify(directory: string, options: EvidenceOptions = { policy: POLICY }) {
  const pack = openPack(directory);
  try {
    return await verifyEvidence(pack, options);
  } finally {
    pack.close();
  }
}

function filesOf(directory: string): string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(directory.length + 1))
    .sort();
}

describe('a pack', () => {
  it.each(QUESTIONS)('about %j verifies, complete and continuing an older checkpoint', async (question) => {
    const { directory } = await ledger.build({ question, oldCheckpoint: ledger.note(11) });
    expect(await verify(directory)).toMatchObject({
      ok: true,
      failures: [],
      completeness: 'proved',
      consistentFrom: 11,
      keysFromPack: false,
      signedBy: [expect.stringContaining('ledger.example.com')],
      cosignedBy: [expect.stringContaining('witness.example.com')],
    });
    rmSync(directory, { recursive: true });
  });

  it('without the leaves is genuine and not proved complete, and says so in report and findings', async () => {
    const { directory } = await ledger.build({ question: { kind: 'lot', lotId: 'LOT-1' }, leaves: false });
    const findings = await verify(directory);
    expect(findings).toMatchObject({ ok: true, completeness: 'genuine' });
    expect(findings.notes.join('\n')).toContain('not proved complete');
    expect(readFileSync(join(directory, 'report.html'), 'utf8')).toContain('真实，未证完整');
  });

  it('built twice is the same bytes, as a zip too', async () => {
    const question = QUESTIONS[1] as EvidenceQuestion;
    const [first, second] = [await ledger.build({ question }), await ledger.build({ question })];
    for (const { directory } of [first, second])
      await zipFolder(directory, filesOf(directory), join(scratch, `${basename(directory)}.zip`));
    const [one, other] = [first, second].map(({ directory }) =>
      join(scratch, `${basename(directory)}.zip`),
    ) as [string, string];
    expect(readFileSync(one).equals(readFileSync(other))).toBe(true);
    expect(await verify(one)).toMatchObject({ ok: true, completeness: 'proved' });
  });

  it('at an older checkpoint knows nothing of what came later', async () => {
    const question: EvidenceQuestion = { kind: 'lot', lotId: 'LOT-1' };
    const size = ledger.size - 12;
    const { directory, manifest } = await ledger.build({ question, checkpointSize: size });
    expect(manifest.checkpoint.size).toBe(size);
    expect(await verify(directory)).toMatchObject({ ok: true, completeness: 'proved' });
  });

  it('believed only by its own keys says so loudly', async () => {
    const { directory } = await ledger.build({ question: { kind: 'lot', lotId: 'LOT-1' } });
    const findings = await verify(directory, {});
    expect(findings).toMatchObject({ ok: true, keysFromPack: true });
    expect(findings.notes[0]).toContain('KEYS TAKEN FROM THE PACK ITSELF');
  });

  it('is refused for a subject that the ledger does not know, and for a checkpoint of another history', async () => {
    const rejected = (request: Parameters<typeof ledger.build>[0]) =>
      expect(ledger.build(request)).rejects.toThrow(EvidenceRefused);
    await rejected({ question: { kind: 'lot', lotId: 'LOT-9' } });
    await rejected({ question: questionOfOrders([{ merchantId: 'MER-0', orderNo: 'none' }]) });
    await rejected({ question: { kind: 'key', keyId: 'LOT-1-000099' } });
    await rejected({
      question: { kind: 'period', from: '2026-09-03T00:00:00Z', to: '2026-09-01T00:00:00Z' },
    });
    const other = new EvidenceLedger(tradingStory().slice(1));
    await rejected({ question: { kind: 'lot', lotId: 'LOT-1' }, oldCheckpoint: other.note(9) });
    await rejected({ question: { kind: 'lot', lotId: 'LOT-1' }, checkpoint: other.note(9) });
    other.close();
  });
});

describe('the answers of a pack', () => {
  it('name the way of every key and every figure with its events', async () => {
    const { directory } = await ledger.build({ question: questionOfOrders([ORDER]) });
    const answers = JSON.parse(readFileSync(join(directory, 'answers.json'), 'utf8')) as EvidenceAnswers;
    expect(answers.lots.map(({ lotId, poId, purchase }) => [lotId, poId, purchase])).toEqual([
      ['LOT-1', 'PO-1', expect.objectContaining({ authorisationId: 'AUTH-1', inForce: true })],
    ]);
    expect(
      answers.keys.map(({ firstSerial, count, state, sale }) => [firstSerial, count, state, sale?.role]),
    ).toEqual([
      [1, 1, 'issued', 'issued'],
      [2, 1, 'void', 'issued'],
      [3, 1, 'void', 'issued'],
      [4, 1, 'issued', 'replacement'],
    ]);
    const figures = Object.fromEntries(
      (answers.totals.at(-1)?.figures ?? []).map(({ name, value }) => [name, value]),
    );
    expect(figures).toEqual({
      unitsIssued: '3',
      unitsReplacement: '1',
      unitsRefunded: '1',
      unitsReplaced: '1',
      revenue: '20.000000',
      costOfGoodsSold: '12.000000',
      supplierClaims: '4.000000',
    });
    for (const { figures: each } of answers.totals)
      for (const { sequences } of each) expect(sequences.length).toBeGreaterThan(0);
    expect(answers.authorisations[0]?.revoked).toMatchObject({ reason: null });
  });

  it.each(['LOT-1', 'LOT-2'])('of lot %s are the amounts that the cost accounts have', async (lotId) => {
    const { directory } = await ledger.build({ question: { kind: 'lot', lotId } });
    const { totals } = JSON.parse(readFileSync(join(directory, 'answers.json'), 'utf8')) as EvidenceAnswers;
    const [accounts] = ledger.models.queries.cost.accountsOf('lot', lotId, {});
    const figures = new Map(totals[0]?.figures.map(({ name, value }) => [name, value]));
    for (const name of [
      'revenue',
      'costOfGoodsSold',
      'supplierClaims',
      'inventoryLosses',
      'returnedToSupplier',
      'onHandCost',
    ] as const)
      expect([name, figures.get(name) ?? '0.000000']).toEqual([name, accounts?.[name]]);
  });

  it('of a lot add up to what was received', async () => {
    const { directory } = await ledger.build({ question: { kind: 'lot', lotId: 'LOT-1' } });
    const { keys } = JSON.parse(readFileSync(join(directory, 'answers.json'), 'utf8')) as EvidenceAnswers;
    expect(keys.reduce((sum, { count }) => sum + count, 0)).toBe(9);
    expect(new Set(keys.map(({ state }) => state))).toEqual(
      new Set(['issued', 'void', 'held', 'writtenOff']),
    );
  });

  it('are those of an independent verifier for any story', async () => {
    await fc.assert(
      fc.asyncProperty(steps, fc.nat(6), async (told, pick) => {
        const story = new ToyStory(told);
        const { lots, told: events } = story.ledger;
        const lot = lots[pick % Math.max(1, lots.length)];
        if (lot === undefined) return;
        const random = new EvidenceLedger(events.stored);
        const questions: EvidenceQuestion[] = [
          { kind: 'lot', lotId: lot.lotId },
          { kind: 'authorisation', authorisationId: 'AUTH-1' },
          { kind: 'period', from: '2026-09-01T12:00:00Z', to: '2026-09-06T00:00:00Z' },
          { kind: 'key', keyId: `${lot.lotId}-000001` },
        ];
        for (const question of questions) {
          const { directory } = await random.build({ question });
          expect((await verify(directory)).failures).toEqual([]);
          rmSync(directory, { recursive: true });
        }
        random.close();
      }),
      { numRuns: 8 },
    );
  });
});

describe('a pack that was changed', () => {
  const question: EvidenceQuestion = { kind: 'lot', lotId: 'LOT-1' };
  let directory: string;

  beforeAll(async () => {
    ({ directory } = await ledger.build({ question, oldCheckpoint: ledger.note(11) }));
  });

  it('in any one byte of any file fails and names the file', async () => {
    for (const file of filesOf(directory)) {
      const copy = join(scratch, 'flipped');
      cpSync(directory, copy, { recursive: true });
      const bytes = readFileSync(join(directory, file));
      // Every byte of the small files would take minutes; these stand for every kind that there is.
      for (const at of placesOf(bytes.length)) {
        const flipped = Buffer.from(bytes);
        flipped[at] = (flipped[at] as number) ^ 1;
        writeFileSync(join(copy, file), flipped);
        const { ok, failures } = await verify(copy);
        expect({ file, at, ok }).toEqual({ file, at, ok: false });
        // What the manifest says wrongly of a file is told of that file.
        const named = failures.some((failure) => failure.file === file || file === 'manifest.json');
        expect({ file, at, named }).toEqual({ file, at, named: true });
      }
      rmSync(copy, { recursive: true });
    }
  }, 60_000);

  it('in any one byte of its zip fails', async () => {
    const zip = join(scratch, 'pack.zip');
    const [small] = [await ledger.build({ question: { kind: 'key', keyId: 'LOT-1-000002' }, leaves: false })];
    await zipFolder(small.directory, filesOf(small.directory), zip);
    const bytes = readFileSync(zip);
    const directoryBytes = 1500;
    const places = [
      ...Array.from({ length: 30 }, (_, at) => at),
      ...Array.from({ length: 30 }, (_, step) => bytes.length - 1 - Math.floor((step * directoryBytes) / 30)),
    ];
    for (const at of places) {
      const flipped = Buffer.from(bytes);
      flipped[at] = (flipped[at] as number) ^ 1;
      writeFileSync(zip, flipped);
      expect({ at, ok: (await verify(zip)).ok }).toEqual({ at, ok: false });
    }
  }, 60_000);

  it('by a file more or a file less fails', async () => {
    const copy = join(scratch, 'files');
    cpSync(directory, copy, { recursive: true });
    writeFileSync(join(copy, 'note.txt'), 'hello');
    expect((await verify(copy)).failures).toMatchObject([{ code: 'file_unlisted', file: 'note.txt' }]);
    rmSync(join(copy, 'note.txt'));
    rmSync(join(copy, 'documents.json'));
    expect((await verify(copy)).failures[0]).toMatchObject({ code: 'file_missing', file: 'documents.json' });
  });
});

/** The first bytes, the last, and some between. */
function placesOf(length: number): number[] {
  const between = Array.from({ length: 3 }, (_, step) => Math.floor(((step + 1) * length) / 4));
  return [...new Set([0, 1, ...between, length - 2, length - 1])].filter((at) => at >= 0 && at < length);
}
