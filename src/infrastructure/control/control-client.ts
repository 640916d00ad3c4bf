import { createConnection, type Socket } from 'node:net';
import { LineReader, type ControlFailure, type ControlReply, type ControlRequest } from './messages.js';
import { socketOf } from './socket-place.js';

/** The holder of the ledger could not do what it was asked, and says why. */
export class HolderFailed extends Error {
  override readonly name = 'HolderFailed';

  constructor(readonly failure: ControlFailure) {
    super(failure.message);
  }
}

/** The connection ended before an answer came: what was recorded stays, the same command may be sent again. */
export class HolderGone extends Error {
  override readonly name = 'HolderGone';

  constructor() {
    super('the service ended before it answered; start it again and repeat the command');
  }
}

const NOBODY_LISTENS = new Set(['ENOENT', 'ECONNREFUSED', 'ENOTSOCK', 'EACCES']);

/**
 * Asks the process that holds a data directory's ledger.
 * @returns its result, or undefined where nobody listens
 * @throws HolderFailed @throws HolderGone
 */
export async function askHolder(
  dataDirectory: string,
  request: ControlRequest,
  onProgress: (progress: unknown) => void,
): Promise<{ readonly result: unknown } | undefined> {
  const path = socketOf(dataDirectory);
  if (path === undefined) return undefined;
  const connection = await connect(path);
  if (connection === undefined) return undefined;
  connection.setEncoding('utf8');
  connection.write(`${JSON.stringify(request)}\n`);
  const lines = new LineReader();
  for await (const piece of connection) {
    for (const line of lines.read(String(piece))) {
      const reply = JSON.parse(line) as ControlReply;
      if (reply.kind === 'result') return { result: reply.result };
      if (reply.kind === 'failure') throw new HolderFailed(reply.failure);
      onProgress(reply.progress);
    }
  }
  throw new HolderGone();
}

async function connect(path: string): Promise<Socket | undefined> {
  return new Promise((resolve, reject) => {
    const connection = createConnection(path);
    connection.once('connect', () => {
      connection.removeAllListeners('error');
      resolve(connection);
    });
    connection.once('error', (error: NodeJS.ErrnoException) => {
      if (NOBODY_LISTENS.has(error.code ?? '')) resolve(undefined);
      else reject(error);
    });
  });
}
