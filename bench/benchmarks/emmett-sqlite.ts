import type { Benchmark } from '../benchmark.js';
export const emmettSqlite: Benchmark = { name: 'emmett-sqlite', run: async () => [] };
