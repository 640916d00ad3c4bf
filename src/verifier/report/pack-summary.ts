import type { EvidenceFailure, EvidenceFindings } from '../evidence/findings.js';
import type { PackOptions } from '../options.js';
import type { PackVerification } from '../verify-pack.js';
import { printable } from './printable.js';

/** A pack's verification for a person to read, line by line. */
export function packLines(found: PackVerification, { mustProveKey }: PackOptions): readonly string[] {
  const subject = `ledger ${found.ledgerId ?? 'unknown'}, ${found.origin ?? 'without an origin'}; question ${JSON.stringify(found.question)}`;
  const lines = found.verified
    ? ['VERIFIED', subject, '', 'Proved:', ...provedOf(found).map((each) => `  + ${each}`)]
    : ['DOES NOT VERIFY', subject, '', 'What does not fit:', ...faultsOf(found, mustProveKey)];
  const notes =
    found.notes.length === 0 ? [] : ['', 'Not proved:', ...found.notes.map((note) => `  - ${note}`)];
  return [`${lines[0]}  ${found.source}`, ...lines.slice(1), ...notes].map(printable);
}

function provedOf(found: EvidenceFindings): readonly string[] {
  const { checkpoint, cosignedBy } = found;
  const witnesses = cosignedBy.length === 0 ? '' : `, cosigned by ${cosignedBy.join(', ')}`;
  return [
    `${found.events} events are leaves of the tree over the first ${checkpoint?.size ?? 0} events, signed by ${found.signedBy.join(', ')}${witnesses}`,
    'every answer and every figure follows from these events, and every file is as the manifest lists it',
    ...(found.completeness === 'proved' ? ['nothing that belongs to the question is missing'] : []),
    ...(found.consistentFrom === null
      ? []
      : [`the history continues the older checkpoint of ${found.consistentFrom} events`]),
    ...(found.provedKey === null ? [] : [`the secret is that of key ${found.provedKey} of the ledger`]),
  ];
}

function faultsOf({ failures, provedKey }: EvidenceFindings, mustProveKey: boolean): readonly string[] {
  const faults = failures.flatMap(faultLines);
  return mustProveKey && provedKey === null && faults.length === 0
    ? ['  ✗ key_proof: the pack holds no secret, and none was given (--key-secret)']
    : faults;
}

function faultLines({ code, message, file, event }: EvidenceFailure): readonly string[] {
  return [
    `  ✗ ${code}: ${message}`,
    ...(file === null ? [] : [`    ${file}`]),
    ...(event === null
      ? []
      : [
          `    event ${event.sequence} of the sequence, revision ${event.revision} of ${event.stream}, id ${event.eventId}`,
        ]),
  ];
}
