import type { Benchmark } from './benchmark.js';
import { append256, appendOne } from './benchmarks/append.js';
import { emmettSqlite } from './benchmarks/emmett-sqlite.js';
import { eventStoreDb } from './benchmarks/eventstoredb.js';
import { growth } from './benchmarks/growth.js';
import { importKeys } from './benchmarks/import.js';
import { issueHttpLatency } from './benchmarks/issue-http-latency.js';
import { issueHttp, issueHttpHot } from './benchmarks/issue-http.js';
import { memory } from './benchmarks/memory.js';
import { questions } from './benchmarks/questions.js';
import { rebuild } from './benchmarks/rebuild.js';
import { start } from './benchmarks/start.js';

/** Every benchmark, in the order in which they run. */
export const BENCHMARKS: readonly Benchmark[] = [
  appendOne,
  append256,
  issueHttp,
  issueHttpHot,
  issueHttpLatency,
  importKeys,
  rebuild,
  questions,
  start,
  memory,
  growth,
  emmettSqlite,
  eventStoreDb,
];
