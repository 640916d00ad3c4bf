import { randomUUID } from 'node:crypto';
import { record } from '../access/recording.js';
import { actorOf, optional, required, wholeNumber, type Call, type CliCommand } from '../command.js';
import { UsageError } from '../usage-error.js';

const COMMON_OPTIONS = { actor: { type: 'string' }, 'command-id': { type: 'string' } } as const;

const COMMON_USAGE = `  --command-id ID   repeated, gets the first answer again; a fresh one unless given
  --actor NAME      who is recorded as having done it`;

export const issueCommand: CliCommand = {
  name: 'issue',
  summary: 'issue units to a merchant’s order, all or none',
  usage: `issue --merchant M --order O --sku SKU --quantity N --price AMOUNT [--pool POOL]

  --price AMOUNT    of one unit, in the product's currency, such as 98.1
  --pool POOL       main unless told
${COMMON_USAGE}`,
  options: {
    merchant: { type: 'string' },
    order: { type: 'string' },
    sku: { type: 'string' },
    quantity: { type: 'string' },
    price: { type: 'string' },
    pool: { type: 'string' },
    ...COMMON_OPTIONS,
  },
  positionals: { min: 0, max: 0 },
  run: (call) =>
    recordOperation(call, {
      op: 'issue',
      merchant_id: required(call, 'merchant'),
      order_no: required(call, 'order'),
      sku: required(call, 'sku'),
      quantity: requiredNumber(call, 'quantity'),
      unit_price: required(call, 'price'),
      pool: optional(call, 'pool'),
    }),
};

export const refundCommand: CliCommand = {
  name: 'refund',
  summary: 'pay back or replace places of an order',
  usage: `refund --merchant M --order O --refund R --units LIST --reason REASON --remedy REMEDY

  --refund R        the merchant's own refund number
  --units LIST      places within the order, from 1, such as 1,3
  --reason REASON   bad_key or goodwill
  --remedy REMEDY   refund or replace
${COMMON_USAGE}`,
  options: {
    merchant: { type: 'string' },
    order: { type: 'string' },
    refund: { type: 'string' },
    units: { type: 'string' },
    reason: { type: 'string' },
    remedy: { type: 'string' },
    ...COMMON_OPTIONS,
  },
  positionals: { min: 0, max: 0 },
  run: (call) =>
    recordOperation(call, {
      op: 'refund',
      merchant_id: required(call, 'merchant'),
      order_no: required(call, 'order'),
      refund_no: required(call, 'refund'),
      units: unitsOf(required(call, 'units')),
      reason: required(call, 'reason'),
      remedy: required(call, 'remedy'),
    }),
};

async function recordOperation(call: Call, fields: Readonly<Record<string, unknown>>): Promise<void> {
  const commandId = optional(call, 'command-id') ?? randomUUID();
  const request = { command: 'operation', fields, commandId, actor: actorOf(call) } as const;
  call.output.json(await record(call, request, () => undefined));
}

function requiredNumber(call: Call, name: string): number {
  const value = wholeNumber(call, name, 1);
  if (value === undefined) throw new UsageError(`--${name} is missing`);
  return value;
}

function unitsOf(list: string): number[] {
  const units = list.split(',').map((part) => (/^\d{1,9}$/.test(part) ? Number(part) : Number.NaN));
  if (units.some(Number.isNaN)) throw new UsageError('--units is a list of whole numbers, such as 1,3');
  return units;
}
