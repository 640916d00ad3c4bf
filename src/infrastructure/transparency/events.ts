import type { DomainEvent } from '../../domain/shared/event.js';

// These types are the storage contract: they outlive the code. Add a version and an upcaster, never change one.

/** What a checkpoint says: the first `size` events of the sequence have a tree with this root. */
export interface Checkpoint {
  readonly origin: string;
  readonly size: number;
  /** base64 of 32 bytes. */
  readonly root: string;
}

/**
 * Of the aside stream `aside.checkpoints`: appended before the checkpoint is signed, each extending the one before it,
 * so that all instances together sign one history. An Ed25519 signature is made of nothing but key and text: whoever
 * reads this signs the same note.
 */
export type CheckpointIssued = DomainEvent<'CheckpointIssued', Checkpoint>;

export const CHECKPOINT_CATEGORY = 'aside.checkpoints';
