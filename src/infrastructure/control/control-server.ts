import { createServer, type Server, type Socket } from 'node:net';
import { Refusal } from '../../domain/shared/refusal.js';
import {
  LineReader,
  REQUEST_BYTES_MAX,
  type ControlFailure,
  type ControlReply,
  type ControlRequest,
} from './messages.js';
import { placeSocket, removeSocket } from './socket-place.js';

/** Does what was asked; progress is told as it is made. @throws what is answered as a failure */
export type ControlJob = (
  request: ControlRequest,
  surroundings: { readonly onProgress: (progress: unknown) => void; readonly signal: AbortSignal },
) => Promise<unknown>;

const CONNECTIONS_MAX = 16;

/** Nobody but the owner of the process may connect. */
const OWNER_ONLY_MASK = 0o177;

/**
 * How the command line reaches the process that holds the ledger: a Unix domain socket beside the data, one request a
 * connection. When the asker goes away its job is stopped where it can be taken up again.
 */
export class ControlServer {
  private readonly connections = new Set<Socket>();

  private constructor(
    private readonly dataDirectory: string,
    private readonly socket: string,
    private readonly server: Server,
    private readonly job: ControlJob,
  ) {}

  /** To be called by the process that holds the ledger, and by no other. */
  static async listen(dataDirectory: string, job: ControlJob): Promise<ControlServer> {
    const socket = placeSocket(dataDirectory);
    const server = createServer();
    server.maxConnections = CONNECTIONS_MAX;
    const control = new ControlServer(dataDirectory, socket, server, job);
    server.on('connection', (connection) => control.serve(connection));
    await listenPrivately(server, socket);
    return control;
  }

  /** Stops the jobs under way and lets go of the socket. */
  async close(): Promise<void> {
    for (const connection of this.connections) connection.destroy();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
    removeSocket(this.dataDirectory, this.socket);
  }

  private serve(connection: Socket): void {
    this.connections.add(connection);
    const lines = new LineReader();
    const gone = new AbortController();
    let asked = false;
    connection.setEncoding('utf8');
    connection.on('error', () => connection.destroy());
    connection.on('close', () => {
      this.connections.delete(connection);
      gone.abort(new Error('the command that asked for this has ended'));
    });
    connection.on('data', (piece: string) => {
      const [request] = asked ? [] : lines.read(piece);
      if (lines.pendingLength > REQUEST_BYTES_MAX) connection.destroy();
      if (request === undefined) return;
      asked = true;
      void this.answer(connection, request, gone.signal);
    });
  }

  private async answer(connection: Socket, request: string, signal: AbortSignal): Promise<void> {
    const reply = (message: ControlReply): void => {
      if (connection.writable) connection.write(`${JSON.stringify(message)}\n`);
    };
    const onProgress = (progress: unknown): void => reply({ kind: 'progress', progress });
    try {
      const result = await this.job(JSON.parse(request) as ControlRequest, { onProgress, signal });
      reply({ kind: 'result', result });
    } catch (error) {
      reply({ kind: 'failure', failure: failureOf(error) });
    }
    connection.end();
  }
}

/** The socket comes into being with the mode that the mask leaves: at no moment could others connect. */
async function listenPrivately(server: Server, socket: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    const mask = process.umask(OWNER_ONLY_MASK);
    server.listen(socket, () => {
      server.off('error', reject);
      resolve();
    });
    process.umask(mask);
  });
}

function failureOf(error: unknown): ControlFailure {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error), code: null };
  return { name: error.name, message: error.message, code: error instanceof Refusal ? error.code : null };
}
