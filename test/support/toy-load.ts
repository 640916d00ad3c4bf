import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { EncodingDetector } from '../../src/domain/key-file/detection.js';
import type { RawKeyFileFormat } from '../../src/domain/key-file/format.js';
import { readFormat } from '../../src/domain/key-file/format.js';
import { KeyFileReader } from '../../src/domain/key-file/key-file-reader.js';
import type { LineOutcome } from '../../src/domain/load/events.js';
import { Refusal } from '../../src/domain/shared/refusal.js';
import { instantOf, parseInstant } from '../../src/domain/shared/time.js';
import { ToyLedger } from './toy-ledger/toy-ledger.js';
import { ToyRefusal, type ReceivedFile } from './toy-ledger/units.js';

interface Operation {
  at: string;
  op: string;
  [field: string]: unknown;
}

const ID_FIELDS = {
  po_id: 'poId',
  lot_id: 'lotId',
  merchant_id: 'merchantId',
  order_no: 'orderNo',
  refund_no: 'refundNo',
  authorisation_id: 'authorisationId',
  sku: 'sku',
};
const START = '2026-01-01T00:00:00+08:00';
const OUTCOMES_PER_EVENT = 100;

/** Records a supply pack in a toy ledger, for tests of what is read from its events. */
export class ToyLoad {
  readonly ledger = new ToyLedger();
  private readonly known = new Set<string>();
  private outcomes: LineOutcome[] = [];

  constructor(private readonly pack: string) {}

  run(): this {
    const { told } = this.ledger;
    this.masterData();
    const packDigest = 'toy-pack';
    told.tell(['load', packDigest], 'LoadStarted', { packDigest, name: 'toy' }, { occurredAt: START });
    const lines = readFileSync(join(this.pack, 'operations.jsonl'), 'utf8').trimEnd().split('\n');
    const totals = { done: 0, replayed: 0, refused: 0 };
    lines.forEach((line, index) => {
      const operation = JSON.parse(line) as Operation;
      const outcome = this.outcome(operation, index + 1);
      totals[outcome.outcome] += 1;
      this.outcomes.push(outcome);
      if (this.outcomes.length < OUTCOMES_PER_EVENT && index + 1 < lines.length) return;
      const { at } = operation;
      told.tell(
        ['load', packDigest],
        'OperationsRecorded',
        { packDigest, outcomes: this.outcomes, at },
        { occurredAt: at },
      );
      this.outcomes = [];
    });
    const last = (JSON.parse(lines.at(-1) as string) as Operation).at;
    told.tell(
      ['load', packDigest],
      'LoadFinished',
      { packDigest, lines: lines.length, ...totals, at: last },
      { occurredAt: last },
    );
    return this;
  }

  private masterData(): void {
    for (const { supplier_id } of this.csv('suppliers.csv'))
      this.ledger.supplier(START, supplier_id as string);
    for (const { sku } of this.csv('products.csv')) this.ledger.product(START, sku as string);
    for (const { merchant_id } of this.csv('merchants.csv'))
      this.ledger.merchant(START, merchant_id as string);
    for (const row of this.csv('authorisations.csv')) {
      const terms = {
        skus: (row.skus ?? '').split(';'),
        validFrom: row.valid_from as string,
        validTo: row.valid_to || null,
      };
      this.ledger.grant(START, row.authorisation_id as string, row.supplier_id as string, terms);
    }
  }

  private csv(name: string): Record<string, string>[] {
    const [header = '', ...lines] = readFileSync(join(this.pack, name), 'utf8').trimEnd().split(/\r?\n/);
    const names = header.split(',');
    return lines.map((line) => {
      const cells = line.split(',').map((cell, index) => [names[index] ?? '', cell] as const);
      return Object.fromEntries(cells);
    });
  }

  private outcome(operation: Operation, line: number): LineOutcome {
    const { op } = operation;
    try {
      const replayed = this.perform(operation);
      return { line, op, outcome: replayed ? 'replayed' : 'done', code: null, ids: null };
    } catch (error) {
      if (!(error instanceof ToyRefusal)) throw error;
      const ids = Object.entries(ID_FIELDS).filter(([field]) => typeof operation[field] === 'string');
      const named = Object.fromEntries(ids.map(([field, name]) => [name, operation[field] as string]));
      return { line, op, outcome: 'refused', code: error.message, ids: named };
    }
  }

