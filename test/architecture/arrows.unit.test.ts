import { arrowsBroken, circles } from './arrows.js';
import { importsOf, sourceFiles, type Import } from './source-scan.js';

const files = sourceFiles();
const imports = files.flatMap(importsOf);

describe('the house', () => {
  it('is all read: every import of its own leads to a file that is there', () => {
    const paths = new Set(files.map(({ path }) => path));
    const lost = imports.filter(({ to }) => to.startsWith('src/') && !paths.has(to));
    expect(files.length).toBeGreaterThan(60);
    expect(imports.length).toBeGreaterThan(200);
    expect(lost.map(({ from, to }) => `${from} imports ${to}`)).toEqual([]);
  });

  it('has arrows that run one way', () => expect(arrowsBroken(imports)).toEqual([]));

  it('has no circles, of types neither', () => expect(circles(imports)).toEqual([]));
});

const use = (from: string, to: string, typeOnly = false): Import => ({ from, to, typeOnly });

describe('the rules of the arrows', () => {
  it.each([
    use('src/domain/stock/decide.ts', 'src/infrastructure/event-store/event-store.ts', true),
    use('src/domain/stock/decide.ts', 'src/projections/read-model.ts', true),
    use('src/domain/stock/decide.ts', 'src/api/http/answer.ts'),
    use('src/domain/stock/decide.ts', 'node:fs'),
    use('src/domain/stock/decide.ts', 'fs'),
    use('src/domain/stock/decide.ts', 'node:crypto', true),
    use('src/domain/stock/decide.ts', 'rxjs'),
    use('src/domain/stock/decide.ts', '@nestjs/cqrs'),
    use('src/domain/stock/commands.ts', '@nestjs/common'),
    use('src/domain/stock/handlers.ts', '@nestjs/core'),
    use('src/projections/cost/projection.ts', 'src/infrastructure/event-store/event-store.ts', true),
    use('src/projections/cost/projection.ts', 'src/api/http/answer.ts'),
    use('src/projections/cost/projection.ts', 'better-sqlite3'),
    use('src/projections/cost/projection.ts', 'node:fs'),
    use('src/infrastructure/write-path/batch.ts', 'src/api/http/answer.ts', true),
    use('src/infrastructure/write-path/batch.ts', 'src/app.module.ts'),
    use('src/infrastructure/write-path/batch.ts', '@eventstore/db-client', true),
    use('src/infrastructure/event-store-tools/copy.ts', '@eventstore/db-client'),
    use('src/api/controllers/stock.controller.ts', '@grpc/grpc-js'),
    use('src/api/controllers/stock.controller.ts', 'src/infrastructure/event-store/embedded/open.ts'),
    use('src/api/controllers/stock.controller.ts', 'src/infrastructure/custody/master-key.ts'),
    use('src/api/controllers/stock.controller.ts', 'better-sqlite3'),
    use('src/api/controllers/stock.controller.ts', 'src/app.module.ts'),
    use('src/cli.ts', '@eventstore/db-client'),
    use('src/proof/note.ts', 'src/domain/shared/time.ts'),
    use('src/proof/note.ts', 'node:fs'),
    use('src/verifier/main.ts', 'src/infrastructure/event-codec/codec.ts'),
    use('src/verifier/main.ts', 'src/witness/state-directory.ts'),
    use('src/witness/server.ts', 'src/api/http/server.ts'),
    use('src/witness/server.ts', '@nestjs/common'),
    use('src/epcis/mapping.ts', 'src/projections/registry.ts'),
    use('src/domain/stock/decide.ts', 'src/proof/hashes.ts'),
  ])('forbid $from to import $to', (violation) => expect(arrowsBroken([violation])).toHaveLength(1));

  it.each([
    use('src/domain/stock/decide.ts', 'src/domain/shared/time.ts'),
    use('src/domain/stock/commands.ts', 'class-validator'),
    use('src/domain/stock/commands.ts', '@nestjs/cqrs'),
    use('src/domain/stock/handlers.ts', '@nestjs/common'),
    use('src/projections/cost/projection.ts', 'src/domain/events.ts'),
    use('src/projections/cost/projection.ts', 'better-sqlite3', true),
    use('src/infrastructure/projection-runner/worker.ts', 'src/projections/read-model.ts'),
    use('src/infrastructure/event-store/eventstoredb/open.ts', '@eventstore/db-client'),
    use('src/api/controllers/stock.controller.ts', 'src/infrastructure/event-store/event-store.ts'),
    use('src/app.module.ts', 'src/api/http/server.ts'),
    use('src/proof/note.ts', 'node:crypto'),
    use('src/projections/transparency/projection.ts', 'src/proof/hashes.ts'),
    use('src/verifier/main.ts', 'src/proof/note.ts'),
    use('src/verifier/source/sqlite.ts', 'better-sqlite3'),
    use('src/witness/server.ts', 'node:http'),
    use('src/epcis/mapping.ts', 'src/domain/events.ts'),
  ])('allow $from to import $to', (allowed) => expect(arrowsBroken([allowed])).toEqual([]));

  it('find circles, each once', () => {
    const round = [
      use('src/a.ts', 'src/b.ts'),
      use('src/b.ts', 'src/c.ts', true),
      use('src/c.ts', 'src/a.ts'),
    ];
    expect(circles([...round, use('src/d.ts', 'src/a.ts')])).toEqual([
      'src/a.ts → src/b.ts → src/c.ts → src/a.ts',
    ]);
    expect(circles([use('src/a.ts', 'src/a.ts')])).toEqual(['src/a.ts → src/a.ts']);
    expect(
      circles([use('src/a.ts', 'src/b.ts'), use('src/a.ts', 'src/c.ts'), use('src/b.ts', 'src/c.ts')]),
    ).toEqual([]);
  });
});

describe('the scan', () => {
  const scan = (text: string): Import[] => importsOf({ path: 'src/domain/stock/decide.ts', text });

  it.each<[string, string, boolean]>([
    ["import { a } from '../shared/time.js';", 'src/domain/shared/time.ts', false],
    ["import '../shared/time.js';", 'src/domain/shared/time.ts', false],
    ["import type { A } from './events.js';", 'src/domain/stock/events.ts', true],
    ["import { type A, type B } from './events.js';", 'src/domain/stock/events.ts', true],
    ["import { type A, b } from './events.js';", 'src/domain/stock/events.ts', false],
    ["import Database from 'better-sqlite3';", 'better-sqlite3', false],
    ["export * from './events.js';", 'src/domain/stock/events.ts', false],
    ["export type { A } from './events.js';", 'src/domain/stock/events.ts', true],
    ["const late = await import('@nestjs/core/x');", '@nestjs/core', false],
    ["const fs = require('fs/promises');", 'fs', false],
    ["let a: import('node:fs/promises').A;", 'node:fs/promises', true],
    ['const late = await import(`rxjs`);', 'rxjs', false],
  ])('reads %s', (text, to, typeOnly) => {
    expect(scan(text)).toEqual([{ from: 'src/domain/stock/decide.ts', to, typeOnly }]);
  });

  it('is not misled by comments and texts', () => {
    expect(scan("// import 'fs'\nconst text = \"import 'fs'\"; export const a = 1;")).toEqual([]);
  });
});
