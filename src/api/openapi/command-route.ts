import type { Permission } from '../access/permission.js';
import type { BodyShape } from '../commands/body-shape.js';
import type { Acknowledgement } from '../commands/command-desk.js';
import type { ProblemCode } from '../problems/problem.js';
import { bodySchema } from './body-schema.js';
import { Route } from './route.js';
import { WAIT_PARAMETER } from '../log/placement.js';
import { extended, flag, objectOf, optional, position, wholeNumber, type Schema } from './schema.js';

export const acknowledgement = objectOf<Acknowledgement>({
  position,
  recalled: { ...flag, description: 'it had happened before: an earlier answer again' },
  sequence: optional({ ...wholeNumber, description: "of the answer's last event, when it is known" }),
  checkpointSize: optional({
    ...wholeNumber,
    description: 'of a signed checkpoint that covers it, when there is one',
  }),
});

interface CommandRoute {
  readonly permission: Permission;
  readonly summary: string;
  readonly description?: string;
  readonly body: BodyShape;
  /** What the answer tells beside its acknowledgement. */
  readonly facts?: Schema;
  /** What the rules may refuse beside an invalid body. */
  readonly refusals: readonly ProblemCode[];
}

const ALWAYS: readonly ProblemCode[] = [
  'invalid',
  'malformed_json',
  'payload_too_large',
  'unsupported_media_type',
  'append_too_large',
  'contended',
  'unavailable',
];

/** A route that records something: 201 when it did, 200 with the same answer when it had before. */
export function CommandRoute({
  permission,
  summary,
  description,
  body,
  facts,
  refusals,
}: CommandRoute): MethodDecorator {
  return Route({
    permission,
    summary,
    ...(description === undefined ? {} : { description }),
    query: [WAIT_PARAMETER],
    body: bodySchema(body),
    answer: facts === undefined ? acknowledgement : extended(facts, acknowledgement),
    status: 201,
    problems: [...ALWAYS, ...refusals],
    pathParameters: body.fromPath ?? [],
    idempotent: true,
  });
}
