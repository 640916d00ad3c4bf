import { REFUSAL_CODES, type FieldFault, type RefusalCode } from '../../domain/shared/refusal.js';

/** What can go wrong at the edge, beside what the rules refuse. Codes are part of the contract, never renamed. */
const EDGE_PROBLEMS = {
  append_too_large: [413, 'What the command would record is too large'],
  checkpoint_not_reached: [504, 'No checkpoint covers it yet'],
  contended: [503, 'Others were faster too often'],
  forbidden: [403, 'Not permitted'],
  internal: [500, 'Something unexpected happened'],
  malformed_json: [400, 'The body is no acceptable JSON'],
  not_found: [404, 'There is nothing here'],
  payload_too_large: [413, 'The body is too large'],
  position_not_reached: [504, 'The position was not reached in time'],
  read_model_behind: [503, 'A read model has not come that far'],
  read_model_missing: [503, 'A read model is still being built'],
  read_model_stopped: [503, 'A read model has stopped'],
  spool_full: [503, 'No room for another upload'],
  too_many_waiting: [503, 'Too many questions wait'],
  unavailable: [503, 'The store does not answer'],
  unknown_cursor: [400, 'The cursor is none of this list'],
  unsupported_media_type: [415, 'The body is of a type that this route does not read'],
  upload_interrupted: [400, 'The upload ended before its time'],
} as const satisfies Readonly<Record<string, readonly [status: number, title: string]>>;

type EdgeProblemCode = keyof typeof EDGE_PROBLEMS;

/** A refusal's status and title. A code that names what the path names is 404 there (see `statusOf`). */
const REFUSALS: Readonly<Record<RefusalCode, readonly [status: number, title: string]>> = {
  already_quarantined: [409, 'The lot is in quarantine already'],
  already_revoked: [409, 'The authorisation was revoked already'],
  already_settled: [409, 'A unit was settled already'],
  bad_header: [422, "The key file's header cannot be used"],
  duplicate_authorisation: [409, 'The authorisation exists already'],
  duplicate_lot: [409, 'The lot was received already'],
  duplicate_merchant: [409, 'The merchant exists already'],
  duplicate_po: [409, 'The purchase order exists already'],
  duplicate_product: [409, 'The product exists already'],
  duplicate_supplier: [409, 'The supplier exists already'],
  import_in_progress: [409, 'Another import is under way'],
  invalid: [400, 'Fields are invalid'],
  key_destroyed: [410, "The keys' secrets were destroyed"],
  last_signing_key: [409, 'Only one key signs'],
  missing_file: [422, 'There is no key file'],
  no_keys: [422, 'The key file holds no key that can be accepted'],
  not_on_po: [422, 'The purchase order has no such line'],
  not_quarantined: [409, 'The lot is not in quarantine'],
  order_conflict: [409, 'The order number was used for another order'],
  origin_used: [409, 'The origin has promised a history already'],
  over_receipt: [409, 'More keys than are still on order'],
  refund_conflict: [409, 'The refund number was used for another refund'],
  shortage: [409, 'Not enough units'],
  too_many_signing_keys: [409, 'Too many keys sign'],
  unauthorised_source: [409, 'Not enough units from authorised sources'],
  undecodable_file: [422, "The key file's encoding cannot be read"],
  unit_out_of_range: [422, 'The order has no such unit'],
  unit_void: [409, "A unit's key is void"],
  unknown_authorisation: [422, 'The authorisation is not known'],
  unknown_lot: [422, 'The lot is not known'],
  unknown_merchant: [422, 'The merchant is not known'],
  unknown_operation: [422, 'The operation is not known'],
  unknown_order: [422, 'The order is not known'],
  unknown_po: [422, 'The purchase order is not known'],
  unknown_signing_key: [422, 'The signing key is not known'],
  unknown_sku: [422, 'The product is not known'],
  unknown_supplier: [422, 'The supplier is not known'],
};

const PROBLEMS = { ...REFUSALS, ...EDGE_PROBLEMS };

export type ProblemCode = EdgeProblemCode | RefusalCode;

export const PROBLEM_CODES = [
  ...REFUSAL_CODES,
  ...(Object.keys(EDGE_PROBLEMS) as EdgeProblemCode[]),
] as readonly ProblemCode[];

/** The path parameter that names what an `unknown_…` code does not find. */
const PATH_PARAMETERS: Readonly<Partial<Record<ProblemCode, string>>> = {
  unknown_authorisation: 'authorisationId',
  unknown_lot: 'lotId',
  unknown_merchant: 'merchantId',
  unknown_order: 'orderNo',
  unknown_po: 'poId',
  unknown_sku: 'sku',
  unknown_supplier: 'supplierId',
};

/** 404 where the path itself names what is not known; where the body only refers to it, 422. */
export function statusOf(code: ProblemCode, pathParameters: readonly string[]): number {
  const parameter = PATH_PARAMETERS[code];
  return parameter !== undefined && pathParameters.includes(parameter) ? 404 : PROBLEMS[code][0];
}

export function titleOf(code: ProblemCode): string {
  return PROBLEMS[code][1];
}

/** RFC 9457, with the stable code and every field's fault. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  /** The request's correlation id. */
  readonly instance: string;
  readonly code: ProblemCode;
  readonly faults: readonly FieldFault[];
}

export const PROBLEM_MEDIA_TYPE = 'application/problem+json';

/** A request that the edge itself turns down. The detail is shown to the caller and says what to do. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';

  constructor(
    readonly code: EdgeProblemCode,
    message: string,
  ) {
    super(message);
  }
}
