import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  EvidenceJobs,
  JOBS_PENDING_MAX,
  TooManyEvidenceJobs,
} from '../../src/infrastructure/evidence/evidence-jobs.js';
import { openPack } from '../../src/verifier/evidence/pack-source.js';
import { verifyEvidence } from '../../src/verifier/evidence/verify-evidence.js';
import { EvidenceLedger, POLICY } from './support/evidence-ledger.js';
import { tradingStory } from './support/trading-story.js';

const DAY_MS = 24 * 3600 * 1000;
const ledger = new EvidenceLedger(tradingStory());
const request = { question: { kind: 'lot', lotId: 'LOT-1' }, leaves: true } as const;
let directory: string;
let nowMs: number;
let errors: unknown[];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'sourcebook-evidence-jobs-'));
  nowMs = Date.UTC(2026, 8, 1);
  errors = [];
});

afterEach(() => rmSync(directory, { recursive: true, force: true }));
afterAll(() => ledger.close());

const opened = (sources = ledger.sources) =>
  new EvidenceJobs(directory, { sources, nowMs: () => nowMs, onError: (error) => errors.push(error) });

describe('a job', () => {
  it('builds a pack that verifies, and keeps it for a day, also across a restart', async () => {
    const jobs = opened();
    const { id, state } = jobs.start(request);
    expect(state).toBe('waiting');
    expect(jobs.packFile(id)).toBeUndefined();
    await jobs.settled();
    expect(jobs.find(id)).toMatchObject({ state: 'done', failure: null, pack: { size: ledger.size } });
    const again = opened();
    const file = again.packFile(id) as string;
    expect(await verifyEvidence(openPack(file), { policy: POLICY })).toMatchObject({ ok: true });
    nowMs += DAY_MS + 1;
    expect(again.find(id)).toBeUndefined();
    expect(existsSync(file)).toBe(false);
  });

  it('that cannot be built says why; what was not foreseen is told to the service alone', async () => {
    const jobs = opened();
    const { id } = jobs.start({ ...request, question: { kind: 'lot', lotId: 'none' } });
    await jobs.settled();
    expect(jobs.find(id)).toMatchObject({ state: 'failed', failure: { code: 'unknown_subject' } });
    const broken = opened({
      ...ledger.sources,
      skuOfLot: () => {
        throw new Error('a path of the machine');
      },
    });
    const unforeseen = broken.start(request);
    await broken.settled();
    expect(broken.find(unforeseen.id)?.failure).toMatchObject({ code: 'internal' });
    expect(JSON.stringify(broken.find(unforeseen.id))).not.toContain('a path of the machine');
    expect(errors).toHaveLength(1);
    expect(readdirSync(join(directory, 'evidence-jobs'))).toEqual([]);
  });

  it('is refused where too many wait', async () => {
    const jobs = opened();
    for (let count = 0; count < JOBS_PENDING_MAX; count += 1) jobs.start(request);
    expect(() => jobs.start(request)).toThrow(TooManyEvidenceJobs);
    await jobs.stop();
  });

  it('that an earlier process left half done is gone', () => {
    const left = join(directory, 'evidence-jobs', 'left');
    mkdirSync(left, { recursive: true });
    expect(opened().find('left')).toBeUndefined();
    expect(existsSync(left)).toBe(false);
  });
});
