import type { ReadModel } from '../read-model.js';
import { standingHandlers } from '../shared/standing-tables.js';
import { Counter } from './counts.js';
import { factKeeper } from './facts.js';
import { Movements } from './movements.js';
import { orderHandlers } from './order-handlers.js';
import { TraceabilityQueries } from './queries.js';
import type { TraceabilityQuestions } from './questions.js';
import { TRACEABILITY_SCHEMA } from './schema.js';
import { sourceHandlers } from './source-handlers.js';
import { stockHandlers } from './stock-handlers.js';

/** The way of every key from its source to its order and back. */
export const traceability: ReadModel<TraceabilityQuestions> = {
  name: 'traceability',
  version: 2,
  schema: TRACEABILITY_SCHEMA,
  open: (tables) => {
    const keep = factKeeper(tables);
    const movements = new Movements(tables);
    const writers = { tables, movements, keep, counter: new Counter(tables) };
    const standing = standingHandlers(tables);
    return {
      on: {
        ...standing,
        ...sourceHandlers(writers),
        ...stockHandlers(writers),
        ...orderHandlers(writers),
        LotQuarantined: (event, place) => {
          keep(event, place);
          standing.LotQuarantined(event, place);
        },
        LotReleased: (event, place) => {
          keep(event, place);
          standing.LotReleased(event, place);
        },
      },
      flush: () => undefined,
    };
  },
  questions: (tables) => new TraceabilityQueries(tables),
};
