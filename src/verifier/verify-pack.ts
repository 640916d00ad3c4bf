import { UnusableSource } from './findings.js';
import { openPack, type PackSource } from './evidence/pack-source.js';
import type { EvidenceFindings } from './evidence/findings.js';
import { verifyEvidence } from './evidence/verify-evidence.js';
import { readInput } from './inputs.js';
import type { PackOptions } from './options.js';
import type { TellProgress } from './progress.js';

/** What a pack of evidence was found to be; `verified` also where a proof of a key was asked for, and is there. */
export interface PackVerification extends EvidenceFindings {
  readonly verified: boolean;
  readonly source: string;
}

/** Verifies a pack of evidence, offline. @throws UnusableSource where what is named cannot be read */
export async function verifyPack(options: PackOptions, progress: TellProgress): Promise<PackVerification> {
  const { path, oldCheckpoint, vkeys, policy, keySecret } = options;
  const pack = opened(path);
  try {
    const found = await verifyEvidence(pack, {
      vkeys,
      ...(policy === undefined ? {} : { policy: textOf(policy) }),
      ...(oldCheckpoint === undefined ? {} : { oldCheckpoint: textOf(oldCheckpoint) }),
      ...(keySecret === undefined ? {} : { keySecret: textOf(keySecret) }),
      onProgress: (_, done) => progress(done, done),
    });
    const isAnswered = !options.mustProveKey || found.provedKey !== null;
    return { ...found, verified: found.ok && isAnswered, source: path };
  } finally {
    pack.close();
  }
}

function textOf(path: string): string {
  return readInput(path).toString('utf8');
}

function opened(path: string): PackSource {
  try {
    return openPack(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UnusableSource(`${path} cannot be read (${code ?? 'no pack'}); name a folder or a zip`);
  }
}
