import { constants, cpSync } from 'node:fs';
import { join } from 'node:path';
import { openLedger } from '../../src/infrastructure/host/open.js';
import type { Bench, Benchmark } from '../benchmark.js';
import { writeStory } from '../ledgers/bulk-writer.js';
import { acceptedLines, KEY_FILE_FORMAT, writeKeyFile, type KeyFileShape } from '../ledgers/key-file.js';
import { authorisationName, shapeOf, skuName, supplierName } from '../ledgers/ledger-shape.js';
import { LEDGER_NAME, ledgerConfiguration } from '../ledgers/ledger-shelf.js';
import { UNIT_COST } from '../ledgers/lot-story.js';
import { masterData } from '../ledgers/master-data.js';
import { eventOf, type ToldEvent } from '../ledgers/told-event.js';
import { HttpConnection } from '../load/http-connection.js';
import { untilCaughtUp } from '../load/readiness.js';
import { upload } from '../load/upload.js';
import { atLeast, atMost, notMeasured, type Row } from '../report/row.js';
import type { ChildProgram } from '../service/child-program.js';
import { startService, withPrograms } from '../service/programs.js';
import { median } from '../statistics.js';

const LINES_PER_SECOND_MIN = 50_000;
const PEAK_MIB_MAX = 512;
const MIB = 1024 * 1024;
const CREATED = 201;
const PO_ID = 'PO-IMPORT';
const SKU = skuName(0);
const AT = '2024-01-01T00:00:00.000Z';

/** A key file that was not imported as it should have been. */
export class ImportFailed extends Error {
  override readonly name = 'ImportFailed';
}

interface ImportMeasured {
  /** Until the read models had reached the lot. */
  readonly linesPerSecond: number;
  readonly peakBytes: number | undefined;
}

/** A key file sent to the service, against as many keys that it knows. */
export const importKeys: Benchmark = {
  name: 'import',
  run({ ledgers, scale, note }) {
    return ledgers.withDirectory(async (directory) => {
      const lines = scale.importLines;
      const first = { path: join(directory, 'first.csv'), number: 1, lines };
      const second = { path: join(directory, 'second.csv'), number: 2, lines };
      await writeKeyFile(first);
      await writeKeyFile(second);
      const original = join(directory, 'ledger');
      await foundWith(original, 4 * lines);
      note(`importing ${lines} keys that are to be known`);
      await importOnce(original, first);
      const measured: ImportMeasured[] = [];
      for (let round = 1; round <= scale.importRounds; round += 1) {
        measured.push(
          await ledgers.withDirectory((copy) => {
            cpSync(original, copy, { recursive: true, mode: constants.COPYFILE_FICLONE });
            return importOnce(copy, second);
          }),
        );
      }
      return rowsOf(measured, note);
    });
  },
};

function rowsOf(measured: readonly ImportMeasured[], note: Bench['note']): readonly Row[] {
  const value = median(measured.map(({ linesPerSecond }) => linesPerSecond));
  const rate = atLeast({ measurement: 'import', value, unit: 'lines/s' }, LINES_PER_SECOND_MIN);
  const peaks = measured.flatMap(({ peakBytes }) => (peakBytes === undefined ? [] : [peakBytes / MIB]));
  if (peaks.length === 0) {
    note('import peak memory: NOT RUN, it is read from /proc, which this system has not');
    return [rate, notMeasured('import peak memory', 'MiB', `<= ${PEAK_MIB_MAX} MiB`)];
  }
  const figure = { measurement: 'import peak memory', value: Math.max(...peaks), unit: 'MiB' };
  return [rate, atMost(figure, PEAK_MIB_MAX)];
}

/** A ledger with one purchase order of so many keys. */
async function foundWith(directory: string, quantity: number): Promise<void> {
  const open = await openLedger(ledgerConfiguration(directory));
  try {
    await writeStory(open.store, LEDGER_NAME, purchasing(quantity));
  } finally {
    await open.close();
  }
}

export function* purchasing(quantity: number): Generator<ToldEvent> {
  yield* masterData(shapeOf(0, 0));
  const lines = [{ sku: SKU, quantity, unitCost: UNIT_COST, authorisationId: authorisationName(0) }];
  const placed = { poId: PO_ID, supplierId: supplierName(0), lines, saw: [] };
  const event = eventOf('PurchaseOrderPlaced', placed);
  yield { stream: ['purchaseorder', PO_ID], event, commandId: PO_ID, at: AT };
}

async function importOnce(directory: string, file: KeyFileShape): Promise<ImportMeasured> {
  const service = await startService(directory);
  return withPrograms([service], () => importInto(service, file));
}

/** @throws ImportFailed */
export async function importInto(service: ChildProgram, file: KeyFileShape): Promise<ImportMeasured> {
  const connection = await HttpConnection.open(service.port);
  try {
    await untilCaughtUp(connection);
    const query = new URLSearchParams({ sku: SKU, format: JSON.stringify(KEY_FILE_FORMAT) });
    const path = `/v1/purchase-orders/${PO_ID}/lots/LOT-${file.number}?${query.toString()}`;
    const beganMs = performance.now();
    const { status, body } = await upload(service.port, path, file.path);
    await untilCaughtUp(connection);
    const elapsedMs = performance.now() - beganMs;
    const accepted = acceptedOf(body);
    if (status !== CREATED || accepted !== acceptedLines(file))
      throw new ImportFailed(`the import was answered with status ${status}: ${body.slice(0, 500)}`);
    return { linesPerSecond: (file.lines * 1000) / elapsedMs, peakBytes: service.memory()?.peakBytes };
  } finally {
    connection.close();
  }
}

function acceptedOf(body: string): number | undefined {
  const { counts } = JSON.parse(body) as { readonly counts?: { readonly accepted: number } };
  return counts?.accepted;
}
