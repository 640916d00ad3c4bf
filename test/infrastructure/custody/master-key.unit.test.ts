import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { obtainMasterKey, parseMasterKey } from '../../../src/infrastructure/custody/master-key.js';
import { custodyError } from './custody-errors.js';

const BYTES = Buffer.from(Array.from({ length: 32 }, (_, index) => index * 7 + 3));

describe('the master key', () => {
  let directory: string;
  let file: string;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'sourcebook-master-key-'));
    file = join(directory, 'master.key');
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  const obtain = (
    environmentValue?: string,
    ledgerExists = false,
    at: string | null = file,
  ): ReturnType<typeof obtainMasterKey> => obtainMasterKey({ environmentValue, file: at, ledgerExists });

  it.each([
    ['base64', BYTES.toString('base64')],
    ['base64 without padding', BYTES.toString('base64').replace('=', '')],
    ['hex', BYTES.toString('hex')],
    ['upper-case hex', BYTES.toString('hex').toUpperCase()],
    ['what a shell adds', ` ${BYTES.toString('base64')}\n`],
  ])('is read from the environment as %s, and nothing is written', (_name, value) => {
    const { masterKey, warning } = obtain(value);
    expect(masterKey.export()).toEqual(BYTES);
    expect(warning).toBeNull();
    expect(readdirSync(directory)).toEqual([]);
  });

  it.each([
    ['', 'nothing'],
    ['secret', 'a word'],
    [BYTES.subarray(1).toString('base64'), '31 bytes'],
    [Buffer.concat([BYTES, BYTES]).toString('base64'), '64 bytes'],
    [BYTES.toString('hex').slice(1), '63 digits'],
    [`${BYTES.toString('hex')}00`, '66 digits'],
    [`${BYTES.toString('base64')}=`, 'too much padding'],
  ])('is refused as malformed, without being quoted, when it is %j (%s)', (value) => {
    expect(() => obtain(value)).toThrow(custodyError('master_key_malformed'));
    if (value !== '') expect(() => obtain(value)).not.toThrow(new RegExp(value));
    expect(existsSync(file)).toBe(false);
  });

  it('is created at the first start, for its owner only, with a warning about backups', () => {
    const created = obtain();
    expect(created.warning).toContain(file);
    expect(created.warning).toContain('back it up');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(directory)).toEqual(['master.key']);
    const again = obtain(undefined, true);
    expect(again.warning).toBeNull();
    expect(again.masterKey.equals(created.masterKey)).toBe(true);
    expect(parseMasterKey(readFileSync(file, 'utf8'), file).equals(created.masterKey)).toBe(true);
  });

  it('is another for another ledger', () => {
    const first = obtain();
    const second = obtain(undefined, false, join(directory, 'other.key'));
    expect(first.masterKey.equals(second.masterKey)).toBe(false);
  });

  it('is never made anew for a ledger that has one', () => {
    expect(() => obtain(undefined, true)).toThrow(custodyError('master_key_missing'));
    expect(readdirSync(directory)).toEqual([]);
  });

  it('must come from the environment where there is no file', () => {
    expect(() => obtain(undefined, false, null)).toThrow(custodyError('master_key_missing'));
  });

  it.each([0o640, 0o604, 0o620, 0o601])('is refused when its file has mode %o', (mode) => {
    obtain();
    chmodSync(file, mode);
    expect(() => obtain(undefined, true)).toThrow(custodyError('master_key_exposed'));
  });

  it('is refused when its file holds something else, and the file stays', () => {
    writeFileSync(file, 'not a key', { mode: 0o600 });
    expect(() => obtain()).toThrow(custodyError('master_key_malformed'));
    expect(readFileSync(file, 'utf8')).toBe('not a key');
  });

  it('from the environment goes before the file', () => {
    obtain();
    expect(obtain(BYTES.toString('hex')).masterKey.export()).toEqual(BYTES);
  });

  it('does not show itself where it is printed', () => {
    const { masterKey } = obtain();
    const shown = `${JSON.stringify({ masterKey })} ${inspect(masterKey, { depth: 9, showHidden: true })}`;
    expect(shown).not.toContain(masterKey.export().toString('base64'));
  });
});
