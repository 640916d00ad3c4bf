import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RawKeyFileFormat } from '../../../src/domain/key-file/format.js';
import { readFile } from './reading.js';

const PACK = join(__dirname, '../../../samples/first-month');

interface Receipt extends RawKeyFileFormat {
  readonly at: string;
  readonly op: string;
  readonly lot_id: string;
  readonly file: string;
}

interface ImportReport {
  readonly lotId: string;
  readonly lines: number;
  readonly header: number;
  readonly blank: number;
  readonly accepted: number;
  readonly duplicateInFile: number;
  readonly duplicateInLedger: number;
  readonly malformed: number;
}

interface Report {
  readonly imports: readonly ImportReport[];
  readonly refusals: readonly { readonly line: number; readonly code: string }[];
}

const report = JSON.parse(readFileSync(join(PACK, 'expected/report.json'), 'utf8')) as Report;
const operations = readFileSync(join(PACK, 'operations.jsonl'), 'utf8')
  .trimEnd()
  .split('\n')
  .map((text, index) => ({ line: index + 1, receipt: JSON.parse(text) as Receipt }))
  .filter(({ receipt }) => receipt.op === 'receive_lot');

describe('the key files of the first month', () => {
  it('are classed as expected, line by line', () => {
    const refused = new Set(report.refusals.map(({ line }) => line));
    const received = operations.filter(({ line }) => !refused.has(line));
    const counted = received.map(({ receipt }) => {
      const lines = readFile(readFileSync(join(PACK, receipt.file)), receipt, { receivedAt: receipt.at });
      if (typeof lines === 'string') return { lotId: receipt.lot_id, refused: lines };
      const count = (kind: string): number => lines.filter((line) => line.kind === kind).length;
      return {
        lotId: receipt.lot_id,
        lines: lines.length,
        header: count('header'),
        blank: count('blank'),
        keys: count('key'),
        malformed: count('malformed'),
      };
    });
    expect(counted).toEqual(
      report.imports.map(({ accepted, duplicateInFile, duplicateInLedger, ...rest }) => ({
        ...rest,
        keys: accepted + duplicateInFile + duplicateInLedger,
      })),
    );
  });

  it.each(['undecodable_file', 'bad_header'])('are refused with %s where expected', (code) => {
    const lines = report.refusals.filter((refusal) => refusal.code === code).map(({ line }) => line);
    expect(lines.length).toBeGreaterThan(0);
    for (const { line, receipt } of operations.filter((operation) => lines.includes(operation.line))) {
      expect(existsSync(join(PACK, receipt.file))).toBe(true);
      expect([
        line,
        readFile(readFileSync(join(PACK, receipt.file)), receipt, { receivedAt: receipt.at }),
      ]).toEqual([line, code]);
    }
  });
});
