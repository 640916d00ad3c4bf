import { cost } from './cost/projection.js';
import type { CostQuestions } from './cost/questions.js';
import { inventory } from './inventory/projection.js';
import type { InventoryQuestions } from './inventory/questions.js';
import { loads } from './loads/projection.js';
import type { LoadQuestions } from './loads/questions.js';
import { moments } from './moments/projection.js';
import type { MomentQuestions } from './moments/questions.js';
import type { ReadModel } from './read-model.js';
import { traceability } from './traceability/projection.js';
import type { TraceabilityQuestions } from './traceability/questions.js';
import { transparency } from './transparency/projection.js';
import type { TransparencyQuestions } from './transparency/questions.js';
import { unsettled } from './unsettled/projection.js';
import type { UnsettledQuestions } from './unsettled/questions.js';

/** What can be asked of each read model. */
export interface ReadModelQueries {
  readonly inventory: InventoryQuestions;
  readonly cost: CostQuestions;
  readonly traceability: TraceabilityQuestions;
  readonly loads: LoadQuestions;
  readonly unsettled: UnsettledQuestions;
  readonly moments: MomentQuestions;
  readonly transparency: TransparencyQuestions;
}

export type ReadModelName = keyof ReadModelQueries;

/** Every read model; a new one is added here and nowhere else. */
export const readModels: { readonly [Name in ReadModelName]: ReadModel<ReadModelQueries[Name]> } = {
  inventory,
  cost,
  traceability,
  loads,
  unsettled,
  moments,
  transparency,
};

export const READ_MODEL_NAMES = Object.keys(readModels) as readonly ReadModelName[];
