import type { ReadModelName } from '../../projections/registry.js';
import type { Standing, Stopped } from './checkpoint.js';

/** How far a read model has come, as status, health and answers say it. */
export interface ModelStatus {
  readonly model: string;
  readonly version: number;
  readonly position: number;
  readonly sequence: number;
  readonly stopped: Stopped | null;
}

/** Posted after every commit. */
export interface Progress extends Standing {
  readonly model: ReadModelName;
}

/** How far a rebuild has come. */
export interface BuildProgress {
  readonly model: string;
  readonly position: number;
  readonly sequence: number;
}
