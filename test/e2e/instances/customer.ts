import { setTimeout as pause } from 'node:timers/promises';
import type { Fleet } from './fleet.js';

const ATTEMPTS_MAX = 200;
const PAUSE_MS = 50;
/** What a caller is told to send again: the outcome is not known, or others were faster. */
const TO_BE_REPEATED = new Set([
  'contended',
  'import_in_progress',
  'read_model_missing',
  'unavailable',
  'upload_interrupted',
]);

export interface Done {
  readonly status: number;
  readonly json: Readonly<Record<string, unknown>>;
}

export interface Request {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly path: string;
  readonly body?: object | string;
  readonly idempotencyKey?: string;
}

/** Asks instances that may die at any moment, and asks again until there is an answer. */
export class Customer {
  constructor(private readonly fleet: Fleet) {}

  /**
   * @param placeOf where the n-th attempt goes, from 0
   * @throws for a refusal, and when nobody answered in many attempts
   */
  async ask(request: Request, placeOf: (attempt: number) => number): Promise<Done> {
    let last = '';
    for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
      const answer = await this.attempt(request, placeOf(attempt) % this.fleet.size);
      if (typeof answer !== 'string' && answer.status < 300) return answer;
      last = typeof answer === 'string' ? answer : JSON.stringify(answer.json);
      const isFinal = typeof answer !== 'string' && !TO_BE_REPEATED.has(String(answer.json['code']));
      if (isFinal) break;
      await pause(PAUSE_MS);
    }
    throw new Error(`${request.method} ${request.path}: ${last}`);
  }

  /** Asks one instance once. @returns a text where there was no answer */
  async attempt({ method, path, body, idempotencyKey }: Request, place: number): Promise<Done | string> {
    const url = await this.fleet.url(place);
    const headers: Record<string, string> = {};
    if (idempotencyKey !== undefined) headers['idempotency-key'] = idempotencyKey;
    if (body !== undefined)
      headers['content-type'] = typeof body === 'string' ? 'application/octet-stream' : 'application/json';
    const sent = typeof body === 'object' ? JSON.stringify(body) : body;
    try {
      const response = await fetch(`${url}${path}`, {
        method,
        headers,
        ...(sent === undefined ? {} : { body: sent }),
      });
      return { status: response.status, json: (await response.json()) as Done['json'] };
    } catch (error) {
      // The instance died: nothing is known of what it did.
      return String(error);
    }
  }
}
