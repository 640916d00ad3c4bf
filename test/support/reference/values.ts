import { readFileSync } from 'node:fs';
import type { Accounts, Authorisation, Operation } from './facts.js';
import type { FileFormat } from './key-file.js';

const ID_NAMES = {
  po_id: 'poId',
  lot_id: 'lotId',
  merchant_id: 'merchantId',
  order_no: 'orderNo',
  refund_no: 'refundNo',
  authorisation_id: 'authorisationId',
  sku: 'sku',
};

export function idsOf(operation: Operation): Record<string, string> {
  const carried = Object.entries(ID_NAMES).filter(([name]) => typeof operation[name] === 'string');
  return Object.fromEntries(carried.map(([name, reported]) => [reported, operation[name] as string]));
}

export function formatOf(operation: Operation): FileFormat {
  const { separator = '', quoted = false, header = false, columns } = operation;
  return { separator, quoted, header, columns } as FileFormat;
}

/** The master data of generated packs holds neither quotation marks nor commas within cells. */
export function readTable(path: string): Record<string, string>[] {
  const [header, ...rows] = readFileSync(path, 'utf8')
    .split(/\r?\n/)
    .filter((line) => line !== '');
  const names = (header as string).split(',');
  return rows.map((row) =>
    Object.fromEntries(row.split(',').map((cell, index) => [names[index] as string, cell])),
  );
}

export function dropNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(dropNulls);
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).filter(([, field]) => field !== null);
  return Object.fromEntries(fields.map(([name, field]) => [name, dropNulls(field)]));
}

export function isWhole(value: unknown): boolean {
  return Number.isSafeInteger(value);
}

/** In millionths; -1 for what is no amount. */
export function amount(text: unknown): bigint {
  if (typeof text !== 'string' || !/^[0-9]{1,12}(\.[0-9]{1,6})?$/.test(text)) return -1n;
  const [whole, fraction = ''] = text.split('.');
  return BigInt(`${whole}${fraction.padEnd(6, '0')}`);
}

/** NaN for what is no time. */
export function timeOf(text: unknown): number {
  const shape = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/;
  return typeof text === 'string' && shape.test(text) ? Date.parse(text) : NaN;
}

export function byCodePoints(left: string, right: string): number {
  const [a, b] = [Array.from(left), Array.from(right)];
  for (let index = 0; index < Math.min(a.length, b.length); index += 1) {
    const difference = (a[index] as string).codePointAt(0)! - (b[index] as string).codePointAt(0)!;
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

export function authorisationOf(row: Readonly<Record<string, string>>): Authorisation {
  const {
    authorisation_id: id = '',
    supplier_id: supplierId = '',
    skus = '',
    valid_from = '',
    valid_to = '',
  } = row;
  const to = valid_to === '' ? Infinity : Date.parse(valid_to);
  return { id, supplierId, skus: skus.split(';'), from: Date.parse(valid_from), to, revokedAt: Infinity };
}

export function noAmounts(): Accounts {
  return {
    costOfGoodsSold: 0n,
    revenue: 0n,
    supplierClaims: 0n,
    inventoryLosses: 0n,
    returnedToSupplier: 0n,
  };
}
