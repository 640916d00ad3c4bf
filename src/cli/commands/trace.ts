import { withReadModels } from '../access/reading.js';
import { optional, required, wholeNumber, type Call, type CliCommand } from '../command.js';
import { AS_OF_OPTIONS, AS_OF_USAGE, readAskedMoment, type AskedMoment } from '../questions/moments.js';
import { traceOfKey, traceOfOrder } from '../questions/traces.js';
import { printKeyTrace, printOrderTrace } from '../rendering/trace-tables.js';
import { JobFailed, UsageError } from '../usage-error.js';

export const traceCommand: CliCommand = {
  name: 'trace',
  summary: 'the way of a key from its source to its buyer, or back',
  usage: `trace --merchant M --order O [--unit N] [--as-of M [--occurred]] [--json]
trace --key KEY [--as-of M [--occurred]] [--json]

The keys that ever filled an order's places, each with the way back to its source; or what became of one key. Either
comes with the key's whole timeline.

  --merchant M   the merchant's id
  --order O      the merchant's own order number
  --unit N       one place of the order, from 1
  --key KEY      a key's id, such as LOT-0001-000042
${AS_OF_USAGE}`,
  options: {
    ...AS_OF_OPTIONS,
    merchant: { type: 'string' },
    order: { type: 'string' },
    unit: { type: 'string' },
    key: { type: 'string' },
  },
  positionals: { min: 0, max: 0 },
  async run(call) {
    const keyId = optional(call, 'key');
    if (keyId === undefined) return traceOrder(call);
    if (['merchant', 'order', 'unit'].some((name) => call.values[name] !== undefined)) {
      throw new UsageError('name either --key, or --merchant and --order');
    }
    return traceKey(call, keyId);
  },
};

async function traceOrder(call: Call): Promise<void> {
  const [merchantId, orderNo] = [required(call, 'merchant'), required(call, 'order')];
  const unit = wholeNumber(call, 'unit', 1);
  const place = unit === undefined ? { merchantId, orderNo } : { merchantId, orderNo, unit };
  const asked = readAskedMoment(call);
  const now = new Date().toISOString();
  const rows = await withReadModels(call.configuration, (readModels) =>
    traceOfOrder(readModels, place, now, asked),
  );
  if (rows === undefined) {
    const which = unit === undefined ? 'no order' : `no place ${unit} of an order`;
    throw new JobFailed(`${which} ${orderNo} of merchant ${merchantId} in the ledger${asOfText(asked)}`);
  }
  if (call.json) call.output.json(rows);
  else printOrderTrace(call.output, rows);
}

async function traceKey(call: Call, keyId: string): Promise<void> {
  const asked = readAskedMoment(call);
  const now = new Date().toISOString();
  const trace = await withReadModels(call.configuration, (readModels) =>
    traceOfKey(readModels, keyId, now, asked),
  );
  if (trace === undefined) throw new JobFailed(`no key ${keyId} in the ledger${asOfText(asked)}`);
  if (call.json) call.output.json(trace);
  else printKeyTrace(call.output, trace);
}

function asOfText({ moment }: AskedMoment): string {
  return moment === undefined ? '' : ` as of ${moment.text}`;
}
