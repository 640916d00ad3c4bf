import { presentTime } from '../../infrastructure/host/clock.js';
import type { HttpRequest } from './request.js';

/** What the service log is injected as. */
export const SERVICE_LOG = Symbol('ServiceLog');

interface Served {
  readonly status: number;
  readonly durationMs: number;
}

/**
 * One line of JSON for each request: never a body, and of an address only the route's pattern, since ids of the trade
 * are nobody's business who may read logs.
 */
export class ServiceLog {
  constructor(
    private readonly write: (line: string) => void,
    private readonly now: () => string = presentTime,
  ) {}

  served(request: HttpRequest, { status, durationMs }: Served): void {
    this.line('info', { ...placeOf(request), status, durationMs: Math.round(durationMs * 100) / 100 });
  }

  /** The caller went away before it was answered. */
  abandoned(request: HttpRequest): void {
    this.line('info', { ...placeOf(request), abandoned: true });
  }

  /** An error that no caller is told about. */
  failed(error: unknown, request: HttpRequest): void {
    this.line('error', {
      ...placeOf(request),
      error: error instanceof Error ? (error.stack ?? error.message) : String(error),
    });
  }

  /** Something that happened to the service itself. */
  noted(level: 'info' | 'warn' | 'error', message: string): void {
    this.line(level, { message });
  }

  private line(level: string, fields: object): void {
    this.write(`${JSON.stringify({ time: this.now(), level, ...fields })}\n`);
  }
}

function placeOf(request: HttpRequest): object {
  const route = request.routeOptions.url ?? '(no route)';
  return { method: request.method, route, correlationId: request.id };
}
