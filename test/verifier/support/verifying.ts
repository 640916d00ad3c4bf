import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { StoredEvent } from '../../../src/infrastructure/event-store/event-store.js';
import type { VerifyOptions } from '../../../src/verifier/options.js';
import type { Verification } from '../../../src/verifier/verification.js';
import { verifyLedger } from '../../../src/verifier/verify-ledger.js';
import { writeData } from './written-ledger.js';

export type Against = Partial<Omit<VerifyOptions, 'source'>>;

/** Verifies what a test has written somewhere. */
export function verify(kind: 'data' | 'export', path: string, against: Against = {}): Promise<Verification> {
  const nothing = {
    checkpoints: [],
    vkeys: [],
    policy: undefined,
    report: undefined,
    reportSequence: undefined,
  };
  const surroundings = { progress: () => undefined, now: '2026-10-01T00:00:00Z' };
  return verifyLedger({ ...nothing, ...against, source: { kind, path } }, surroundings);
}

/** Lends a folder, which is removed afterwards. */
export async function inFolder<Result>(work: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), 'sourcebook-verifier-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Verifies events as they stand in a ledger's file, with nothing beside it. */
export function verifyEvents(events: readonly StoredEvent[]): Promise<Verification> {
  return inFolder((folder) => {
    writeData(folder, events);
    return verify('data', folder);
  });
}
