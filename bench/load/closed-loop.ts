import { HttpConnection, type HttpAnswerRead } from './http-connection.js';
import { issueRequests, type IssueRequest } from './issue-requests.js';
import type { ClosedLoop, LoadResult, Questions } from './load-orders.js';
import { untilCaughtUp } from './readiness.js';

const CREATED = 201;
const OK = 200;

/** An answer that a benchmark did not ask for: its figures would be of something else. */
export class UnexpectedAnswer extends Error {
  override readonly name = 'UnexpectedAnswer';

  constructor(path: string, { status, body }: HttpAnswerRead) {
    super(`${path} was answered with status ${status}: ${body.slice(0, 300)}`);
  }
}

/** @throws UnexpectedAnswer */
export async function runClosedLoop(order: ClosedLoop): Promise<LoadResult> {
  const { port, connections: count } = order;
  const requests = issueRequests(order.orders);
  const connections = await Promise.all(Array.from({ length: count }, () => HttpConnection.open(port)));
  const latenciesMs: number[] = [];
  let next = 0;
  const work = async (connection: HttpConnection): Promise<void> => {
    for (let request = requests[next++]; request !== undefined; request = requests[next++]) {
      latenciesMs.push(await issue(connection, request));
    }
  };
  try {
    const beganMs = performance.now();
    await Promise.all(connections.map(work));
    const answeredMs = performance.now();
    if (order.untilCaughtUp) await untilCaughtUp(connections[0] as HttpConnection);
    const endedMs = performance.now();
    return { elapsedMs: endedMs - beganMs, behindMs: endedMs - answeredMs, latenciesMs, lagsMs: [] };
  } finally {
    for (const connection of connections) connection.close();
  }
}

async function issue(connection: HttpConnection, { path, body }: IssueRequest): Promise<number> {
  const sentMs = performance.now();
  const answer = await connection.post(path, body);
  if (answer.status !== CREATED) throw new UnexpectedAnswer(path, answer);
  return performance.now() - sentMs;
}

/** @throws UnexpectedAnswer */
export async function runQuestions({ port, paths }: Questions): Promise<LoadResult> {
  const connection = await HttpConnection.open(port);
  const latenciesMs: number[] = [];
  try {
    const beganMs = performance.now();
    for (const path of paths) {
      const sentMs = performance.now();
      const answer = await connection.get(path);
      if (answer.status !== OK) throw new UnexpectedAnswer(path, answer);
      latenciesMs.push(performance.now() - sentMs);
    }
    return { elapsedMs: performance.now() - beganMs, behindMs: 0, latenciesMs, lagsMs: [] };
  } finally {
    connection.close();
  }
}
