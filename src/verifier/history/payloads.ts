import { Misfit } from '../findings.js';

/** What a JSON object holds; nothing of it has been looked at. */
export type Members = Readonly<Record<string, unknown>>;

const SALT = '$salt';
const SALT_AT_END = /[{,]"\$salt":"[A-Za-z0-9_-]{22}"\}$/;
/** `,"$salt":"<22 characters>"}` */
const SALT_LENGTH = 34;

/** @throws Misfit for a text that is no JSON object */
export function objectOf(text: string, code: 'bad_payload' | 'bad_metadata'): Members {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // Its message would quote the text.
    value = undefined;
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Members;
  throw new Misfit(code, `its ${code === 'bad_payload' ? 'payload' : 'metadata'} is no JSON object`);
}

/**
 * A payload whose salt, where it has one, is its last member. Payloads that were written before there were salts have
 * none. @throws Misfit
 */
export function payloadOf(text: string): Members {
  const payload = objectOf(text, 'bad_payload');
  const endsWithSalt = SALT_AT_END.test(text.slice(-SALT_LENGTH));
  if (endsWithSalt === SALT in payload) return payload;
  throw new Misfit(
    'bad_salt',
    'its salt is not the last member of its payload, or not 22 characters of base64url',
  );
}

/** A text of a member. @throws Misfit */
export function textOf(from: Members, name: string): string {
  const value = from[name];
  if (typeof value === 'string') return value;
  throw misshapen(name, 'a text');
}

export function textOrNullOf(from: Members, name: string): string | null {
  return from[name] === null ? null : textOf(from, name);
}

/** A whole number from `min` to 2^53 - 1. @throws Misfit */
export function countOf(from: Members, name: string, min = 0): number {
  const value = from[name];
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= min) return value;
  throw misshapen(name, `a whole number from ${min} up`);
}

export function listOf(from: Members, name: string): readonly unknown[] {
  const value = from[name];
  if (Array.isArray(value)) return value;
  throw misshapen(name, 'a list');
}

export function membersOf(value: unknown, name: string): Members {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Members;
  throw misshapen(name, 'an object');
}

export function memberOf(from: Members, name: string): Members {
  return membersOf(from[name], name);
}

/** The objects of a list. @throws Misfit */
export function objectsOf(from: Members, name: string): readonly Members[] {
  return listOf(from, name).map((each) => membersOf(each, name));
}

export function misshapen(name: string, wanted: string): Misfit {
  return new Misfit('bad_payload', `the payload's ${name} is not ${wanted}`);
}