  private perform(operation: Operation): boolean {
    const { at, op } = operation;
    const text = (field: string) => operation[field] as string;
    const quantity = operation.quantity as number;
    switch (op) {
      case 'place_po': {
        const lines = (operation.lines ?? []) as { sku: string; quantity: number; unit_cost: string }[];
        const ordered = lines.map(({ unit_cost, ...line }) => ({ ...line, unitCost: unit_cost }));
        this.ledger.placeOrder(at, text('po_id'), text('supplier_id'), ordered);
        return false;
      }
      case 'receive_lot':
        this.receive(operation);
        return false;
      case 'transfer':
        this.ledger.transfer(at, text('sku'), { from: text('from'), to: text('to'), quantity });
        return false;
      case 'issue': {
        const wish = {
          sku: text('sku'),
          quantity,
          unitPrice: text('unit_price'),
          pool: (operation.pool ?? undefined) as string | undefined,
        };
        return this.ledger.issue(at, text('merchant_id'), text('order_no'), wish);
      }
      case 'refund': {
        const wish = {
          orderNo: text('order_no'),
          units: (operation.units ?? []) as number[],
          reason: text('reason'),
          remedy: text('remedy'),
        };
        return this.ledger.refund(at, text('merchant_id'), text('refund_no'), wish);
      }
      case 'revoke_authorisation':
        this.ledger.revoke(at, text('authorisation_id'));
        return false;
      case 'quarantine_lot':
      case 'release_lot':
        this.ledger.quarantine(at, text('lot_id'), op === 'quarantine_lot');
        return false;
      case 'write_off':
      case 'return_to_supplier':
        this.ledger.remove(at, text('lot_id'), quantity, op === 'write_off' ? 'writtenOff' : 'returned');
        return false;
      default:
        throw new ToyRefusal('unknown_operation');
    }
  }

  private receive(operation: Operation): void {
    const { at, lot_id: lotId, po_id: poId, sku } = operation as unknown as Record<string, string>;
    const { ledger } = this;
    ledger.checkReceipt(lotId as string, poId as string, sku as string);
    const expiresAt = (operation.expires_at ?? null) as string | null;
    if (expiresAt !== null && !((parseInstant(expiresAt) ?? 0) > instantOf(at as string)))
      throw new ToyRefusal('invalid');
    const path = join(this.pack, operation.file as string);
    if (!existsSync(path) || !statSync(path).isFile()) throw new ToyRefusal('missing_file');
    const { file, keys } = this.readFile(operation, readFileSync(path));
    ledger.receive(at as string, lotId as string, poId as string, { sku: sku as string, expiresAt, file });
    for (const key of keys) this.known.add(key);
  }

  private readFile(operation: Operation, bytes: Buffer): { file: ReceivedFile; keys: Set<string> } {
    const detector = new EncodingDetector();
    detector.write(bytes);
    const encoding = detector.end();
    if (encoding === 'undecodable') throw new ToyRefusal('undecodable_file');
    const counts = {
      lines: 0,
      header: 0,
      blank: 0,
      accepted: 0,
      duplicateInFile: 0,
      duplicateInLedger: 0,
      malformed: 0,
    };
    const accepted: { line: number; expiresOn: string | null }[] = [];
    const keys = new Set<string>();
    for (const line of this.classed(operation, bytes, encoding)) {
      counts.lines += 1;
      if (line.kind !== 'key') {
        counts[line.kind] += 1;
        continue;
      }
      const identity = JSON.stringify([line.key.number ?? '', line.key.secret]);
      const kind = this.known.has(identity)
        ? 'duplicateInLedger'
        : keys.has(identity)
          ? 'duplicateInFile'
          : 'accepted';
      counts[kind] += 1;
      if (kind !== 'accepted') continue;
      keys.add(identity);
      accepted.push({ line: line.line, expiresOn: line.key.expiresOn });
    }
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    return {
      file: { name: operation.file as string, sha256, sizeBytes: bytes.length, counts, accepted },
      keys,
    };
  }

  private classed(
    operation: Operation,
    bytes: Buffer,
    encoding: ConstructorParameters<typeof KeyFileReader>[0]['encoding'],
  ) {
    try {
      const reader = new KeyFileReader({
        format: readFormat(operation as RawKeyFileFormat),
        encoding,
        receivedAt: instantOf(operation.at),
      });
      return [...reader.read(bytes), ...reader.end()];
    } catch (error) {
      if (error instanceof Refusal) throw new ToyRefusal(error.code);
      throw error;
    }
  }
}
