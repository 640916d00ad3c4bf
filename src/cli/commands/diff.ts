import { withReadModels } from '../access/reading.js';
import { optional, wholeNumber, type Call, type CliCommand } from '../command.js';
import {
  differenceHead,
  skuDifferences,
  type DifferenceHead,
  type DifferenceWanted,
} from '../questions/differences.js';
import { MOMENT_USAGE, readMoment } from '../questions/moments.js';
import { printCounts, printSkuDifference } from '../rendering/diff-tables.js';
import { UsageError } from '../usage-error.js';

const EVENTS_DEFAULT = 10;
const EVENTS_MAX = 1000;

export const diffCommand: CliCommand = {
  name: 'diff',
  summary: 'what changed between two moments, and which events changed it',
  usage: `diff A [B] [--occurred] [--sku S] [--lot L] [--events N] [--json]

Counts of the ledger, and stock, pools and money of every SKU and lot that changed after A up to B, as they were
recorded: each figure before and after, and the events whose postings add up to the difference, which is checked.
A and B are each ${MOMENT_USAGE}; without B, up to the
present.

  --occurred   between two times, what occurred then, whenever it was recorded
  --sku S      of one SKU
  --lot L      of one lot
  --events N   events named under each figure at most, 0 to ${EVENTS_MAX}; ${EVENTS_DEFAULT} unless told. The rest is counted`,
  options: {
    occurred: { type: 'boolean' },
    sku: { type: 'string' },
    lot: { type: 'string' },
    events: { type: 'string' },
  },
  positionals: { min: 1, max: 2 },
  async run(call) {
    const wanted = readWanted(call);
    await withReadModels(call.configuration, async (readModels) => {
      const head = differenceHead(readModels, wanted);
      const skus = skuDifferences(readModels, head.range, wanted);
      if (call.json) return writeJson(call, headOf(call, head), skus);
      call.output.line(titleOf(call, head));
      printCounts(call.output, head.counts);
      await untilStopped(call, skus, (sku) => printSkuDifference(call.output, sku));
    });
  },
};

/** @throws UsageError */
function readWanted(call: Call): DifferenceWanted {
  const [from = '', to] = call.positionals;
  const eventsMax = wholeNumber(call, 'events', 0) ?? EVENTS_DEFAULT;
  if (eventsMax > EVENTS_MAX) throw new UsageError(`--events must be at most ${EVENTS_MAX}`);
  return {
    from: readMoment(from, 'A'),
    to: to === undefined ? undefined : readMoment(to, 'B'),
    occurred: call.values['occurred'] === true,
    sku: optional(call, 'sku'),
    lotId: optional(call, 'lot'),
    eventsMax,
  };
}

function titleOf({ positionals: [from, to] }: Call, { range }: DifferenceHead): string {
  const ends = `from ${from ?? ''} to ${to ?? 'the present'}`;
  if (range.occurredAfter !== undefined) return `${ends}, as known at sequence ${range.until}`;
  return `${ends}: after sequence ${range.after} up to ${range.until}`;
}

function headOf({ positionals: [from, to] }: Call, { range, counts }: DifferenceHead): object {
  const occurred = range.occurredAfter !== undefined;
  return { from, to: to ?? null, occurred, afterSequence: range.after, untilSequence: range.until, counts };
}

/** One JSON text, written SKU by SKU: all of them together may be more than memory holds. */
async function writeJson(call: Call, head: object, skus: Iterable<object>): Promise<void> {
  const { output } = call;
  output.line(`${JSON.stringify(head).slice(0, -1)},"skus":[`);
  let separator = '';
  await untilStopped(call, skus, (sku) => {
    output.line(`${separator}${JSON.stringify(sku)}`);
    separator = ',';
  });
  output.line(']}');
}

async function untilStopped<Row>(
  { output, signal }: Call,
  rows: Iterable<Row>,
  write: (row: Row) => void,
): Promise<void> {
  for (const row of rows) {
    if (signal.aborted || output.closed.aborted) return;
    write(row);
    await output.drained();
  }
}
