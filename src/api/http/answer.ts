import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { map, type Observable } from 'rxjs';
import type { HttpReply } from './request.js';

/** What a route answers with: a value that is written as JSON, or text or a stream of a type of its own. */
export class HttpAnswer {
  constructor(
    readonly body: unknown,
    readonly options: {
      readonly status?: number;
      readonly headers?: Readonly<Record<string, string>>;
    } = {},
  ) {}
}

/** Writes an `HttpAnswer`'s status and headers; data of the ledger is kept by no cache. */
@Injectable()
export class AnswerInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const reply = context.switchToHttp().getResponse<HttpReply>();
    return next.handle().pipe(
      map((answer: unknown) => {
        void reply.header('cache-control', 'no-store');
        if (!(answer instanceof HttpAnswer)) return answer;
        const { status, headers = {} } = answer.options;
        if (status !== undefined) void reply.status(status);
        void reply.headers({ ...headers });
        return answer.body;
      }),
    );
  }
}
