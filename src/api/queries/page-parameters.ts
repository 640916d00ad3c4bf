import type { PageRequest } from '../../projections/shared/page.js';
import { PAGE_LIMIT_MAX } from '../../projections/shared/page.js';
import type { QueryParameter } from '../openapi/route.js';
import { cursor } from '../openapi/schema.js';
import type { ParameterReader } from './asked.js';

export const PAGE_PARAMETERS: readonly QueryParameter[] = [
  { name: 'cursor', schema: cursor, description: 'the `next` of the page before' },
  {
    name: 'limit',
    schema: { type: 'integer', minimum: 1, maximum: PAGE_LIMIT_MAX, default: 100 },
    description: 'rows of a page at most',
  },
];

export function readPage(reader: ParameterReader): PageRequest {
  const after = reader.text('cursor');
  const limit = reader.wholeNumber('limit', 1, PAGE_LIMIT_MAX);
  return { ...(after === undefined ? {} : { after }), ...(limit === undefined ? {} : { limit }) };
}
