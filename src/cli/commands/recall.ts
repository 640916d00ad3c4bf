import type { ForwardRow, Source } from '../../projections/traceability/questions.js';
import { withReadModels } from '../access/reading.js';
import { optional, type Call, type CliCommand } from '../command.js';
import { recallOf, type Recall } from '../questions/recall.js';
import { printable } from '../terminal/display-width.js';
import type { Column } from '../terminal/table.js';
import { JobFailed, UsageError } from '../usage-error.js';

export const recallCommand: CliCommand = {
  name: 'recall',
  summary: 'every order and merchant that an authorisation or a lot reaches',
  usage: `recall --authorisation AUTH [--json]
recall --lot LOT [--json]

Who has to be told when an authorisation turns out bad or a lot is in quarantine: every order that its keys went to,
those that were replaced or refunded since and those that replaced others too. Of an authorisation also the keys that
were bought under it and sold under another.

  --authorisation AUTH   keys sold or bought under it
  --lot LOT              keys of the lot`,
  options: { authorisation: { type: 'string' }, lot: { type: 'string' } },
  positionals: { min: 0, max: 0 },
  async run(call) {
    const source = sourceOf(call);
    const recall = await withReadModels(call.configuration, (readModels) => recallOf(readModels, source));
    if (recall === undefined)
      throw new JobFailed(`no goods of ${source.kind} ${source.id} are in the ledger`);
    if (call.json) call.output.json(recall);
    else printRecall(call, recall);
  },
};

function sourceOf(call: Call): Source {
  const [authorisation, lot] = [optional(call, 'authorisation'), optional(call, 'lot')];
  if ((authorisation === undefined) === (lot === undefined))
    throw new UsageError('name either --authorisation or --lot');
  return authorisation === undefined
    ? { kind: 'lot', id: lot ?? '' }
    : { kind: 'authorisation', id: authorisation };
}

const ROWS: readonly Column<ForwardRow>[] = [
  { title: 'merchant', of: ({ merchantId }) => merchantId },
  { title: 'order', of: ({ orderNo }) => orderNo },
  { title: 'units', of: ({ firstPlace, count }) => rangeText(firstPlace, count), align: 'right' },
  { title: 'lot', of: ({ lotId }) => lotId },
  { title: 'serials', of: ({ firstSerial, count }) => rangeText(firstSerial, count), align: 'right' },
  { title: 'as', of: ({ role }) => role },
  { title: 'sold under', of: ({ authorisationId }) => authorisationId },
  { title: 'when', of: ({ occurredAt }) => occurredAt },
  { title: 'sequence', of: ({ sequence }) => sequence, align: 'right' },
];

function rangeText(first: number, count: number): string {
  return count === 1 ? String(first) : `${first}–${first + count - 1}`;
}

function printRecall({ output }: Call, { source, lots, reach, rows, soldUnderAnother }: Recall): void {
  output.heading(printable(`Recall of ${source.kind} ${source.id}`));
  output.line(
    `${reach.orders} orders of ${reach.merchants.length} merchants with ${reach.keysIssued} keys; ` +
      `${lots.length} lots with ${reach.keysReceived} keys received`,
  );
  output.line();
  output.table(
    [
      { title: 'lot', of: ({ lotId }) => lotId },
      { title: 'SKU', of: ({ sku }) => sku },
      { title: 'supplier', of: ({ supplierId }) => supplierId },
      { title: 'standing', of: ({ quarantined }) => (quarantined ? 'in quarantine' : '') },
    ],
    lots,
  );
  output.line();
  output.table(
    [
      { title: 'merchant', of: ({ merchantId }) => merchantId },
      { title: 'orders', of: ({ orders }) => orders, align: 'right' },
      { title: 'keys', of: ({ keys }) => keys, align: 'right' },
    ],
    reach.merchants,
  );
  output.line();
  output.table(ROWS, rows);
  if (soldUnderAnother.length === 0) return;
  output.heading('Bought under it, sold under another authorisation');
  output.table(ROWS, soldUnderAnother);
}
