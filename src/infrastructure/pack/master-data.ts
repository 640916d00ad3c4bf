import { join } from 'node:path';
import { MerchantBody, RegisterMerchant } from '../../domain/merchant/commands.js';
import { DefineProduct, ProductBody } from '../../domain/product/commands.js';
import type { CommandContext } from '../../domain/shared/ledger.js';
import {
  AuthorisationBody,
  GrantAuthorisation,
  RegisterSupplier,
  SupplierBody,
} from '../../domain/supplier/commands.js';
import { readCsv, type CsvRecord } from './csv.js';
import { readTextFile } from './text-file.js';

export type MasterDataCommand = RegisterSupplier | DefineProduct | RegisterMerchant | GrantAuthorisation;

/** A line of the master data: what it asks the ledger to record. */
export interface MasterDataLine {
  readonly file: string;
  readonly line: number;
  readonly command: string;
  readonly commandFor: (context: CommandContext) => MasterDataCommand;
}

interface Table {
  readonly file: string;
  readonly columns: readonly string[];
  readonly command: string;
  read(cell: (column: string) => string): (context: CommandContext) => MasterDataCommand;
}

/** In the order that they depend on each other. */
const TABLES: readonly Table[] = [
  {
    file: 'suppliers.csv',
    columns: ['supplier_id', 'name', 'kind'],
    command: RegisterSupplier.name,
    read: (cell) => {
      const body = Object.assign(new SupplierBody(), {
        supplierId: cell('supplier_id'),
        name: cell('name'),
        kind: cell('kind'),
      });
      return (context) => new RegisterSupplier(body, context);
    },
  },
  {
    file: 'products.csv',
    columns: ['sku', 'name', 'category', 'product_class', 'fulfilment', 'face_value', 'currency'],
    command: DefineProduct.name,
    read: (cell) => {
      const body = Object.assign(new ProductBody(), {
        sku: cell('sku'),
        name: cell('name'),
        category: cell('category'),
        productClass: cell('product_class'),
        fulfilment: cell('fulfilment'),
        faceValue: cell('face_value'),
        currency: cell('currency'),
      });
      return (context) => new DefineProduct(body, context);
    },
  },
  {
    file: 'merchants.csv',
    columns: ['merchant_id', 'name', 'channel'],
    command: RegisterMerchant.name,
    read: (cell) => {
      const body = Object.assign(new MerchantBody(), {
        merchantId: cell('merchant_id'),
        name: cell('name'),
        channel: cell('channel'),
      });
      return (context) => new RegisterMerchant(body, context);
    },
  },
  {
    file: 'authorisations.csv',
    columns: ['authorisation_id', 'issuer', 'supplier_id', 'skus', 'valid_from', 'valid_to'],
    command: GrantAuthorisation.name,
    read: (cell) => {
      const body = Object.assign(new AuthorisationBody(), {
        authorisationId: cell('authorisation_id'),
        issuer: cell('issuer'),
        supplierId: cell('supplier_id'),
        skus: cell('skus')
          .split(';')
          .filter((sku) => sku !== ''),
        validFrom: cell('valid_from'),
        validTo: cell('valid_to') === '' ? null : cell('valid_to'),
      });
      return (context) => new GrantAuthorisation(body, context);
    },
  },
];

/**
 * Reads all of a pack's master data before any of it is recorded.
 * @throws UnreadablePack
 */
export async function readMasterData(directory: string): Promise<readonly MasterDataLine[]> {
  const tables = await Promise.all(
    TABLES.map(async (table) => {
      const text = await readTextFile(join(directory, table.file), table.file);
      return readCsv(text, table.file, table.columns).map((record) => lineOf(table, record));
    }),
  );
  return tables.flat();
}

function lineOf(table: Table, { line, cells }: CsvRecord): MasterDataLine {
  const commandFor = table.read((column) => cells.get(column) ?? '');
  return { file: table.file, line, command: table.command, commandFor };
}
