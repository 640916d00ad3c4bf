import { EventStoreDBClient } from '@eventstore/db-client';
import { StreamsClient } from '@eventstore/db-client/generated/streams_grpc_pb.js';
import type {
  BatchAppendReq,
  BatchAppendResp,
  ReadReq,
  ReadResp,
} from '@eventstore/db-client/generated/streams_pb.js';
import type { CallOptions, Client, ClientDuplexStream, ClientReadableStream, Metadata } from '@grpc/grpc-js';
import {
  clientConnectionString,
  InvalidConnectionString,
  type ConnectionOptions,
} from './connection-string.js';

export type BatchAppendCall = ClientDuplexStream<BatchAppendReq, BatchAppendResp>;
export type ReadCall = ClientReadableStream<ReadResp>;

/**
 * What the client's own methods are made of. This engine speaks `BatchAppend` and `Read` itself, because the client's
 * methods for them cannot be made safe from outside: all appends of a process share one table of promises, which a
 * failure of any call empties and a late answer then misses (an unhandled rejection, which ends the process); a write
 * that waits for the socket rejects unhandled when the call fails; data and metadata are parsed, so their bytes are lost.
 */
interface CallOpening {
  GRPCStreamCreator<Call>(
    stub: typeof StreamsClient,
    name: string,
    open: (stub: StreamsClient) => Call,
  ): () => Promise<Call>;
  callArguments(options: { requiresLeader: boolean }, call: CallOptions): [Metadata, CallOptions];
  handleError(stub: Client, error: Error): Promise<void>;
}

/** The connection to a node or cluster: the client's discovery, TLS, credentials and way to the leader. */
export class ClientConnection {
  private readonly client: EventStoreDBClient;
  private readonly opening: CallOpening;
  private readonly stubs = new Set<StreamsClient>();

  /** Connects with the first call. @throws InvalidConnectionString */
  constructor(options: ConnectionOptions) {
    this.client = clientOf(options);
    this.opening = this.client as unknown as CallOpening;
    containReconnect(this.opening);
  }

  /** `adopt` takes the call in the turn in which it is made, so that nothing it says goes unheard. */
  openBatchAppend<Adopted>(adopt: (call: BatchAppendCall) => Adopted): Promise<Adopted> {
    return this.open((stub, metadata, options) => stub.batchAppend(metadata, options), adopt);
  }

  /** As `openBatchAppend`. */
  openRead<Adopted>(request: ReadReq, adopt: (call: ReadCall) => Adopted): Promise<Adopted> {
    return this.open((stub, metadata, options) => stub.read(request, metadata, options), adopt);
  }

  /** Ends the stream for ever: nothing can be appended to it again. */
  async tombstone(stream: string): Promise<void> {
    await this.client.tombstoneStream(stream, { requiresLeader: true });
  }

  async close(): Promise<void> {
    await this.client.dispose();
    for (const stub of this.stubs) stub.close();
    this.stubs.clear();
  }

  private async open<Call, Adopted>(
    start: (stub: StreamsClient, metadata: Metadata, options: CallOptions) => Call,
    adopt: (call: Call) => Adopted,
  ): Promise<Adopted> {
    let adopted: Adopted | undefined;
    const open = this.opening.GRPCStreamCreator(StreamsClient, 'sourcebook', (stub) => {
      this.remember(stub);
      const call = start(
        stub,
        ...this.opening.callArguments({ requiresLeader: true }, { deadline: Infinity }),
      );
      adopted = adopt(call);
      return call;
    });
    await open();
    return adopted as Adopted;
  }

  /** The client closes a channel when it moves to another, but not the last one when it is disposed of. */
  private remember(stub: StreamsClient): void {
    if (this.stubs.has(stub)) return;
    for (const earlier of this.stubs) earlier.close();
    this.stubs.clear();
    this.stubs.add(stub);
  }
}

function clientOf(options: ConnectionOptions): EventStoreDBClient {
  const text = clientConnectionString(options);
  try {
    return EventStoreDBClient.connectionString(text);
  } catch (error) {
    // The client's own message would repeat a part of the string.
    const missingFile = error instanceof Error && error.message.startsWith('Failed to load certificate');
    throw new InvalidConnectionString(
      missingFile ? 'names a certificate file that is not there' : 'cannot be read by the client',
    );
  }
}

/**
 * After a failed call the client looks for another node and leaves that promise to itself: when a discovery that other
 * calls wait for fails, it would reject unhandled and end the process. Every one of those calls fails with the same
 * error, and is answered for by this engine.
 */
function containReconnect(opening: CallOpening): void {
  const reconnect = opening.handleError.bind(opening);
  opening.handleError = async (stub, error) => {
    await reconnect(stub, error).catch(() => undefined);
  };
}
