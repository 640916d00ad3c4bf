import type { Tables } from '../shared/tables.js';
import type { Counter } from './counts.js';
import type { KeepFact } from './facts.js';
import type { Movements } from './movements.js';

/** What handlers write with. */
export interface Writers {
  readonly tables: Tables;
  readonly movements: Movements;
  readonly keep: KeepFact;
  readonly counter: Counter;
}
