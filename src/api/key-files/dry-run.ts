import { formatInstant, instantOf } from '../../domain/shared/time.js';
import type { LineCounts } from '../../domain/shared/units.js';
import type { KeyFile } from '../../domain/key-registry/events.js';
import type { OfferedKeyFile, ReceiveLotBody } from '../../domain/key-registry/commands.js';
import { requireValid } from '../../domain/shared/faults.js';
import type { LedgerImportDesk } from '../../infrastructure/import/ledger-import-desk.js';
import type { LineVerdict } from '../../infrastructure/import/import-planner.js';
import { lineCounts } from '../openapi/answers.js';
import { count, flag, listOf, objectOf, oneOf, orNull, text, time, wholeNumber } from '../openapi/schema.js';

/** How many lines of a ledger one answer holds; the counters are of all. */
export const LINES_LISTED_MAX = 10_000;

/** What an import would come to. Nothing of it is recorded. */
export interface DryRun {
  readonly lotId: string;
  readonly plannedFor: string;
  readonly file: KeyFile;
  readonly counts: LineCounts;
  /** Lines from the first on, each with what would become of it and a masked preview. */
  readonly lines: readonly LineVerdict[];
  /** The file has more lines than are listed. */
  readonly truncated: boolean;
}

export const dryRunSchema = objectOf<DryRun>({
  lotId: text,
  plannedFor: time,
  file: objectOf<KeyFile>({ name: text, sha256: text, bytes: count }),
  counts: lineCounts,
  lines: listOf(
    objectOf<LineVerdict>({
      line: wholeNumber,
      outcome: oneOf('header', 'blank', 'malformed', 'duplicateInLedger', 'duplicateInFile', 'accepted'),
      reason: orNull(text),
      preview: text,
      keyId: orNull(text),
    }),
  ),
  truncated: flag,
});

/** Reads a key file as an import would, in its turn. @throws Refusal `undecodable_file`, `bad_header` or `invalid` */
export async function dryRun(
  desk: LedgerImportDesk,
  body: ReceiveLotBody,
  { format, source }: Required<OfferedKeyFile>,
): Promise<DryRun> {
  requireValid(body);
  if (source === undefined) throw new RangeError('a dry run needs a file');
  const { lotId } = body;
  const plannedFor = formatInstant(instantOf(new Date().toISOString()));
  const lines: LineVerdict[] = [];
  const request = { source, format, receivedAt: instantOf(plannedFor), lotId, resumedAttempt: undefined };
  const plan = await desk.inTurn(() =>
    desk.planWith(request, (verdict) => {
      if (lines.length < LINES_LISTED_MAX) lines.push(verdict);
    }),
  );
  desk.release(plan);
  const { file, counts } = plan;
  return { lotId, plannedFor, file, counts, lines, truncated: counts.lines > lines.length };
}
