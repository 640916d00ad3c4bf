import type { Finding } from '../findings.js';
import type { Verification } from '../verification.js';
import { printable } from './printable.js';

/** A verification for a person to read, line by line. */
export function summaryLines(verification: Verification): readonly string[] {
  return verification.verified ? linesOfGood(verification) : linesOfBad(verification);
}

function linesOfGood({ source, ledger, proved, notProved }: Verification): readonly string[] {
  return [
    `VERIFIED  ${source}`,
    `ledger ${ledger.ledgerId ?? 'unknown'}, ${ledger.origins.at(-1) ?? 'without an origin'}`,
    '',
    'Proved:',
    ...proved.map((statement) => `  + ${statement}`),
    '',
    'Not proved:',
    ...notProved.map((statement) => `  - ${statement}`),
  ];
}

function linesOfBad({ source, ledger, findings, findingsTotal }: Verification): readonly string[] {
  const [first, ...others] = findings;
  const more = findingsTotal - findings.length;
  return [
    `DOES NOT VERIFY  ${source}`,
    `ledger ${ledger.ledgerId ?? 'unknown'}, ${ledger.events.toLocaleString('en-US')} events read`,
    '',
    'The first that does not fit:',
    ...(first === undefined ? [] : linesOf(first)),
    ...(others.length === 0
      ? []
      : ['', 'Also found (it may follow from the first):', ...others.flatMap(linesOf)]),
    ...(more > 0 ? [`  … and ${more.toLocaleString('en-US')} more`] : []),
  ];
}

function linesOf({ code, message, event, file }: Finding): readonly string[] {
  const places = [
    ...(file === undefined ? [] : [file]),
    ...(event === undefined
      ? []
      : [
          `${event.sequence === null ? 'aside event' : `event ${event.sequence} of the sequence`}, revision ${event.revision} of ${event.stream}, id ${event.eventId}`,
        ]),
  ];
  return [`  ✗ ${code}: ${message}`, ...places.map((place) => `    ${place}`)].map(printable);
}
