import { formatInstant } from '../../domain/shared/time.js';
import type { Page } from '../../projections/shared/page.js';
import type { EventReference } from '../../projections/traceability/questions.js';
import { POSITION_HEADER } from '../commands/command-desk.js';
import { HttpAnswer } from '../http/answer.js';
import { positionToken } from '../http/position-token.js';
import {
  listOf,
  objectOf,
  orNull,
  position,
  text,
  time,
  wholeNumber,
  cursor,
  type Schema,
} from '../openapi/schema.js';
import { ApiProblem } from '../problems/problem.js';
import type { Judged } from './read-model-desk.js';

/** How much of the ledger an answer knows of. */
export interface AnsweredAt {
  readonly position: string;
  /** The last event of the ledger's sequence that counts. */
  readonly sequence: number;
  /** When expiry and authorisation were judged. */
  readonly at: string;
  readonly stopped: readonly StoppedModel[];
}

/** A read model that knows nothing of what came after an event it could not apply. */
export interface StoppedModel {
  readonly model: string;
  /** Of the event that could not be applied. */
  readonly sequence: number;
  readonly eventId: string;
}

const answeredAt = objectOf<AnsweredAt>({
  position,
  sequence: wholeNumber,
  at: time,
  stopped: listOf(objectOf<StoppedModel>({ model: text, sequence: wholeNumber, eventId: text })),
});

export function answerSchema(data: Schema): Schema {
  return objectOf<{ data: object; ledger: object }>({ data, ledger: answeredAt });
}

export function pageSchema(row: Schema): Schema {
  return objectOf<{ data: object; next: object; ledger: object }>({
    data: listOf(row),
    next: orNull(cursor),
    ledger: answeredAt,
  });
}

export const SEQUENCE_HEADER = 'sourcebook-sequence';
export const STOPPED_HEADER = 'sourcebook-stopped';

export function answeredHeaders({ position: at, sequence, stopped }: Omit<Judged<unknown>, 'value' | 'at'>) {
  return {
    [POSITION_HEADER]: positionToken(at),
    [SEQUENCE_HEADER]: String(sequence),
    ...(stopped.length === 0 ? {} : { [STOPPED_HEADER]: stopped.map(({ model }) => model).join(', ') }),
  };
}

/** What was found, with where the answer stands in body and headers. */
export function answered(judged: Judged<unknown>): HttpAnswer {
  return new HttpAnswer(
    { data: judged.value, ledger: standing(judged) },
    { headers: answeredHeaders(judged) },
  );
}

export function answeredPage(judged: Judged<Page<unknown>>): HttpAnswer {
  const { rows, next } = judged.value;
  return new HttpAnswer({ data: rows, next, ledger: standing(judged) }, { headers: answeredHeaders(judged) });
}

/** As `answered`, where there may be nothing. @throws ApiProblem `not_found` */
export function found(judged: Judged<unknown>, what: string): HttpAnswer {
  if (judged.value !== undefined) return answered(judged);
  throw new ApiProblem('not_found', `${what} is not known as of sequence ${judged.sequence}`);
}

function standing({ position: at, sequence, at: instant, stopped }: Judged<unknown>): AnsweredAt {
  return {
    position: positionToken(at),
    sequence,
    at: formatInstant(instant),
    stopped: stopped.map(({ model, sequence: number, eventId }) => ({ model, sequence: number, eventId })),
  };
}

/** A row whose engine's position is replaced by a token. */
export type Shown<Row extends EventReference> = Omit<Row, 'position'> & { readonly position: string };

export function shown<Row extends EventReference>(row: Row): Shown<Row> {
  return { ...row, position: positionToken(row.position) };
}

export function shownPage<Row extends EventReference>({ rows, next }: Page<Row>): Page<Shown<Row>> {
  return { rows: rows.map(shown), next };
}
