import type { KeyTrace, TraceRow } from '../../projections/traceability/questions.js';
import type { PortableMovement } from '../questions/traces.js';
import type { Output } from '../terminal/output.js';
import { printable } from '../terminal/display-width.js';
import type { Column } from '../terminal/table.js';

type Timeline = { readonly timeline: readonly PortableMovement[] };

const MOVEMENTS: readonly Column<PortableMovement>[] = [
  { title: 'occurred', of: ({ occurredAt }) => occurredAt },
  { title: 'what', of: ({ kind }) => kind },
  { title: 'where', of: placeOf },
  { title: 'why', of: ({ reason }) => reason ?? '' },
  { title: 'by', of: ({ actor }) => actor },
  { title: 'sequence', of: ({ sequence }) => sequence, align: 'right' },
  { title: 'event', of: ({ eventId }) => eventId },
];

function placeOf({ pool, order, refundNo }: PortableMovement): string {
  if (order === null) return pool === null ? '' : `pool ${pool}`;
  const place = `${order.merchantId} ${order.orderNo} unit ${order.unit}`;
  return refundNo === null ? place : `${place}, refund ${refundNo}`;
}

export function printKeyTrace(output: Output, trace: KeyTrace & Timeline): void {
  const { order } = trace;
  output.heading(`Key ${printable(trace.keyId)}`);
  printFacts(output, [
    ['state', trace.pool === null ? trace.state : `${trace.state}, in pool ${trace.pool}`],
    [
      'order',
      order === null
        ? 'never issued'
        : `${order.merchantId} ${order.orderNo} unit ${order.unit} (${order.role})`,
    ],
    ['unit cost', trace.unitCost],
    ...sourceFacts(trace),
  ]);
  output.line();
  output.table(MOVEMENTS, trace.timeline);
}

export function printOrderTrace(output: Output, rows: readonly (TraceRow & Timeline)[]): void {
  for (const row of rows) {
    output.heading(printable(`${row.merchantId} ${row.orderNo} unit ${row.unit}: key ${row.keyId}`));
    printFacts(output, [
      ['role and state', `${row.role}, ${row.state}`],
      ['authorisation', row.authorisationId],
      ...sourceFacts(row),
    ]);
    output.line();
    output.table(MOVEMENTS, row.timeline);
  }
}

function sourceFacts(
  source: Pick<KeyTrace, 'sku' | 'lotId' | 'file' | 'fileLine' | 'poId' | 'supplierId'>,
): [string, string][] {
  return [
    ['SKU', source.sku],
    ['lot', source.lotId],
    ['key file', `${source.file}, line ${source.fileLine}`],
    ['purchase order', source.poId],
    ['supplier', source.supplierId],
  ];
}

function printFacts(output: Output, facts: readonly (readonly [name: string, value: string])[]): void {
  for (const [name, value] of facts)
    output.line(`  ${output.colours.dim(name.padEnd(16))}${printable(value)}`);
}
