import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { Witness, WitnessAnswer } from './witness.js';
import { WitnessRefused } from './witness-refused.js';

/** Holds 63 proof lines and a note with dozens of signatures, post-quantum ones too. */
export const BODY_BYTES_MAX = 256 * 1024;
const CONNECTIONS_MAX = 64;
const HEADERS_TIMEOUT_MS = 5_000;
const REQUEST_TIMEOUT_MS = 10_000;
const IDLE_TIMEOUT_MS = 30_000;
const TEXT = 'text/plain; charset=utf-8';

export interface ListenAddress {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
}

export interface ServerEvents {
  /** A request failed for a reason of the witness's own. */
  readonly onFailure: (error: unknown) => void;
}

/** Serves the witness's protocol over HTTP; TLS is a proxy's. */
export class WitnessServer {
  private constructor(
    private readonly server: Server,
    /** With the port that was found. */
    readonly url: string,
  ) {}

  /** @throws WitnessRefused for an address that the operating system does not give */
  static async listen(
    witness: Witness,
    { host, port }: ListenAddress,
    events: ServerEvents,
  ): Promise<WitnessServer> {
    const server = createServer(
      {
        headersTimeout: HEADERS_TIMEOUT_MS,
        requestTimeout: REQUEST_TIMEOUT_MS,
        connectionsCheckingInterval: 1_000,
      },
      (request, response) => void respond(witness, { request, response }, events),
    );
    server.maxConnections = CONNECTIONS_MAX;
    server.keepAliveTimeout = IDLE_TIMEOUT_MS;
    server.listen(port, host);
    await once(server, 'listening').catch((error: unknown) => {
      throw new WitnessRefused(`nothing can be served at ${host}:${port}: ${String(error)}`);
    });
    const address = server.address();
    const bound = typeof address === 'object' && address !== null ? address.port : port;
    return new WitnessServer(server, `http://${host.includes(':') ? `[${host}]` : host}:${bound}`);
  }

  /** Answers what is under way, then lets go of the port. */
  async close(): Promise<void> {
    const closed = once(this.server, 'close');
    this.server.close();
    this.server.closeIdleConnections();
    await closed;
  }
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

async function respond(witness: Witness, exchange: Exchange, { onFailure }: ServerEvents): Promise<void> {
  const { request, response } = exchange;
  try {
    send(response, await answerOf(witness, request));
  } catch (error) {
    if (request.destroyed && !request.complete) return;
    onFailure(error);
    send(response, { status: 500, contentType: TEXT, body: 'the witness has failed\n' });
  }
}

const CHECKPOINT_PATH = /^\/([0-9a-f]{64})\/checkpoint$/;

async function answerOf(witness: Witness, request: IncomingMessage): Promise<WitnessAnswer> {
  const path = request.url ?? '';
  const [, originHash] = CHECKPOINT_PATH.exec(path) ?? [];
  if (originHash !== undefined)
    return request.method === 'GET' ? witness.checkpoint(originHash) : plain(405, 'ask with GET');
  if (path !== '/add-checkpoint')
    return plain(404, 'a witness has /add-checkpoint and /<origin hash>/checkpoint');
  if (request.method !== 'POST') return plain(405, 'ask with POST');
  const body = await bodyOf(request);
  if (body === 'too large') return plain(413, `a request has at most ${BODY_BYTES_MAX} bytes`);
  return body === 'no UTF-8' ? plain(400, 'a request is UTF-8') : witness.addCheckpoint(body.text);
}

type Body = { readonly text: string } | 'too large' | 'no UTF-8';

async function bodyOf(request: IncomingMessage): Promise<Body> {
  const chunks: Buffer[] = [];
  let length = 0;
  // The connection must stay, so that an answer can be given.
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > BODY_BYTES_MAX) return 'too large';
    chunks.push(chunk);
  }
  try {
    return { text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.concat(chunks)) };
  } catch {
    return 'no UTF-8';
  }
}

function send(response: ServerResponse, { status, contentType, body }: WitnessAnswer): void {
  if (response.headersSent || response.destroyed) return;
  response.writeHead(status, {
    'content-type': contentType,
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
    // Nobody reads on what was too large.
    ...(status === 413 ? { connection: 'close' } : {}),
  });
  response.end(body);
}

function plain(status: number, reason: string): WitnessAnswer {
  return { status, contentType: TEXT, body: `${reason}\n` };
}
