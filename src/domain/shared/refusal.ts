/** The stable codes of a refused command: part of the public contract, never renamed. */
export const REFUSAL_CODES = [
  'already_quarantined',
  'already_revoked',
  'already_settled',
  'bad_header',
  'duplicate_authorisation',
  'duplicate_lot',
  'duplicate_merchant',
  'duplicate_po',
  'duplicate_product',
  'duplicate_supplier',
  'import_in_progress',
  'invalid',
  'key_destroyed',
  'last_signing_key',
  'missing_file',
  'no_keys',
  'not_on_po',
  'not_quarantined',
  'order_conflict',
  'origin_used',
  'over_receipt',
  'refund_conflict',
  'shortage',
  'too_many_signing_keys',
  'unauthorised_source',
  'undecodable_file',
  'unit_out_of_range',
  'unit_void',
  'unknown_authorisation',
  'unknown_lot',
  'unknown_merchant',
  'unknown_operation',
  'unknown_order',
  'unknown_po',
  'unknown_signing_key',
  'unknown_sku',
  'unknown_supplier',
] as const;

export type RefusalCode = (typeof REFUSAL_CODES)[number];

/** One field's fault in an invalid command. */
export interface FieldFault {
  readonly field: string;
  readonly message: string;
}

/**
 * A command the rules refuse. It changes nothing but, for those that auditors need, a recorded fact.
 * The message says what to do; the code is stable.
 */
export class Refusal extends Error {
  override readonly name = 'Refusal';

  constructor(
    readonly code: RefusalCode,
    message: string,
    readonly faults: readonly FieldFault[] = [],
  ) {
    super(message);
  }
}
