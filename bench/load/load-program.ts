import { runClosedLoop, runQuestions } from './closed-loop.js';
import type { LoadOrder, LoadReport, LoadResult } from './load-orders.js';
import { runOpenLoop } from './open-loop.js';

function run(order: LoadOrder): Promise<LoadResult> {
  switch (order.kind) {
    case 'closed':
      return runClosedLoop(order);
    case 'open':
      return runOpenLoop(order);
    case 'questions':
      return runQuestions(order);
  }
}

async function reportOn(order: LoadOrder): Promise<LoadReport> {
  try {
    return { result: await run(order) };
  } catch (error) {
    return { error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

/** The load's own process: one order, one report. It ends when whoever gave the order lets go: then the report was read. */
process.on('disconnect', () => process.exit());
process.once('message', (order: LoadOrder) => {
  void reportOn(order).then((report) => process.send?.(report));
});
