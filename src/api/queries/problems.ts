import type { ProblemCode } from '../problems/problem.js';

/** What any question may come to beside its answer. */
export const QUERY_PROBLEMS: readonly ProblemCode[] = [
  'invalid',
  'position_not_reached',
  'read_model_behind',
  'read_model_missing',
  'read_model_stopped',
];

export const LIST_PROBLEMS: readonly ProblemCode[] = [...QUERY_PROBLEMS, 'unknown_cursor'];
