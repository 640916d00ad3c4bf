import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises';
import { UnexpectedAnswer } from './closed-loop.js';
import { HttpConnection } from './http-connection.js';
import { issueRequests, type IssueRequest } from './issue-requests.js';
import type { LoadResult, OpenLoop } from './load-orders.js';

const CREATED = 201;
const OK = 200;
/** Below this the timer is too coarse, and the loop only lets answers in between. */
const TIMER_MS = 2;
/** How often an order is followed into the read models. */
const LAG_EVERY_MS = 50;

/** An order, and when it was due. */
interface Due {
  readonly request: IssueRequest;
  readonly dueMs: number;
}

/**
 * Sends orders when they are due, or as soon as a connection is free after that. Latency counts from when an order was
 * due, so that a service which stalls is charged for everybody who had to wait (coordinated omission).
 */
class OpenLoopRun {
  readonly latenciesMs: number[] = [];
  readonly lagsMs: number[] = [];
  private readonly late: Due[] = [];
  private readonly free: HttpConnection[];
  private underWay = 0;
  private lastLagMs = 0;
  private following = false;
  private failure: Error | undefined;

  constructor(
    connections: readonly HttpConnection[],
    private readonly follower: HttpConnection,
  ) {
    this.free = [...connections];
  }

  offer(due: Due): void {
    this.late.push(due);
    this.dispatch();
  }

  /** @throws what a request failed of */
  check(): void {
    if (this.failure !== undefined) throw this.failure;
  }

  async drained(): Promise<void> {
    while (this.underWay > 0 || this.late.length > 0 || this.following) {
      this.check();
      await pause(1);
    }
    this.check();
  }

  private dispatch(): void {
    while (this.free.length > 0 && this.late.length > 0) {
      const connection = this.free.pop() as HttpConnection;
      const due = this.late.shift() as Due;
      this.underWay += 1;
      this.issue(connection, due).then(
        () => {
          this.underWay -= 1;
          this.free.push(connection);
          this.dispatch();
        },
        (error: unknown) => (this.failure ??= error as Error),
      );
    }
  }

  private async issue(connection: HttpConnection, { request, dueMs }: Due): Promise<void> {
    const answer = await connection.post(request.path, request.body);
    if (answer.status !== CREATED) throw new UnexpectedAnswer(request.path, answer);
    const answeredMs = performance.now();
    this.latenciesMs.push(answeredMs - dueMs);
    if (this.following || answeredMs - this.lastLagMs < LAG_EVERY_MS) return;
    this.lastLagMs = answeredMs;
    this.following = true;
    const { position } = JSON.parse(answer.body) as { readonly position: string };
    this.follow(request, position, answeredMs).catch((error: unknown) => (this.failure ??= error as Error));
  }

  /** Asks for the order's trace, which waits until the read model has reached it. */
  private async follow(request: IssueRequest, position: string, answeredMs: number): Promise<void> {
    const path = `${request.path}/${request.orderNo}/trace?minPosition=${position}`;
    const answer = await this.follower.get(path);
    if (answer.status !== OK) throw new UnexpectedAnswer(path, answer);
    this.lagsMs.push(performance.now() - answeredMs);
    this.following = false;
  }
}

/** @throws UnexpectedAnswer */
export async function runOpenLoop(order: OpenLoop): Promise<LoadResult> {
  const { port, ratePerSecond } = order;
  const requests = issueRequests(order.orders);
  const connections = await Promise.all(
    Array.from({ length: order.connections + 1 }, () => HttpConnection.open(port)),
  );
  const [follower, ...senders] = connections;
  const run = new OpenLoopRun(senders, follower as HttpConnection);
  try {
    const beganMs = performance.now();
    for (const [index, request] of requests.entries()) {
      const dueMs = beganMs + (index * 1000) / ratePerSecond;
      await untilDue(dueMs);
      run.check();
      run.offer({ request, dueMs });
    }
    await run.drained();
    const { latenciesMs, lagsMs } = run;
    return { elapsedMs: performance.now() - beganMs, behindMs: 0, latenciesMs, lagsMs };
  } finally {
    for (const connection of connections) connection.close();
  }
}

async function untilDue(dueMs: number): Promise<void> {
  for (let leftMs = dueMs - performance.now(); leftMs > 0; leftMs = dueMs - performance.now()) {
    if (leftMs > TIMER_MS) await pause(leftMs - TIMER_MS / 2);
    else await nextTurn();
  }
}
