import { basename, resolve } from 'node:path';
import type { KeyFileReceipt } from '../../infrastructure/control/messages.js';
import type { KeyImport } from '../../infrastructure/control/holder-jobs.js';
import type { LineVerdict } from '../../infrastructure/import/import-planner.js';
import { COLUMN_ROLES } from '../../domain/key-file/format.js';
import { record } from '../access/recording.js';
import { actorOf, optional, required, type Call, type CliCommand } from '../command.js';
import { printable } from '../terminal/display-width.js';
import { UsageError } from '../usage-error.js';

export const importKeysCommand: CliCommand = {
  name: 'import-keys',
  summary: 'receive one card-key file as a lot of a purchase order',
  usage: `import-keys FILE --lot LOT --po PO --sku SKU --columns LIST [options]

  --lot LOT            the new lot's id
  --po PO, --sku SKU   the order line that it is received on
  --separator TEXT     what parts the cells; \\t is a tab; none: the whole line is one cell
  --columns LIST       without --header what each cell is, such as number,secret,expires; with --header which names
                       the columns have, such as number=卡号,secret=卡密
  --header             the first line names the columns
  --quoted             cells may stand in quotation marks
  --expires-at TIME    when the whole lot expires, such as 2027-01-01T00:00:00+08:00
  --dry-run            records nothing and says what would become of every line
  --actor NAME         who is recorded as having done it`,
  options: {
    lot: { type: 'string' },
    po: { type: 'string' },
    sku: { type: 'string' },
    separator: { type: 'string' },
    columns: { type: 'string' },
    header: { type: 'boolean' },
    quoted: { type: 'boolean' },
    'expires-at': { type: 'string' },
    'dry-run': { type: 'boolean' },
    actor: { type: 'string' },
  },
  positionals: { min: 1, max: 1 },
  async run(call) {
    const name = call.positionals[0] ?? '';
    const dryRun = call.values['dry-run'] === true;
    const receipt = receiptOf(call);
    const lines: LineVerdict[] = [];
    const told = (verdict: LineVerdict): void => {
      if (call.json) lines.push(verdict);
      else printVerdict(call, verdict);
    };
    const request = {
      command: 'import-keys',
      file: resolve(name),
      name: basename(name),
      dryRun,
      receipt,
    } as const;
    const result = await record(call, { ...request, actor: actorOf(call) }, (verdict) =>
      told(verdict as LineVerdict),
    );
    if (call.json) call.output.json(dryRun ? { ...(result as KeyImport), lines } : result);
    else printImport(call, result as KeyImport);
  },
};

function receiptOf(call: Call): KeyFileReceipt {
  const header = call.values['header'] === true;
  return {
    lotId: required(call, 'lot'),
    poId: required(call, 'po'),
    sku: required(call, 'sku'),
    expiresAt: optional(call, 'expires-at') ?? null,
    separator: (optional(call, 'separator') ?? '').replaceAll('\\t', '\t'),
    quoted: call.values['quoted'] === true,
    header,
    columns: header ? namesOf(required(call, 'columns')) : required(call, 'columns').split(','),
  };
}

function namesOf(columns: string): Record<string, string> {
  const pairs = columns.split(',').map((pair) => {
    const equals = pair.indexOf('=');
    const role = pair.slice(0, equals);
    if (equals < 1 || !COLUMN_ROLES.some((known) => known === role)) {
      throw new UsageError(
        `--columns with --header is ROLE=NAME,…, the roles being ${COLUMN_ROLES.join(', ')}`,
      );
    }
    return [role, pair.slice(equals + 1)] as const;
  });
  return Object.fromEntries(pairs);
}

function printVerdict({ output }: Call, { line, outcome, reason, preview, keyId }: LineVerdict): void {
  const what = reason === null ? outcome : `${outcome} (${reason})`;
  output.line(
    printable(
      `${String(line).padStart(7)}  ${what.padEnd(34)}  ${(keyId ?? '').padEnd(20)}  ${preview}`.trimEnd(),
    ),
  );
}

function printImport({ output }: Call, { lotId, recorded, counts }: KeyImport): void {
  output.line(
    recorded ? `lot ${lotId} is received` : `nothing is recorded; as lot ${lotId} the file would come to:`,
  );
  const { lines, header, blank, accepted, duplicateInFile, duplicateInLedger, malformed } = counts;
  output.line(
    `${lines} lines = ${header} header + ${blank} blank + ${accepted} accepted + ${duplicateInFile} duplicate in file + ` +
      `${duplicateInLedger} duplicate in ledger + ${malformed} malformed`,
  );
}
