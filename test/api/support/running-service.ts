import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentedInterface } from './documented.js';
import { createApplication } from '../../../src/application.js';
import { ServiceLog } from '../../../src/api/http/service-log.js';
import { readConfiguration } from '../../../src/infrastructure/host/configuration.js';
import { openLedger } from '../../../src/infrastructure/host/open.js';
import type { OpenLedger } from '../../../src/infrastructure/host/open-ledger.js';
import { Follower } from '../../../src/infrastructure/projection-runner/follower.js';
import type { CheckpointKeeper } from '../../../src/infrastructure/transparency/checkpoint-keeper.js';
import { signedLogOf } from '../../../src/infrastructure/transparency/open.js';
import { startCheckpointKeeper } from '../../../src/infrastructure/transparency/start.js';
import { unwitnessed } from '../../../src/infrastructure/transparency/witnessing.js';
import { ReadModels } from '../../../src/infrastructure/projection-runner/read-models.js';

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body as JSON; undefined for an empty one. */
  readonly json: Json;
}

/** JSON, to be read with `at`. */
export type Json = unknown;

/** What stands in JSON at a path; undefined where nothing does. */
export function at(json: Json, ...path: readonly (string | number)[]): Json {
  return path.reduce<unknown>(
    (value, name) =>
      typeof value === 'object' && value !== null && Object.hasOwn(value, name)
        ? (value as Readonly<Record<string, unknown>>)[name]
        : undefined,
    json,
  );
}

export function textOf(json: Json): string {
  if (typeof json !== 'string') throw new TypeError(`no text: ${JSON.stringify(json)}`);
  return json;
}

export function listOf(json: Json): readonly Json[] {
  if (!Array.isArray(json)) throw new TypeError(`no list: ${JSON.stringify(json)}`);
  return json as readonly unknown[];
}

export interface Call {
  readonly body?: unknown;
  /** Sent as it is. */
  readonly raw?: string | Uint8Array;
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The service as it runs, on a directory of its own and a port of its own, its read models kept in this process. */
export class RunningService {
  readonly logged: string[] = [];
  private readonly abort = new AbortController();
  private following: Promise<void> = Promise.resolve();

  private constructor(
    readonly directory: string,
    readonly open: OpenLedger,
    readonly readModels: ReadModels,
  ) {}

  app!: NestFastifyApplication;
  private checkpoints!: CheckpointKeeper;
  url!: string;
  /** Every answer that a test sees is held to the document. */
  private documented: DocumentedInterface | undefined;

  static async start({ withReadModels = true } = {}): Promise<RunningService> {
    const directory = mkdtempSync(join(tmpdir(), 'sourcebook-api-'));
    const environment = {
      SOURCEBOOK_PORT: '0',
      SOURCEBOOK_ACTOR: 'tester',
      SOURCEBOOK_ORIGIN: 'example.org/ledger',
    };
    const open = await openLedger(readConfiguration(environment, directory));
    const readModels = new ReadModels(join(directory, 'read-models'));
    const service = new RunningService(directory, open, readModels);
    if (withReadModels) service.follow();
    const log = new ServiceLog((line) => service.logged.push(line));
    const signedLog = signedLogOf(open, readModels, unwitnessed);
    service.checkpoints = await startCheckpointKeeper(signedLog, readModels, {
      onFailure: (error) => service.logged.push(String(error)),
      onContradiction: (error) => service.logged.push(String(error)),
    });
    const { checkpoints } = service;
    service.app = await createApplication({ open, readModels, log, checkpoints });
    await service.app.listen(0, '127.0.0.1');
    service.url = await service.app.getUrl();
    service.documented = new DocumentedInterface((await service.get('/docs-json')).json);
    return service;
  }

  follow(): void {
    const follower = new Follower({
      store: this.open.store,
      directory: join(this.directory, 'read-models'),
      onProgress: (progress) => this.readModels.noticeProgress(progress),
    });
    this.following = follower.run(this.abort.signal).finally(() => follower.close());
  }

  async stop(): Promise<void> {
    await this.app.close();
    await this.checkpoints.stop();
    this.abort.abort();
    await this.following;
    this.readModels.close();
    await this.open.close();
    rmSync(this.directory, { recursive: true, force: true });
  }

  async call(method: string, path: string, call: Call = {}): Promise<Reply> {
    const response = await fetch(`${this.url}${path}`, requestOf(method, call));
    const reply = await replyOf(response);
    // No test asks for one: what the service logged says why.
    if (reply.status === 500) throw new Error(this.logged.findLast((line) => line.includes('"error"')));
    expect(this.documented?.mismatches({ method, path }, reply) ?? []).toEqual([]);
    return reply;
  }

  get(path: string, headers: Readonly<Record<string, string>> = {}): Promise<Reply> {
    return this.call('GET', path, { headers });
  }

  post(path: string, body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Reply> {
    return this.call('POST', path, { body, headers });
  }
}

function requestOf(method: string, { body, raw, type, headers = {} }: Call): RequestInit {
  const sent = raw ?? (body === undefined ? undefined : JSON.stringify(body));
  if (sent === undefined) return { method, headers };
  return {
    method,
    headers: { ...headers, 'content-type': type ?? 'application/json' },
    body: sent as string,
  };
}

async function replyOf(response: Response): Promise<Reply> {
  const text = await response.text();
  const isJson = (response.headers.get('content-type') ?? '').includes('json') && text !== '';
  const json = isJson ? (JSON.parse(text) as unknown) : undefined;
  return { status: response.status, headers: response.headers, text, json };
}
