import { readCheckpoint } from '../../../proof/checkpoint.js';
import { addSignatures, identityOf, readNote } from '../../../proof/note.js';
import type { Policy } from '../../../proof/policy.js';
import type { AskTree } from '../tree-view.js';
import { readWitnessVkey } from '../../../proof/cosignature.js';
import { collectCosignatures, type WitnessAddress, type WitnessFailure } from './collect-cosignatures.js';

/** What a witness may take: checkpoints wait for it. */
const TIMEOUT_MS = 2_000;
/** How long a witness that failed is left alone, so that a dead one does not slow every checkpoint. */
const REST_MS = 30_000;

export interface PanelSurroundings {
  readonly witnesses: readonly WitnessAddress[];
  readonly tree: AskTree;
  /** Of a clock that only goes forward. */
  readonly nowMs: () => number;
  readonly onFailure: (failure: WitnessFailure) => void;
  /** 2 seconds unless told. */
  readonly timeoutMs?: number;
}

/** The witnesses of one ledger, with what is remembered of each. */
export class WitnessPanel {
  /** By the key's name and id. */
  private readonly knownSizes = new Map<string, number>();
  /** By address: until when it is not asked. */
  private readonly restingUntilMs = new Map<WitnessAddress, number>();

  /** @throws Malformed for a vkey that is no witness's */
  constructor(private readonly surroundings: PanelSurroundings) {
    surroundings.witnesses.forEach(({ vkey }) => readWitnessVkey(vkey));
  }

  /** The note with the cosignatures that could be had in time; at worst the note as it is. */
  async cosign(note: string): Promise<string> {
    const { witnesses, tree, nowMs, onFailure, timeoutMs } = this.surroundings;
    const awake = witnesses.filter((witness) => (this.restingUntilMs.get(witness) ?? -Infinity) <= nowMs());
    if (awake.length === 0) return note;
    const { lines, cosigned, failures } = await collectCosignatures(awake, {
      note,
      oldSizeOf: (key) => this.knownSizes.get(identityOf(key)) ?? 0,
      consistencyProof: (oldSize, newSize) => proofFrom(tree, oldSize, newSize),
      timeoutMs: timeoutMs ?? TIMEOUT_MS,
    });
    const { size } = readCheckpoint(readNote(note).text);
    for (const { vkey } of cosigned) this.knownSizes.set(identityOf(readWitnessVkey(vkey)), size);
    for (const failure of failures) {
      this.restingUntilMs.set(failure.witness, nowMs() + REST_MS);
      onFailure(failure);
    }
    return lines.length === 0 ? note : addSignatures(note, lines);
  }
}

function proofFrom(tree: AskTree, oldSize: number, newSize: number): Buffer[] {
  const proof = tree((view) => view.consistencyProof(oldSize, newSize));
  if (proof === undefined) throw new RangeError('the tree is not built yet');
  return proof;
}

/** The witnesses of a policy that can be asked: those with an address. */
export function witnessesOf({ witnesses }: Policy): WitnessAddress[] {
  return witnesses.flatMap(({ vkey, url }) => (url === undefined ? [] : [{ vkey, url }]));
}
