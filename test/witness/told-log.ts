import { formatAddCheckpoint } from '../../src/proof/add-checkpoint.js';
import { formatCheckpoint } from '../../src/proof/checkpoint.js';
import { Ed25519Signer, signNote, vkeyOf } from '../../src/proof/note.js';
import { consistencyProof, rootAt } from '../../src/proof/tiled-tree.js';
import { builtShelf, leaves, type TileShelf } from '../proof/trees.js';

/** A log that says what a test wants it to. */
export class ToldLog {
  readonly signer: Ed25519Signer;
  private readonly shelf: TileShelf;

  /** @param history a log with another one has other leaves */
  constructor(
    readonly origin = 'ledger.example.com/main',
    history = 'leaf',
    keyByte = 1,
  ) {
    this.signer = new Ed25519Signer(origin, Buffer.alloc(32, keyByte));
    this.shelf = builtShelf(leaves(600, history));
  }

  get vkey(): string {
    return vkeyOf(this.signer);
  }

  text(size: number): string {
    return formatCheckpoint({ origin: this.origin, size, root: rootAt(size, this.shelf.source) });
  }

  note(size: number): string {
    return signNote(this.text(size), [this.signer]);
  }

  proof(oldSize: number, newSize: number): Buffer[] {
    return oldSize === 0 ? [] : consistencyProof(oldSize, newSize, this.shelf.source);
  }

  /** The body of a request that is as it should be. */
  request(oldSize: number, newSize: number): string {
    const proof = this.proof(Math.min(oldSize, newSize), newSize);
    return formatAddCheckpoint({ oldSize, proof, checkpoint: this.note(newSize) });
  }
}
