import type { Report } from '../../projections/report/report.js';
import type { Output } from '../terminal/output.js';
import type { Column } from '../terminal/table.js';

type Part<Name extends 'skus' | 'pools' | 'imports'> = Report[Name][number];

function numbers<Row>(
  ...columns: readonly (readonly [title: string, of: (row: Row) => string | number])[]
): Column<Row>[] {
  return columns.map(([title, of]) => ({ title, of, align: 'right' }));
}

const INVENTORY: readonly Column<Part<'skus'>>[] = [
  { title: 'SKU', of: ({ sku }) => sku },
  ...numbers<Part<'skus'>>(
    ['received', ({ received }) => received],
    ['available', ({ available }) => available],
    ['unauthorised', ({ unauthorised }) => unauthorised],
    ['expired', ({ expired }) => expired],
    ['quarantined', ({ quarantined }) => quarantined],
    ['issued', ({ issued }) => issued],
    ['void', ({ void: voided }) => voided],
    ['written off', ({ writtenOff }) => writtenOff],
    ['returned', ({ returned }) => returned],
  ),
];

const COST: readonly Column<Part<'skus'>>[] = [
  { title: 'SKU', of: ({ sku }) => sku },
  ...numbers<Part<'skus'>>(
    ['on hand', ({ onHandCost }) => onHandCost],
    ['cost of goods sold', ({ costOfGoodsSold }) => costOfGoodsSold],
    ['revenue', ({ revenue }) => revenue],
    ['supplier claims', ({ supplierClaims }) => supplierClaims],
    ['losses', ({ inventoryLosses }) => inventoryLosses],
    ['returned', ({ returnedToSupplier }) => returnedToSupplier],
  ),
];

const POOLS: readonly Column<Part<'pools'>>[] = [
  { title: 'SKU', of: ({ sku }) => sku },
  { title: 'pool', of: ({ pool }) => pool },
  ...numbers<Part<'pools'>>(
    ['available', ({ available }) => available],
    ['unauthorised', ({ unauthorised }) => unauthorised],
    ['expired', ({ expired }) => expired],
    ['quarantined', ({ quarantined }) => quarantined],
  ),
];

const IMPORTS: readonly Column<Part<'imports'>>[] = [
  { title: 'lot', of: ({ lotId }) => lotId },
  ...numbers<Part<'imports'>>(
    ['lines', ({ lines }) => lines],
    ['header', ({ header }) => header],
    ['blank', ({ blank }) => blank],
    ['accepted', ({ accepted }) => accepted],
    ['dup. in file', ({ duplicateInFile }) => duplicateInFile],
    ['dup. in ledger', ({ duplicateInLedger }) => duplicateInLedger],
    ['malformed', ({ malformed }) => malformed],
  ),
];

interface RefusalCount {
  readonly op: string;
  readonly code: string;
  readonly count: number;
}

const REFUSALS: readonly Column<RefusalCount>[] = [
  { title: 'operation', of: ({ op }) => op },
  { title: 'refused as', of: ({ code }) => code },
  { title: 'lines', of: ({ count }) => count, align: 'right' },
];

/** A report for people: what `--json` says, as tables. */
export function printReport(output: Output, report: Report): void {
  output.line(`as of ${report.asOf}`);
  output.heading('Inventory');
  output.table(INVENTORY, report.skus);
  output.heading('Cost');
  output.table(COST, report.skus);
  output.heading('Pools');
  output.table(POOLS, report.pools);
  output.heading('Import receipts');
  output.table(IMPORTS, report.imports);
  output.heading('Refusals by reason');
  output.table(REFUSALS, countRefusals(report));
  output.line();
  output.line(`${report.refusals.length} refused, ${report.replayed} answered as replays`);
}

function countRefusals(report: Report): RefusalCount[] {
  const counts = new Map<string, RefusalCount>();
  for (const refusal of report.refusals) {
    const [op, code] = [String(refusal['op']), String(refusal['code'])];
    const key = `${op} ${code}`;
    counts.set(key, { op, code, count: (counts.get(key)?.count ?? 0) + 1 });
  }
  return [...counts.values()].sort((a, b) => b.count - a.count || (a.op < b.op ? -1 : 1));
}
