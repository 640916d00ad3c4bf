import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Author, DAY_MS, MERCHANTS, MINUTE_MS, SKUS, SUPPLIERS, timeText } from './author.js';
import { draw } from './random-operations.js';

/** Writes a pack that meets every operation, refusal and rule of the key files sooner or later. */
export function writeRandomPack(directory: string, seed: number, operations: number): void {
  mkdirSync(join(directory, 'keys'), { recursive: true });
  writeFileSync(join(directory, '../outside.txt'), 'OUTSIDE-1\nOUTSIDE-2\n');
  writeFileSync(join(directory, 'keys/target.txt'), 'INSIDE-1\nINSIDE-2\n');
  symlinkSync('../../outside.txt', join(directory, 'keys/out.txt'));
  symlinkSync('target.txt', join(directory, 'keys/in.txt'));
  const author = new Author(directory, seed);
  writeMasterData(author);
  const lines = Array.from({ length: operations }, () => {
    const { random } = author;
    author.nowMs += random.one([
      0,
      0,
      1,
      1000,
      MINUTE_MS,
      30 * MINUTE_MS,
      60 * MINUTE_MS,
      random.whole(0, DAY_MS / 12),
    ]);
    const [, op, fieldsOf] = draw(random);
    const line = JSON.stringify({ at: timeText(author.nowMs, random), op, ...fieldsOf(author) });
    author.model.take(line);
    return line;
  });
  writeFileSync(join(directory, 'operations.jsonl'), lines.join('\n') + author.random.one(['', '\n']));
}

function writeMasterData(author: Author): void {
  const { directory, random } = author;
  const end = random.one(['\n', '\r\n']);
  const write = (file: string, header: string, rows: readonly string[]): void =>
    writeFileSync(join(directory, file), [header, ...rows].join(end) + end);
  write(
    'suppliers.csv',
    'supplier_id,name,kind',
    SUPPLIERS.map((id) => `${id},供货商 ${id},issuer`),
  );
  write(
    'merchants.csv',
    'merchant_id,name,channel',
    MERCHANTS.map((id) => `${id},商户 ${id},direct`),
  );
  write(
    'products.csv',
    'sku,name,category,product_class,fulfilment,face_value,currency',
    random.shuffled(SKUS).map((sku) => `${sku},商品 ${sku},game,staple,card_key,100,CNY`),
  );
  write(
    'authorisations.csv',
    'authorisation_id,issuer,supplier_id,skus,valid_from,valid_to',
    author.authorisations.map(({ row }) => row),
  );
}
