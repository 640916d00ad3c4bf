import type { ReadModelName } from '../../projections/registry.js';
import type { EventStoreConfig } from '../event-store/open.js';
import type { Progress } from './progress.js';

/** What the worker thread is started with. */
export interface WorkerInput {
  readonly storeConfig: EventStoreConfig;
  /** Of the read models. */
  readonly directory: string;
}

/** A stream and the revision of the last event of it that was seen. */
export interface StreamHead {
  readonly stream: string;
  readonly revision: number;
}

/** What the service asks of the worker. */
export type Request =
  | { readonly kind: 'retry' | 'rebuild'; readonly requestId: number; readonly model: ReadModelName }
  /** Somebody waits for the models to come further. */
  | { readonly kind: 'hurry' }
  | { readonly kind: 'stop' };

/** What the worker says. */
export type Report =
  | { readonly kind: 'progress'; readonly progress: Progress }
  | { readonly kind: 'heads'; readonly heads: readonly StreamHead[] }
  | { readonly kind: 'done'; readonly requestId: number; readonly error: string | null };
