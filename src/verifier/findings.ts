/** What can be wrong with a ledger; a code stays what it is, so that programs may ask for it. */
export const FINDING_CODES = [
  // The records themselves.
  'unreadable',
  'bad_record',
  'bad_metadata',
  'bad_payload',
  'bad_salt',
  'sequence_gap',
  'foreign_stream',
  'wrong_stream',
  'revision_gap',
  'event_id_twice',
  'unknown_event',
  'not_founded',
  // The log over them.
  'leaf_differs',
  'tile_differs',
  'entries_differ',
  'missing_file',
  'unexpected_file',
  'read_model_differs',
  'checkpoint_differs',
  'checkpoint_order',
  'checkpoint_malformed',
  'signature_invalid',
  'policy_not_satisfied',
  'history_too_short',
  // What the events say together.
  'unknown_reference',
  'recorded_twice',
  'terms_differ',
  'counts_do_not_balance',
  'serials_do_not_fit',
  'key_received_twice',
  'over_receipt',
  'unit_not_held',
  'unit_not_reserved',
  'unit_not_sold',
  'lot_quarantined',
  'unit_expired',
  'unauthorised_source',
  'wrong_pool',
  'quantity_differs',
  'reservation_differs',
  'already_settled',
  'refund_exceeds_payment',
  'import_state',
  'refund_state',
  'beyond_limits',
  // The report.
  'figure_differs',
] as const;

export type FindingCode = (typeof FINDING_CODES)[number];

/** Where an event stands. */
export interface EventPlace {
  /** In the ledger's sequence, from 1; null for an event of an aside stream. */
  readonly sequence: number | null;
  readonly stream: string;
  readonly revision: number;
  readonly eventId: string;
}

/** Something that does not fit. Messages hold ids and counts, never a payload's text. */
export interface Finding {
  readonly code: FindingCode;
  readonly message: string;
  readonly event?: EventPlace;
  /** A file's path within what was verified. */
  readonly file?: string;
}

/** How many findings are told one by one; what follows is counted. */
const TOLD_MAX = 20;

/** What was found, in the order in which it was found. */
export class Findings {
  readonly told: Finding[] = [];
  private found = 0;

  get total(): number {
    return this.found;
  }

  add(finding: Finding): void {
    this.found += 1;
    if (this.told.length < TOLD_MAX) this.told.push(finding);
  }

  /** Tells the cause before what follows from it. */
  addFirst(finding: Finding): void {
    this.found += 1;
    this.told.unshift(finding);
    this.told.length = Math.min(this.told.length, TOLD_MAX);
  }
}

/** An event, or a file, says something that cannot be. */
export class Misfit extends Error {
  override readonly name = 'Misfit';

  constructor(
    readonly code: FindingCode,
    message: string,
  ) {
    super(message);
  }
}

/** What should be verified cannot be read at all: wrong usage, not a finding. */
export class UnusableSource extends Error {
  override readonly name = 'UnusableSource';
}
