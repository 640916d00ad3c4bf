import type { IssueOrders } from './issue-requests.js';

/** As many connections as there are, each sending its next order when the last is answered. */
export interface ClosedLoop {
  readonly kind: 'closed';
  readonly port: number;
  readonly connections: number;
  readonly orders: IssueOrders;
  /** The clock stops when the read models have reached the last order. */
  readonly untilCaughtUp: boolean;
}

/** Orders come at a fixed rate whether or not earlier ones are answered. */
export interface OpenLoop {
  readonly kind: 'open';
  readonly port: number;
  readonly connections: number;
  readonly orders: IssueOrders;
  readonly ratePerSecond: number;
}

/** One question after the other on one connection. */
export interface Questions {
  readonly kind: 'questions';
  readonly port: number;
  readonly paths: readonly string[];
}

export type LoadOrder = ClosedLoop | OpenLoop | Questions;

export interface LoadResult {
  /** From the first request to the last answer, and to the read models where that was asked. */
  readonly elapsedMs: number;
  /** From the last answer until the read models had reached it. */
  readonly behindMs: number;
  /** Of each answer; in an open loop from the moment that the request was due, whether or not it could be sent. */
  readonly latenciesMs: readonly number[];
  /** Of some orders of an open loop: from the answer until the read models told the order back. */
  readonly lagsMs: readonly number[];
}

/** What the load's process says. */
export type LoadReport = { readonly result: LoadResult } | { readonly error: string };
