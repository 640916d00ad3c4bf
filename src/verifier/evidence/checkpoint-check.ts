import { openCheckpoint, type Checkpoint } from '../../proof/checkpoint.js';
import { readWitnessVkey } from '../../proof/cosignature.js';
import { PACK_FILES } from '../../proof/evidence/manifest.js';
import { readConsistency } from '../../proof/evidence/lines.js';
import { readNoteKey, SIGNATURE_TYPE } from '../../proof/keys.js';
import { verifyConsistency } from '../../proof/merkle-proof.js';
import { identityOf, openNote, readVkey, UnverifiedNote, type Verifier } from '../../proof/note.js';
import { isSatisfied, readPolicy, type Policy } from '../../proof/policy.js';
import type { Failures } from './findings.js';
import { readText, type PackSource } from './pack-source.js';

/** Whom the auditor believes. */
export interface TrustOptions {
  /** Verifier keys of the log and, as they are wished, of witnesses. */
  readonly vkeys?: readonly string[];
  /** A C2SP tlog-policy. */
  readonly policy?: string;
  /** An older signed checkpoint that the auditor holds. */
  readonly oldCheckpoint?: string;
}

export interface BelievedCheckpoint {
  readonly checkpoint: Checkpoint;
  readonly signedBy: readonly string[];
  readonly cosignedBy: readonly string[];
}

/** Whom to believe: the auditor's keys, or the pack's own where there are none. @throws Malformed */
export class Trust {
  readonly keysFromPack: boolean;
  private readonly logs: readonly Verifier[];
  private readonly witnesses: readonly (Verifier & { readonly policyName: string })[];
  private readonly policy: Policy | undefined;

  constructor(options: TrustOptions, pack: PackSource) {
    const { vkeys = [], policy } = options;
    this.keysFromPack = vkeys.length === 0 && policy === undefined;
    const text = this.keysFromPack ? readText(pack, PACK_FILES.policy) : policy;
    this.policy = text === undefined ? undefined : readPolicy(text);
    const given = vkeys.map((vkey) => ({ vkey, isLog: isLogKey(vkey) }));
    const logs = [...given.filter(({ isLog }) => isLog), ...(this.policy?.logs ?? [])];
    const others = given
      .filter(({ isLog }) => !isLog)
      .map(({ vkey }) => ({ vkey, name: readNoteKey(vkey).name }));
    this.logs = logs.map(({ vkey }) => readVkey(vkey));
    this.witnesses = [...others, ...(this.policy?.witnesses ?? [])].map(({ vkey, name }) => ({
      ...readWitnessVkey(vkey),
      policyName: name,
    }));
  }

  /** A checkpoint that its log signed, whoever witnessed it. @throws Malformed @throws UnverifiedNote */
  signedByLog(note: string): Checkpoint {
    const { checkpoint, note: opened } = openCheckpoint(note, this.logs);
    if (opened.verified.some(({ name }) => name === checkpoint.origin)) return checkpoint;
    throw new UnverifiedNote(`no key called ${checkpoint.origin} that you believe has signed the checkpoint`);
  }

  /** @throws Malformed @throws UnverifiedNote where it is not signed as the auditor asks */
  believe(note: string): BelievedCheckpoint {
    const { checkpoint } = openCheckpoint(note, this.logs);
    const { verified } = openNote(note, [...this.logs, ...this.witnesses]);
    const signed = new Set(verified.map(identityOf));
    const signers = this.logs.filter((log) => log.name === checkpoint.origin && signed.has(identityOf(log)));
    if (signers.length === 0)
      throw new UnverifiedNote(
        `no key called ${checkpoint.origin} that you believe has signed the checkpoint`,
      );
    const cosigners = this.witnesses.filter((witness) => signed.has(identityOf(witness)));
    if (
      this.policy !== undefined &&
      !isSatisfied(
        this.policy,
        cosigners.map(({ policyName }) => policyName),
      )
    )
      throw new UnverifiedNote('too few witnesses have cosigned the checkpoint for the policy');
    return {
      checkpoint,
      signedBy: signers.map(identityOf),
      cosignedBy: cosigners.map(identityOf),
    };
  }
}

function isLogKey(vkey: string): boolean {
  return readNoteKey(vkey).signatureType === SIGNATURE_TYPE.note;
}

/** The log keys that the pack lists, as base64: the history itself must name them. @throws Malformed */
export function listedLogKeys(pack: PackSource): string[] {
  const lines = readText(pack, PACK_FILES.vkeys).split('\n');
  if (lines.pop() !== '') throw new RangeError('every line of vkeys ends with a newline');
  return lines.filter(isLogKey).map((vkey) => readNoteKey(vkey).publicKey.toString('base64'));
}

/**
 * Whether the pack's checkpoint continues the auditor's older one, and the one in the pack.
 * @returns the older head that was compared; undefined where there is none
 */
export function checkConsistency(
  pack: PackSource,
  trust: Trust,
  {
    checkpoint,
    oldCheckpoint,
  }: { readonly checkpoint: Checkpoint; readonly oldCheckpoint: string | undefined },
  failures: Failures,
): Checkpoint | undefined {
  const file = PACK_FILES.consistency;
  const held =
    oldCheckpoint === undefined
      ? undefined
      : failures.attempt('consistency', {}, () => trust.signedByLog(oldCheckpoint));
  if (!pack.paths.includes(file)) return held;
  const claim = failures.attempt('consistency', { file }, () => readConsistency(readText(pack, file)));
  const old =
    claim && failures.attempt('consistency', { file }, () => trust.signedByLog(claim.oldCheckpoint));
  if (claim === undefined || old === undefined) return held;
  const heads = { oldSize: old.size, oldRoot: old.root, newSize: checkpoint.size, newRoot: checkpoint.root };
  if (old.origin !== checkpoint.origin || !verifyConsistency({ ...heads, proof: claim.hashes })) {
    const message = `the checkpoint of size ${checkpoint.size} does not continue the one of size ${old.size}`;
    failures.add('consistency', message, { file });
  }
  return held ?? old;
}
