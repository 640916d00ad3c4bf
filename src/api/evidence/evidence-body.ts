import type { FieldFault } from '../../domain/shared/refusal.js';
import { invalid } from '../../domain/shared/faults.js';
import type { EvidenceRequest } from '../../infrastructure/evidence/build-evidence.js';
import { questionOfOrders, readQuestion, type EvidenceQuestion } from '../../proof/evidence/question.js';
import { Malformed } from '../../proof/malformed.js';

const NOTE_LENGTH_MAX = 100_000;
const FAULTS_MAX = 100;
const MEMBERS: readonly string[] = ['question', 'checkpointSize', 'checkpoint', 'oldCheckpoint', 'leaves'];

type Body = Readonly<Partial<Record<'checkpointSize' | 'checkpoint' | 'oldCheckpoint' | 'leaves', unknown>>>;

/** Reads what pack is asked for. @throws Refusal `invalid` naming every field at fault */
export function readEvidenceBody(sent: unknown): EvidenceRequest {
  if (typeof sent !== 'object' || sent === null || Array.isArray(sent))
    throw invalid([{ field: 'body', message: 'must be a JSON object' }]);
  const body = sent as Readonly<Record<string, unknown>>;
  const question = questionOf(body['question']);
  const faults = [...unknownMembers(body), ...faultsOf(body)];
  if (typeof question === 'string') faults.push({ field: 'question', message: question });
  if (faults.length > 0 || typeof question === 'string') throw invalid(faults.slice(0, FAULTS_MAX));
  return {
    question,
    checkpointSize: body['checkpointSize'] as number | undefined,
    checkpoint: body['checkpoint'] as string | undefined,
    oldCheckpoint: body['oldCheckpoint'] as string | undefined,
    leaves: body['leaves'] === true,
  };
}

function unknownMembers(body: object): FieldFault[] {
  return Object.keys(body)
    .filter((name) => !MEMBERS.includes(name))
    .map((name) => ({ field: name.slice(0, 80), message: 'is no field of this body' }));
}

function faultsOf({ checkpointSize, checkpoint, oldCheckpoint, leaves = false }: Body): FieldFault[] {
  const faults: FieldFault[] = [];
  if (checkpointSize !== undefined && !(Number.isSafeInteger(checkpointSize) && Number(checkpointSize) > 0))
    faults.push({ field: 'checkpointSize', message: 'must be a whole number from 1' });
  for (const [field, note] of Object.entries({ checkpoint, oldCheckpoint })) {
    if (note === undefined || (typeof note === 'string' && note.length <= NOTE_LENGTH_MAX)) continue;
    faults.push({ field, message: `must be a signed checkpoint of at most ${NOTE_LENGTH_MAX} characters` });
  }
  if (typeof leaves !== 'boolean') faults.push({ field: 'leaves', message: 'must be true or false' });
  return faults;
}

/** A question in whatever order its orders are named, or what is wrong with it. */
function questionOf(sent: unknown): EvidenceQuestion | string {
  try {
    const { kind, orders } = (sent ?? {}) as { readonly kind?: unknown; readonly orders?: unknown };
    if (kind !== 'orders' || !Array.isArray(orders)) return readQuestion(sent);
    const isNamed = (order: unknown) =>
      typeof (order as { merchantId?: unknown } | null)?.merchantId === 'string' &&
      typeof (order as { orderNo?: unknown }).orderNo === 'string';
    if (!orders.every(isNamed)) return 'an order is named by merchantId and orderNo';
    return readQuestion(questionOfOrders(orders));
  } catch (error) {
    if (error instanceof Malformed) return error.message;
    throw error;
  }
}
