import { randomUUID } from 'node:crypto';
import type { BatchAppendResp } from '@eventstore/db-client/generated/streams_pb.js';
import {
  appendAnswer,
  batchAppendRequest,
  type AppendAnswer,
  type RequestedAppend,
} from './append-messages.js';
import type { BatchAppendCall } from './client-connection.js';
import { uuidText } from './wire-numbers.js';

/**
 * One BatchAppend call and the appends that wait on it. What happens to this call concerns these appends only; an
 * answer that nobody waits for (late, or given twice) is dropped, since its append is resolved by another attempt.
 */
export class AppendStream {
  private readonly waiting = new Map<string, (answer: AppendAnswer) => void>();
  private retired = false;

  constructor(
    private readonly call: BatchAppendCall,
    private readonly onOver: (stream: AppendStream) => void,
  ) {
    call.on('data', (response: BatchAppendResp) => this.receive(response));
    call.on('error', (error: Error) => this.over(error));
    // The server ends a call with OK when it loses interest, and says nothing about what waits on it.
    call.on('end', () => this.over(new Error('the server ended the call')));
  }

  /** Never rejects. After `timeoutMs` nothing is known of the append, and the call is used no more. */
  send(append: RequestedAppend, timeoutMs: number): Promise<AppendAnswer> {
    return new Promise((resolve) => {
      const correlationId = randomUUID();
      const timer = setTimeout(() => {
        this.settle(correlationId, { kind: 'unknown', cause: new Error(`no answer within ${timeoutMs} ms`) });
        this.retire();
      }, timeoutMs);
      this.waiting.set(correlationId, (answer) => {
        clearTimeout(timer);
        resolve(answer);
      });
      if (this.retired) this.settle(correlationId, { kind: 'unknown', cause: new Error('the call is over') });
      else this.call.write(batchAppendRequest(append, correlationId));
    });
  }

  /** Takes nothing new; the call ends when nothing waits on it any more. */
  retire(): void {
    if (!this.retired) {
      this.retired = true;
      this.onOver(this);
    }
    if (this.waiting.size > 0) return;
    // Both: a call that the server has ended is not over before this side has ended it too.
    this.call.end();
    this.call.cancel();
  }

  private receive(response: BatchAppendResp): void {
    this.settle(uuidText(response.getCorrelationId()), readAnswer(response));
    if (this.retired) this.retire();
  }

  private settle(correlationId: string, answer: AppendAnswer): void {
    const resolve = this.waiting.get(correlationId);
    this.waiting.delete(correlationId);
    resolve?.(answer);
  }

  private over(cause: Error): void {
    for (const correlationId of [...this.waiting.keys()])
      this.settle(correlationId, { kind: 'unknown', cause });
    this.retire();
  }
}

function readAnswer(response: BatchAppendResp): AppendAnswer {
  try {
    return appendAnswer(response);
  } catch (cause) {
    return { kind: 'unknown', cause };
  }
}
