import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** Master data of one supplier, product and merchant. */
export const MASTER_DATA: Readonly<Record<string, string>> = {
  'suppliers.csv': 'supplier_id,name,kind\nSUP-1,供货商,issuer\n',
  'products.csv':
    'sku,name,category,product_class,fulfilment,face_value,currency\nSKU-1,商品,game,staple,card_key,100,CNY\n',
  'merchants.csv': 'merchant_id,name,channel\nMER-1,商户,direct\n',
  'authorisations.csv':
    'authorisation_id,issuer,supplier_id,skus,valid_from,valid_to\nAUTH-1,ISSUER,SUP-1,SKU-1,2026-01-01T00:00:00Z,\n',
};

/** A folder of files under the temporary folder of the system. */
export class PackFolder {
  readonly parent = realpathSync(mkdtempSync(join(tmpdir(), 'sourcebook-pack-')));
  readonly path = join(this.parent, 'pack');

  constructor(files: Readonly<Record<string, string | Uint8Array>> = {}) {
    mkdirSync(this.path);
    for (const [name, content] of Object.entries(files)) this.write(name, content);
  }

  write(name: string, content: string | Uint8Array): void {
    mkdirSync(dirname(join(this.path, name)), { recursive: true });
    writeFileSync(join(this.path, name), content);
  }

  remove(): void {
    rmSync(this.parent, { recursive: true });
  }
}

export function operationLines(operations: readonly Readonly<Record<string, unknown>>[]): string {
  return operations.map((operation) => `${JSON.stringify(operation)}\n`).join('');
}
