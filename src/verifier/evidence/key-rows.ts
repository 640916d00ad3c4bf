import type { KeyRunAnswer, KeyState } from '../../proof/evidence/answers.js';
import { ascending } from './order.js';
import { momentOf, type Register } from './register.js';
import type { Story, Told, Unit } from './story.js';

/** Keys that share a history and follow each other, as one row. */
export function keyRuns(units: readonly Unit[], story: Story, register: Register): KeyRunAnswer[] {
  const runs: KeyRunAnswer[] = [];
  let previous: { readonly row: KeyRunAnswer; readonly unit: Unit } | undefined;
  for (const unit of units) {
    const row = keyRow(unit, story, register);
    const run = runs.at(-1);
    if (run !== undefined && previous !== undefined && goesOn(previous, { row, unit }))
      runs[runs.length - 1] = { ...run, count: run.count + 1 };
    else runs.push(row);
    previous = { row, unit };
  }
  return runs;
}

/** Whether a key's row says the same as that of the key before it but for serial, line and place. */
function goesOn(
  before: { readonly row: KeyRunAnswer; readonly unit: Unit },
  next: { readonly row: KeyRunAnswer; readonly unit: Unit },
): boolean {
  const placeStep = next.unit.sold === undefined ? 0 : 1;
  const shifted = (row: KeyRunAnswer, by: number) => ({
    ...row,
    firstSerial: row.firstSerial + by,
    firstLine: row.firstLine + by,
    sale: row.sale === null ? null : { ...row.sale, firstPlace: row.sale.firstPlace + by * placeStep },
  });
  return JSON.stringify(shifted(before.row, 1)) === JSON.stringify(next.row);
}

function keyRow(unit: Unit, story: Story, register: Register): KeyRunAnswer {
  const { lotId, serial, sold, settled, removed, revealed } = unit;
  const chunk = chunkOf(story, unit);
  const received = story.lots.get(lotId)?.parts.at(-1);
  const behind = [chunk, received, sold?.by, settled?.by, removed, ...revealed];
  return {
    lotId,
    firstSerial: serial,
    count: 1,
    ...placeInFile(chunk, serial),
    state: stateOf(unit),
    sale: sold === undefined ? null : saleOf(sold, register),
    settlement: settled === undefined ? null : settlementOf(settled),
    sequences: ascending(behind.flatMap((told) => told?.sequence ?? [])),
  };
}

function placeInFile(
  chunk: Told<'KeysRegistered'> | undefined,
  serial: number,
): Pick<KeyRunAnswer, 'firstLine' | 'expiresOn'> {
  const line = chunk?.payload.lineRuns.findLast(([first]) => first <= serial);
  const expiry = chunk?.payload.expiryRuns.findLast(([first]) => first <= serial);
  return { firstLine: line === undefined ? 0 : line[1] + serial - line[0], expiresOn: expiry?.[2] ?? null };
}

function saleOf(sold: NonNullable<Unit['sold']>, register: Register): KeyRunAnswer['sale'] {
  const { by, order, place, source, isReplacement } = sold;
  const goods = { supplierId: source.supplierId, sku: by.payload.sku };
  return {
    ...register.recorded(goods, source.authorisationId, by),
    merchantId: order.merchantId,
    orderNo: order.orderNo,
    firstPlace: place,
    role: isReplacement ? 'replacement' : 'issued',
  };
}

function settlementOf({ by, replacedBy }: NonNullable<Unit['settled']>): KeyRunAnswer['settlement'] {
  const { refundNo, reason, remedy } = by.payload;
  return { ...momentOf(by), refundNo, reason, remedy, replacedBy };
}

function chunkOf(story: Story, { lotId, serial }: Unit): Told<'KeysRegistered'> | undefined {
  const chunks = story.registrationOf(lotId)?.chunks ?? [];
  let [low, high] = [0, chunks.length - 1];
  while (low <= high) {
    const middle = Math.floor((low + high) / 2);
    const chunk = chunks[middle];
    if (chunk === undefined) return undefined;
    const { firstSerial, count } = chunk.payload;
    if (serial < firstSerial) high = middle - 1;
    else if (serial >= firstSerial + count) low = middle + 1;
    else return chunk;
  }
  return undefined;
}

function stateOf({ sold, settled, removed }: Unit): KeyState {
  if (settled !== undefined) return 'void';
  if (sold !== undefined) return 'issued';
  if (removed === undefined) return 'held';
  return removed.type === 'UnitsWrittenOff' ? 'writtenOff' : 'returned';
}
