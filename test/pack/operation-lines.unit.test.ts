import { readOperations, type OperationLine } from '../../src/infrastructure/pack/operation-lines.js';
import { PackFolder } from '../support/pack-folder.js';

const AT = '2026-09-01T08:00:00.000+08:00';

async function read(content: string | Uint8Array): Promise<{ lines: OperationLine[]; error: unknown }> {
  const pack = new PackFolder({ 'operations.jsonl': content });
  const lines: OperationLine[] = [];
  let error: unknown;
  try {
    for await (const line of readOperations(pack.path)) lines.push(line);
  } catch (thrown) {
    error = thrown;
  } finally {
    pack.remove();
  }
  return { lines, error };
}

const line = (fields: object): string => JSON.stringify({ at: AT, op: 'issue', ...fields });

describe('the operations of a pack', () => {
  it('come line by line, with the time as it is written and where the line ends', async () => {
    const [first, second] = [line({}), line({ at: '2026-09-01T00:00:00Z', sku: '卡' })];
    const { lines } = await read(`${first}\n${second}`);
    expect(lines.map(({ line: number, at }) => [number, at])).toEqual([
      [1, AT],
      [2, '2026-09-01T00:00:00Z'],
    ]);
    expect(lines.map(({ endByte }) => endByte)).toEqual([
      Buffer.byteLength(first) + 1,
      Buffer.byteLength(first) + 1 + Buffer.byteLength(second),
    ]);
  });

  it('may end in CRLF, and a final line end opens no further line', async () => {
    expect((await read(`${line({})}\r\n${line({})}\r\n`)).lines).toHaveLength(2);
  });

  it('take a null field as absent, at any depth, and leave entries of lists alone', async () => {
    const fields = {
      pool: null,
      lines: [{ sku: 'A', unit_cost: null }, null],
      columns: { number: null, secret: 's' },
      units: [1, null],
    };
    const { lines } = await read(line(fields));
    expect(lines[0]?.fields).toEqual({
      at: AT,
      op: 'issue',
      lines: [{ sku: 'A' }, null],
      columns: { secret: 's' },
      units: [1, null],
    });
  });

  it('keep a field of any name a field', async () => {
    const { lines } = await read(`{"at":"${AT}","op":"issue","__proto__":{"sku":"X"}}`);
    expect(Object.keys(lines[0]?.fields ?? {})).toContain('__proto__');
    expect((lines[0]?.fields as { sku?: string }).sku).toBeUndefined();
  });

  it.each([
    ['is not JSON', '{"at"'],
    ['is blank', ''],
    ['is spaces', '   '],
    ['is no object', '[1]'],
    ['is null', 'null'],
    ['has no time', '{"op":"issue"}'],
    ['has a null time', '{"at":null,"op":"issue"}'],
    ['has a time without offset', '{"at":"2026-09-01T08:00:00","op":"issue"}'],
    ['has a day that is none', '{"at":"2026-02-30T08:00:00Z","op":"issue"}'],
    ['has a number for its time', '{"at":1,"op":"issue"}'],
    ['goes back in time', line({ at: '2026-09-01T07:59:59.999+08:00' })],
  ])('stop the load with file and line at a line that %s; what came before is given', async (_, bad) => {
    const { lines, error } = await read(`${line({})}\n${bad}\n${line({})}\n`);
    expect(lines).toHaveLength(1);
    expect(error).toMatchObject({ name: 'UnreadablePack', file: 'operations.jsonl', line: 2 });
  });

  it('may be equal in time, however it is written', async () => {
    const { lines, error } = await read(
      `${line({})}\n${line({ at: '2026-09-01T00:00:00Z' })}\n${line({})}\n`,
    );
    expect(error).toBeUndefined();
    expect(lines).toHaveLength(3);
  });

  it('stop the load at bytes that are not UTF-8', async () => {
    const bytes = Buffer.concat([Buffer.from(`${line({})}\n`), Buffer.from([0xff, 0x0a])]);
    expect((await read(bytes)).error).toMatchObject({ line: 2 });
  });

  it('stop the load where the file is missing', async () => {
    const pack = new PackFolder();
    await expect(readOperations(pack.path).next()).rejects.toMatchObject({ name: 'UnreadablePack' });
    pack.remove();
  });
});
