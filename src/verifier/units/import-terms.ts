import { Misfit } from '../findings.js';
import { moneyOf } from '../history/money.js';
import { countOf, memberOf, textOf, textOrNullOf, type Members } from '../history/payloads.js';
import { momentIn } from './authorisations.js';
import type { LotTerms } from './lots.js';

/** How a key file's lines were classed. */
export interface LineCounts {
  readonly lines: number;
  readonly header: number;
  readonly blank: number;
  readonly accepted: number;
  readonly duplicateInFile: number;
  readonly duplicateInLedger: number;
  readonly malformed: number;
}

/** The most keys of one lot that are verified: a forged count shall not fill the memory. */
const KEYS_PER_LOT_MAX = 100_000_000;

/** @throws Misfit for counts that do not add up to the file's lines */
export function countsOf(payload: Members): LineCounts {
  const counts = memberOf(payload, 'counts');
  const [lines, header, blank, accepted] = [
    countOf(counts, 'lines'),
    countOf(counts, 'header'),
    countOf(counts, 'blank'),
    countOf(counts, 'accepted'),
  ];
  const duplicateInFile = countOf(counts, 'duplicateInFile');
  const duplicateInLedger = countOf(counts, 'duplicateInLedger');
  const malformed = countOf(counts, 'malformed');
  if (lines !== header + blank + accepted + duplicateInFile + duplicateInLedger + malformed)
    throw new Misfit(
      'counts_do_not_balance',
      `the classes of the key file's ${lines} lines do not add up to them`,
    );
  return { lines, header, blank, accepted, duplicateInFile, duplicateInLedger, malformed };
}

/** What an import says that it is of. @throws Misfit */
export function termsOf(payload: Members): LotTerms {
  const { accepted } = countsOf(payload);
  if (accepted > KEYS_PER_LOT_MAX)
    throw new Misfit(
      'beyond_limits',
      `a lot of ${accepted} keys is more than is verified (${KEYS_PER_LOT_MAX})`,
    );
  return {
    attempt: textOf(payload, 'attempt'),
    lotId: textOf(payload, 'lotId'),
    poId: textOf(payload, 'poId'),
    sku: textOf(payload, 'sku'),
    supplierId: textOf(payload, 'supplierId'),
    unitCost: moneyOf(payload, 'unitCost'),
    lotExpiresAt: textOrNullOf(payload, 'lotExpiresAt') === null ? null : momentIn(payload, 'lotExpiresAt'),
    size: accepted,
  };
}

/** What must be the same whenever an import's terms are said again, with what tells a reader which of them is not. */
const SAID_AGAIN = [
  'attempt',
  'lotId',
  'poId',
  'sku',
  'supplierId',
  'unitCost',
  'lotExpiresAt',
  'file',
  'counts',
];

/** @throws Misfit where the terms that an import completes with are not those that it opened with */
export function requireSameTerms(opened: Members, completed: Members): void {
  const differing = SAID_AGAIN.find(
    (name) => JSON.stringify(opened[name]) !== JSON.stringify(completed[name]),
  );
  if (differing !== undefined)
    throw new Misfit('terms_differ', `its ${differing} is not what the import opened with`);
}
