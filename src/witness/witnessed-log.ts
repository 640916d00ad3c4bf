import { Malformed } from '../proof/malformed.js';
import { readVkey, type Verifier } from '../proof/note.js';
import { sha256Hex } from '../proof/hashes.js';
import { WitnessRefused } from './witness-refused.js';

/** A log that the witness watches: one origin, under one key or, while keys change, several. */
export interface WitnessedLog {
  readonly origin: string;
  /** Lower-case hex SHA-256 of the origin: its name in the witness's paths and files. */
  readonly originHash: string;
  readonly verifiers: readonly Verifier[];
}

/** The logs of these verifier keys, whose names are the logs' origins. @throws WitnessRefused */
export function logsOf(vkeys: readonly string[]): WitnessedLog[] {
  const keys = new Map<string, Verifier[]>();
  for (const vkey of new Set(vkeys)) {
    const verifier = readLogKey(vkey);
    keys.set(verifier.name, [...(keys.get(verifier.name) ?? []), verifier]);
  }
  if (keys.size === 0) throw new WitnessRefused('a witness needs the verifier key of at least one log');
  return [...keys].map(([origin, verifiers]) => ({ origin, originHash: sha256Hex(origin), verifiers }));
}

function readLogKey(vkey: string): Verifier {
  try {
    return readVkey(vkey);
  } catch (error) {
    if (error instanceof Malformed) throw new WitnessRefused(`"${vkey}" is no log's key: ${error.message}`);
    throw error;
  }
}
