import type { Figure, FigureKind, Mover, SkuDifference } from '../../projections/diff/questions.js';
import { printable } from '../terminal/display-width.js';
import type { Output } from '../terminal/output.js';
import type { Column } from '../terminal/table.js';

/** A figure, or under it one of the events that moved it. */
interface Line {
  readonly figure: string;
  readonly before: string;
  readonly after: string;
  readonly difference: string;
  readonly event: Mover | undefined;
}

const LINES: readonly Column<Line>[] = [
  { title: 'figure', of: ({ figure }) => figure },
  { title: 'before', of: ({ before }) => before, align: 'right' },
  { title: 'after', of: ({ after }) => after, align: 'right' },
  { title: 'difference', of: ({ difference }) => difference, align: 'right' },
  { title: 'sequence', of: ({ event }) => event?.sequence ?? '', align: 'right' },
  { title: 'event', of: ({ event }) => event?.type ?? '' },
  { title: 'stream', of: ({ event }) => event?.stream ?? '' },
  { title: 'event id', of: ({ event }) => event?.eventId ?? '' },
];

const NAMES: Readonly<Record<string, string>> = {
  writtenOff: 'written off',
  onHandCost: 'on hand',
  costOfGoodsSold: 'cost of goods sold',
  supplierClaims: 'supplier claims',
  inventoryLosses: 'losses',
  returnedToSupplier: 'returned to supplier',
  purchaseOrders: 'purchase orders',
  keysReceived: 'keys received',
  keysIssued: 'keys issued',
  keysRevealed: 'keys revealed',
  keysVoided: 'keys voided',
  keysWrittenOff: 'keys written off',
  keysReturned: 'keys returned',
};

export function printCounts(output: Output, counts: readonly Figure[]): void {
  if (counts.length === 0) return;
  output.heading('Counts of the ledger');
  output.table(LINES, counts.flatMap(linesOf));
}

export function printSkuDifference(output: Output, { sku, figures }: SkuDifference): void {
  output.heading(printable(sku));
  output.table(LINES, figures.flatMap(linesOf));
}

function linesOf(figure: Figure): Line[] {
  const { before, after, difference, events, eventCount } = figure;
  const head = {
    figure: titleOf(figure),
    before: String(before),
    after: String(after),
    difference: signed(String(difference)),
    event: undefined,
  };
  const movers = events.map((event) => ({ ...BLANK, difference: signed(String(event.moved)), event }));
  const left = eventCount - events.length;
  return left === 0
    ? [head, ...movers]
    : [head, ...movers, { ...BLANK, figure: `  and ${left} more ${left === 1 ? 'event' : 'events'}` }];
}

const BLANK: Line = { figure: '', before: '', after: '', difference: '', event: undefined };

function signed(value: string): string {
  return value.startsWith('-') ? value : `+${value}`;
}

const PREFIX: Readonly<Partial<Record<FigureKind, string>>> = { pool: 'pool ' };

function titleOf({ kind, name, lotId, currency }: Figure): string {
  const known = kind === 'pool' ? name : (NAMES[name] ?? name);
  const named = `${PREFIX[kind] ?? ''}${known}`;
  return `${lotId === null ? '' : `${lotId} `}${named}${currency === null ? '' : ` (${currency})`}`;
}
