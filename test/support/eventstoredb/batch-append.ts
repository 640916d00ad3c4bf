import {
  Empty,
  MaximumAppendSizeExceeded,
  WrongExpectedVersion,
} from '@eventstore/db-client/generated/shared_pb.js';
import { Status } from '@eventstore/db-client/generated/status_pb.js';
import { BatchAppendResp, type BatchAppendReq } from '@eventstore/db-client/generated/streams_pb.js';
import type { ServerDuplexStream } from '@grpc/grpc-js';
import { Any } from 'google-protobuf/google/protobuf/any_pb.js';
import type { AppendFault, Script } from './faults.js';
import type { AppendResult, InMemoryLog, ProposedRecord } from './in-memory-log.js';
import { allStreamPosition, streamIdentifier, streamText, structuredUuid } from './messages.js';

export type BatchAppendCall = ServerDuplexStream<BatchAppendReq, BatchAppendResp>;

/** An append as it came, after its last fragment. */
export interface ReceivedAppend {
  readonly stream: string;
  readonly expected: number;
  readonly eventIds: readonly string[];
  /** Whether it came with a time of day by which it must be done. */
  readonly deadline: boolean;
}

export interface BatchAppendContext {
  readonly log: InMemoryLog;
  readonly faults: Script<AppendFault>;
  readonly received: ReceivedAppend[];
  /** Answers that are held back. */
  readonly late: (() => void)[];
  readonly cut: () => void;
}

interface PendingAppend {
  readonly stream: string;
  readonly expected: number;
  readonly deadline: boolean;
  readonly events: ProposedRecord[];
}

/** One BatchAppend call: fragments are gathered by correlation id, and each append is answered by itself. */
export class BatchAppendSession {
  private readonly pending = new Map<string, PendingAppend>();

  constructor(
    private readonly call: BatchAppendCall,
    private readonly context: BatchAppendContext,
  ) {
    call.on('data', (request: BatchAppendReq) => this.receive(request));
    call.on('end', () => call.end());
  }

  private receive(request: BatchAppendReq): void {
    const correlation = request.getCorrelationId()?.getString() ?? '';
    const options = request.getOptions();
    if (options !== undefined) {
      const expected = options.hasNoStream() ? -1 : Number(options.getStreamPosition());
      const stream = streamText(options.getStreamIdentifier());
      this.pending.set(correlation, { stream, expected, deadline: options.hasDeadline(), events: [] });
    }
    const append = this.pending.get(correlation);
    if (append === undefined) return;
    append.events.push(...request.getProposedMessagesList().map(proposedRecord));
    if (!request.getIsFinal()) return;
    this.pending.delete(correlation);
    this.handle(append, request);
  }

  private handle(append: PendingAppend, request: BatchAppendReq): void {
    const { log, faults, received } = this.context;
    const { stream, expected, deadline, events } = append;
    received.push({ stream, expected, eventIds: events.map(({ eventId }) => eventId), deadline });
    const fault = faults.take();
    const answered = answerWithout(fault);
    if (answered !== undefined) {
      this.answer(request, stream, answered);
      return;
    }
    if (fault.endsWith(' before')) {
      this.breakOff(fault);
      return;
    }
    const response = appendResponse(log.append(stream, expected, events));
    if (fault === 'timeout after') this.answer(request, stream, failure('Timeout', new Empty()));
    else if (fault.endsWith(' after')) this.breakOff(fault);
    else this.answerAs(fault, request, stream, response);
  }

  private breakOff(fault: AppendFault): void {
    if (fault.startsWith('end')) this.call.end();
    if (fault.startsWith('cut')) this.context.cut();
  }

  private answerAs(
    fault: AppendFault,
    request: BatchAppendReq,
    stream: string,
    response: BatchAppendResp,
  ): void {
    const answer = (): void => this.answer(request, stream, response);
    if (fault === 'late') {
      this.context.late.push(answer);
      return;
    }
    if (fault === 'structured id') {
      request.setCorrelationId(structuredUuid(request.getCorrelationId()?.getString() ?? ''));
    }
    if (fault === 'no position') response.getSuccess()?.clearPosition();
    answer();
    if (fault === 'twice') answer();
  }

  private answer(request: BatchAppendReq, stream: string, response: BatchAppendResp): void {
    if (this.call.cancelled || this.call.writableEnded) return;
    this.call.write(
      response.setCorrelationId(request.getCorrelationId()).setStreamIdentifier(streamIdentifier(stream)),
    );
  }
}

function proposedRecord(message: BatchAppendReq.ProposedMessage): ProposedRecord {
  return {
    eventId: message.getId()?.getString() ?? '',
    type: message.getMetadataMap().get('type') ?? '',
    contentType: message.getMetadataMap().get('content-type') ?? '',
    data: message.getData_asU8(),
    metadata: message.getCustomMetadata_asU8(),
  };
}

/** The answers that are given whatever the log says. */
function answerWithout(fault: AppendFault): BatchAppendResp | undefined {
  switch (fault) {
    case 'timeout before':
      return failure('Timeout', new Empty());
    case 'not ready':
      return failure('google.protobuf.Empty', new Empty(), 'Server Is Not Ready');
    case 'access denied':
      return failure('AccessDenied', new Empty());
    case 'maximum event size':
      return failure('MaximumAppendEventSizeExceeded', new Empty());
    case 'wrong expected version':
      return appendResponse({ kind: 'wrongExpectedVersion', current: 41 });
    default:
      return undefined;
  }
}

function appendResponse(result: AppendResult): BatchAppendResp {
  switch (result.kind) {
    case 'appended': {
      const success = new BatchAppendResp.Success()
        .setCurrentRevision(String(result.revision))
        .setPosition(allStreamPosition(result.position));
      return new BatchAppendResp().setSuccess(success);
    }
    case 'wrongExpectedVersion': {
      const wrong = new WrongExpectedVersion();
      if (result.current < 0) wrong.setCurrentNoStream(new Empty());
      else wrong.setCurrentStreamRevision(String(result.current));
      return failure('WrongExpectedVersion', wrong);
    }
    case 'streamDeleted':
      return failure('StreamDeleted', new Empty());
    case 'tooLarge':
      return failure(
        'MaximumAppendSizeExceeded',
        new MaximumAppendSizeExceeded().setMaxappendsize(result.limitBytes),
      );
  }
}

function failure(type: string, details: { serializeBinary(): Uint8Array }, message = type): BatchAppendResp {
  const any = new Any();
  any.pack(details.serializeBinary(), type.includes('.') ? type : `event_store.client.${type}`);
  return new BatchAppendResp().setError(new Status().setMessage(message).setDetails(any));
}
