import {
  Empty,
  StreamIdentifier,
  UUID,
  WrongExpectedVersion,
} from '@eventstore/db-client/generated/shared_pb.js';
import { BatchAppendReq, type BatchAppendResp } from '@eventstore/db-client/generated/streams_pb.js';
import type { Status } from '@eventstore/db-client/generated/status_pb.js';
import { NO_STREAM, type ExpectedRevision, type NewEvent, type Position } from '../event-store.js';
import { exactNumber, revisionOf } from './wire-numbers.js';

/** One append, as its caller gave it; the same object on every attempt. */
export interface RequestedAppend {
  /** As it is named above the port. */
  readonly stream: string;
  /** As the server knows it. */
  readonly kept: string;
  readonly expected: ExpectedRevision;
  readonly events: readonly NewEvent[];
}

/** What is known of an append after one attempt. */
export type AppendAnswer =
  | { readonly kind: 'appended'; readonly revision: number; readonly position: Position | undefined }
  | { readonly kind: 'refused'; readonly actual: number | undefined }
  | { readonly kind: 'destroyed' }
  | { readonly kind: 'denied' }
  | { readonly kind: 'tooLarge' }
  | { readonly kind: 'unknown'; readonly cause: unknown };

const PACKAGE = 'event_store.client.';

/**
 * No deadline is sent: the protocol's is a time of day, and a server whose clock is ahead would refuse everything.
 * The server's own write timeout (2 s) holds instead.
 */
export function batchAppendRequest(append: RequestedAppend, correlationId: string): BatchAppendReq {
  const options = new BatchAppendReq.Options().setStreamIdentifier(
    new StreamIdentifier().setStreamName(Buffer.from(append.kept)),
  );
  if (append.expected === NO_STREAM) options.setNoStream(new Empty());
  else options.setStreamPosition(String(append.expected));
  return new BatchAppendReq()
    .setCorrelationId(new UUID().setString(correlationId))
    .setOptions(options)
    .setProposedMessagesList(append.events.map(proposedMessage))
    .setIsFinal(true);
}

function proposedMessage(event: NewEvent): BatchAppendReq.ProposedMessage {
  const message = new BatchAppendReq.ProposedMessage()
    .setId(new UUID().setString(event.eventId))
    .setData(Buffer.from(event.data))
    .setCustomMetadata(Buffer.from(event.metadata));
  message.getMetadataMap().set('type', event.type).set('content-type', 'application/json');
  return message;
}

export function appendAnswer(response: BatchAppendResp): AppendAnswer {
  const success = response.getSuccess();
  if (success !== undefined) {
    const position = success.getPosition()?.getCommitPosition();
    return {
      kind: 'appended',
      revision: exactNumber(success.getCurrentRevision()),
      position: position === undefined ? undefined : exactNumber(position),
    };
  }
  return failedAnswer(response.getError());
}

function failedAnswer(status: Status | undefined): AppendAnswer {
  const details = status?.getDetails();
  const type = details?.getTypeName() ?? '';
  switch (type) {
    case `${PACKAGE}WrongExpectedVersion`:
      return refusedAnswer(details?.unpack((bytes) => WrongExpectedVersion.deserializeBinary(bytes), type));
    case `${PACKAGE}StreamDeleted`:
      return { kind: 'destroyed' };
    case `${PACKAGE}AccessDenied`:
      return { kind: 'denied' };
    // The second is sent by servers from 24.10.14 on; the client's definitions do not know it.
    case `${PACKAGE}MaximumAppendSizeExceeded`:
    case `${PACKAGE}MaximumAppendEventSizeExceeded`:
      return { kind: 'tooLarge' };
    default:
      return {
        kind: 'unknown',
        cause: new Error(`the server answered "${status?.getMessage() ?? ''}" (${type})`),
      };
  }
}

function refusedAnswer(wrong: WrongExpectedVersion | null | undefined): AppendAnswer {
  if (!wrong?.hasCurrentStreamRevision()) return { kind: 'refused', actual: NO_STREAM };
  return { kind: 'refused', actual: revisionOf(wrong.getCurrentStreamRevision()) };
}
