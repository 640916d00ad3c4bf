import type { KeyObject } from 'node:crypto';
import { CustodyError } from './custody-error.js';
import type { DataKeyWrapped } from './events.js';
import { unwrapKey, wrapKey, type KeyUse } from './key-wrapping.js';

/** One attempt at importing one lot: what a data key belongs to. */
export interface ImportAttempt {
  readonly ledgerId: string;
  readonly lotId: string;
  readonly attempt: string;
}

export function wrapDataKey(
  masterKey: KeyObject,
  dataKey: KeyObject,
  attempt: ImportAttempt,
): DataKeyWrapped {
  const wrapped = wrapKey(masterKey, dataKey, useOf(attempt));
  return {
    type: 'DataKeyWrapped',
    schemaVersion: 1,
    payload: { lotId: attempt.lotId, attempt: attempt.attempt, wrapped },
  };
}

/**
 * Finds the attempt's data key among what its lot's stream holds.
 * @throws CustodyError `data_key_destroyed` when it is not there, `master_key_wrong` or `ciphertext_tampered`
 */
export function unwrapDataKey(
  masterKey: KeyObject,
  stream: readonly DataKeyWrapped['payload'][],
  attempt: ImportAttempt,
): KeyObject {
  const found = stream.find((key) => key.lotId === attempt.lotId && key.attempt === attempt.attempt);
  if (found === undefined) {
    throw new CustodyError(
      'data_key_destroyed',
      `the data key of lot ${attempt.lotId} is gone: its secrets were destroyed for good; its history remains`,
    );
  }
  return unwrapKey(masterKey, found.wrapped, useOf(attempt));
}

function useOf(attempt: ImportAttempt): KeyUse {
  return { purpose: 'data-key', ledgerId: attempt.ledgerId, of: [attempt.lotId, attempt.attempt] };
}
