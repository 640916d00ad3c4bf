import { readFileSync, statSync } from 'node:fs';
import { UnusableSource } from './findings.js';

/** A report of 5,000 products with a million refusals fits; anything larger is none. */
const INPUT_BYTES_MAX = 256 * 1024 * 1024;

/** A file that the auditor names. @throws UnusableSource */
export function readInput(path: string): Buffer {
  try {
    if (statSync(path).size <= INPUT_BYTES_MAX) return readFileSync(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UnusableSource(`${path} cannot be read (${code ?? 'unknown'}); check its path`);
  }
  throw new UnusableSource(`${path} is larger than ${INPUT_BYTES_MAX} bytes; is it the right file?`);
}

/** A report as `sourcebook report --json` wrote it. @throws UnusableSource */
export function readReport(path: string): Readonly<Record<string, unknown>> {
  const text = readInput(path).toString('utf8');
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return value as Record<string, unknown>;
  } catch {
    // Told below.
  }
  throw new UnusableSource(`${path} is no report; write one with sourcebook report --json`);
}
