import { readCheckpoint, type ReadCheckpoint } from '../../proof/checkpoint.js';
import { Malformed } from '../../proof/malformed.js';
import { readNote, UnverifiedNote } from '../../proof/note.js';
import { judgeCheckpoint, NO_QUORUM } from '../../proof/policy.js';
import { Misfit } from '../findings.js';
import type { EventTree } from './event-tree.js';
import type { KeySource, TrustedKeys } from './trusted-keys.js';

/** A signed checkpoint that somebody kept: a file's bytes. */
export interface KeptCheckpoint {
  readonly file: string;
  readonly note: Buffer;
}

/** A signed checkpoint that lies on the history. */
export interface ConfirmedCheckpoint {
  readonly file: string;
  readonly origin: string;
  readonly size: number;
  /** Names of the keys that signed it; none where no key was there to judge it with. */
  readonly signedBy: readonly string[];
  readonly witnessedBy: readonly string[];
  /** Whether a quorum of witnesses was asked for (and, as it is confirmed, reached). */
  readonly isWitnessed: boolean;
  readonly keys: KeySource | 'none';
  /** Signatures of keys that nobody named: they prove nothing, and are passed over. */
  readonly unknownSignatures: number;
}

/** Judges a checkpoint's signatures, without its root. @throws Misfit */
export function judged(
  { file, note }: KeptCheckpoint,
  keysFor: (origin: string) => TrustedKeys | undefined,
): { readonly checkpoint: ReadCheckpoint; readonly confirmed: ConfirmedCheckpoint } {
  try {
    const { text, signatures } = readNote(note);
    const checkpoint = readCheckpoint(text);
    const keys = keysFor(checkpoint.origin);
    const known = { file, origin: checkpoint.origin, size: checkpoint.size };
    if (keys === undefined) {
      const unjudged = { signedBy: [], witnessedBy: [], isWitnessed: false, keys: 'none' } as const;
      return { checkpoint, confirmed: { ...known, ...unjudged, unknownSignatures: signatures.length } };
    }
    const { logSignatures, witnesses, isWitnessed } = judgeCheckpoint(keys.policy, note);
    if (!isWitnessed)
      throw new Misfit(
        'policy_not_satisfied',
        `the witnesses that cosigned it are not the quorum ${keys.policy.quorum}`,
      );
    const confirmed = {
      ...known,
      signedBy: logSignatures.map(({ name }) => name),
      witnessedBy: witnesses,
      isWitnessed: keys.policy.quorum !== NO_QUORUM,
      keys: keys.source,
      unknownSignatures: signatures.length - logSignatures.length - witnesses.length,
    };
    return { checkpoint, confirmed };
  } catch (error) {
    if (error instanceof UnverifiedNote) throw new Misfit('signature_invalid', error.message);
    if (error instanceof Malformed) throw new Misfit('checkpoint_malformed', error.message);
    throw error;
  }
}

/** @throws Misfit where the checkpoint speaks of another history */
export function requireOnHistory(
  { size, root }: ReadCheckpoint,
  tree: EventTree,
  confirmedSize: number,
): void {
  if (size > tree.size) {
    throw new Misfit(
      'history_too_short',
      `it was signed for ${size} events, and there are ${tree.size}: event ${tree.size + 1} is the first that is missing`,
    );
  }
  if (root.equals(tree.rootAt(size))) return;
  const from = confirmedSize < size ? confirmedSize + 1 : 1;
  throw new Misfit(
    'checkpoint_differs',
    `the first ${size} events are not those that it was signed for: the first that does not fit is one of ${from} to ${size}`,
  );
}
