import { createSecretKey, randomBytes, type KeyObject } from 'node:crypto';
import {
  closeSync,
  fstatSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { CustodyError } from './custody-error.js';
import { KEY_BYTES } from './key-wrapping.js';

/** Where the master key may come from. */
export interface MasterKeySource {
  /** The value of SOURCEBOOK_MASTER_KEY; undefined when it is not set. It goes before the file. */
  readonly environmentValue: string | undefined;
  /** The key file of the embedded default; null where there is none (a cluster): then the environment must have it. */
  readonly file: string | null;
  /** Whether there are secrets already that a new key could not open. */
  readonly ledgerExists: boolean;
}

export interface ObtainedMasterKey {
  readonly masterKey: KeyObject;
  /** To be shown to whoever started the program; null when nothing is new. */
  readonly warning: string | null;
}

export const MASTER_KEY_VARIABLE = 'SOURCEBOOK_MASTER_KEY';

const OWNER_ONLY = 0o600;
const OTHERS_BITS = 0o077;
const HEX_KEY = /^[0-9a-fA-F]{64}$/;
const BASE64_KEY = /^[A-Za-z0-9+/]{43}=?$/;

/**
 * The master key from the environment, else from its file, which a ledger's first start creates with mode 0600.
 * @throws CustodyError `master_key_malformed`, `master_key_exposed` or `master_key_missing`
 */
export function obtainMasterKey(source: MasterKeySource): ObtainedMasterKey {
  if (source.environmentValue !== undefined) {
    return { masterKey: parseMasterKey(source.environmentValue, MASTER_KEY_VARIABLE), warning: null };
  }
  const { file } = source;
  if (file === null)
    throw missing(`set ${MASTER_KEY_VARIABLE} to the ledger's master key: 32 bytes as base64 or hex`);
  const kept = readKeyFile(file);
  if (kept !== null) return { masterKey: kept, warning: null };
  if (source.ledgerExists) {
    throw missing(
      `the ledger has a master key but ${file} is gone: restore it, or set ${MASTER_KEY_VARIABLE}`,
    );
  }
  return createKeyFile(file);
}

/** Reads 32 bytes as base64 or hex. @throws CustodyError `master_key_malformed`, which never quotes the value */
export function parseMasterKey(text: string, origin: string): KeyObject {
  const value = text.trim();
  if (HEX_KEY.test(value)) return createSecretKey(Buffer.from(value, 'hex'));
  if (BASE64_KEY.test(value)) return createSecretKey(Buffer.from(value, 'base64'));
  throw new CustodyError(
    'master_key_malformed',
    `${origin} is no master key: it must be ${KEY_BYTES} bytes as base64 (44 characters) or hex (64 characters)`,
  );
}

/** Null when there is no such file. */
function readKeyFile(file: string): KeyObject | null {
  const descriptor = openExisting(file);
  if (descriptor === null) return null;
  try {
    const { mode } = fstatSync(descriptor);
    // Windows keeps no such bits; there the directory's own rights protect the file.
    if (process.platform !== 'win32' && (mode & OTHERS_BITS) !== 0) {
      throw new CustodyError(
        'master_key_exposed',
        `${file} can be read by others: run "chmod 600 ${file}", and treat the secrets of this ledger as known to them`,
      );
    }
    return parseMasterKey(readFileSync(descriptor, 'utf8'), file);
  } finally {
    closeSync(descriptor);
  }
}

function openExisting(file: string): number | null {
  try {
    return openSync(file, 'r');
  } catch (error) {
    if (isCode(error, 'ENOENT')) return null;
    throw error;
  }
}

/** Written whole beside its place and linked to it, so racing first starts agree and none sees half a key. */
function createKeyFile(file: string): ObtainedMasterKey {
  const draft = `${file}.${randomBytes(8).toString('hex')}`;
  try {
    writeDurably(draft, `${randomBytes(KEY_BYTES).toString('base64')}\n`);
    linkSync(draft, file);
    syncDirectory(dirname(file));
  } catch (error) {
    if (!isCode(error, 'EEXIST')) throw error;
  } finally {
    rmSync(draft, { force: true });
  }
  const masterKey = readKeyFile(file);
  if (masterKey === null) throw missing(`${file} vanished while it was created: start again`);
  return { masterKey, warning: backupWarning(file) };
}

function writeDurably(file: string, text: string): void {
  const descriptor = openSync(file, 'wx', OWNER_ONLY);
  try {
    writeSync(descriptor, text);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function syncDirectory(directory: string): void {
  if (process.platform === 'win32') return;
  const descriptor = openSync(directory, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function backupWarning(file: string): string {
  return (
    `A new master key was written to ${file}. Without it no card key of this ledger can ever be revealed again: ` +
    'back it up now, apart from the ledger, because whoever holds both holds every secret.'
  );
}

function missing(message: string): CustodyError {
  return new CustodyError('master_key_missing', message);
}

function isCode(error: unknown, code: string): boolean {
  return (error as NodeJS.ErrnoException | null)?.code === code;
}
