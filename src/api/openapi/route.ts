import { applyDecorators, HttpCode } from '@nestjs/common';
import { ApiBody, ApiHeader, ApiOperation, ApiQuery, ApiResponse } from '@nestjs/swagger';
import { RequirePermission, type Permission } from '../access/permission.js';
import { PROBLEM_MEDIA_TYPE, statusOf, titleOf, type ProblemCode } from '../problems/problem.js';
import type { Schema } from './schema.js';

export interface QueryParameter {
  readonly name: string;
  readonly schema: Schema;
  readonly description: string;
  readonly required?: boolean;
}

/** All there is to say of a route beside its path and method: what it needs, takes, answers and may refuse. */
export interface RouteDescription {
  readonly permission: Permission;
  readonly summary: string;
  readonly description?: string;
  readonly query?: readonly QueryParameter[];
  readonly body?: Schema | { readonly mediaTypes: readonly string[] };
  /** By media type; JSON where only a schema is given. */
  readonly answer: Schema | { readonly content: Readonly<Record<string, Schema>> };
  /** 200 unless told; a command that may have been answered before documents 200 beside it. */
  readonly status?: 200 | 201 | 202;
  readonly problems?: readonly ProblemCode[];
  /** Of the path, for the status of problems. */
  readonly pathParameters?: readonly string[];
  readonly idempotent?: boolean;
}

const PROBLEM_SCHEMA = { $ref: '#/components/schemas/Problem' };
const ALWAYS: readonly ProblemCode[] = ['forbidden', 'internal'];

/** Gives a route its permission and its place in the OpenAPI document. */
export function Route(route: RouteDescription): MethodDecorator {
  const { permission, summary, description = '', query = [], status = 200 } = route;
  return applyDecorators(
    RequirePermission(permission),
    HttpCode(status),
    ApiOperation({ summary, description: `${description}\n\nPermission: \`${permission}\`.`.trim() }),
    ApiHeader({
      name: 'X-Correlation-Id',
      required: false,
      description: 'your id for what you do; answered and recorded',
    }),
    ...query.map(({ name, schema, description: meaning, required = false }) =>
      ApiQuery({ name, required, description: meaning, schema: { ...schema } }),
    ),
    ...bodyOf(route),
    ...idempotencyOf(route),
    ...answersOf(route),
    ...problemsOf(route),
  );
}

function bodyOf({ body }: RouteDescription): MethodDecorator[] {
  if (body === undefined) return [];
  if (!('mediaTypes' in body)) return [ApiBody({ required: true, schema: { ...body } })];
  const binary = { schema: { type: 'string', format: 'binary' } };
  const content = Object.fromEntries((body.mediaTypes as readonly string[]).map((type) => [type, binary]));
  return [ApiBody({ required: true, content } as unknown as Parameters<typeof ApiBody>[0])];
}

function idempotencyOf({ idempotent = false }: RouteDescription): MethodDecorator[] {
  if (!idempotent) return [];
  const description = '1 to 200 visible characters: the same key always gets the first answer';
  return [ApiHeader({ name: 'Idempotency-Key', required: false, description })];
}

function answersOf({ answer, status = 200, idempotent = false }: RouteDescription): MethodDecorator[] {
  const schemas =
    'content' in answer
      ? (answer.content as Readonly<Record<string, Schema>>)
      : { 'application/json': answer };
  const content = Object.fromEntries(
    Object.entries(schemas).map(([type, schema]) => [type, { schema: { ...schema } }]),
  );
  const done = ApiResponse({ status, description: 'done', content });
  if (status === 200 || !idempotent) return [done];
  const again = { status: 200, description: 'an earlier answer again', content };
  return [done, ApiResponse(again)];
}

function problemsOf({ problems = [], pathParameters = [] }: RouteDescription): MethodDecorator[] {
  const byStatus = new Map<number, ProblemCode[]>();
  for (const code of [...problems, ...ALWAYS]) {
    const status = statusOf(code, pathParameters);
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  return [...byStatus].map(([status, codes]) =>
    ApiResponse({
      status,
      description: codes.map((code) => `\`${code}\`: ${titleOf(code)}`).join('; '),
      content: { [PROBLEM_MEDIA_TYPE]: { schema: PROBLEM_SCHEMA } },
    }),
  );
}
