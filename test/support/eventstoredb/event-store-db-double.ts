import { ClusterInfo, EndPoint, MemberInfo } from '@eventstore/db-client/generated/gossip_pb.js';
import { GossipService } from '@eventstore/db-client/generated/gossip_grpc_pb.js';
import { ServerFeaturesService } from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js';
import { SupportedMethod, SupportedMethods } from '@eventstore/db-client/generated/serverfeatures_pb.js';
import { UUID } from '@eventstore/db-client/generated/shared_pb.js';
import { StreamsService } from '@eventstore/db-client/generated/streams_grpc_pb.js';
import { TombstoneResp, type TombstoneReq } from '@eventstore/db-client/generated/streams_pb.js';
import { Server, ServerCredentials, type sendUnaryData, type ServerUnaryCall } from '@grpc/grpc-js';
import { BatchAppendSession, type BatchAppendCall, type ReceivedAppend } from './batch-append.js';
import { CuttableWire } from './cuttable-wire.js';
import { Script, type AppendFault, type ReadFault } from './faults.js';
import { InMemoryLog } from './in-memory-log.js';
import { notLeaderError, streamDeletedError, streamText, type Endpoint } from './messages.js';
import { ReadSession, type ReadCall } from './reading.js';

/** As Kestrel: the 101st call of a connection waits without any answer. */
const CALLS_PER_CONNECTION = 100;

/**
 * Speaks the EventStoreDB protocol as far as this service uses it, and goes wrong where it is told to. It shows how
 * faults are handled; that the real server is understood, only the real server shows.
 */
export class EventStoreDbDouble {
  readonly appendFaults = new Script<AppendFault>('none');
  readonly readFaults = new Script<ReadFault>({ kind: 'none' });
  readonly receivedAppends: ReceivedAppend[] = [];
  readonly lateAnswers: (() => void)[] = [];
  /** Calls of each kind that are open at the moment. */
  openReads = 0;
  mostOpenReads = 0;
  readsReceived = 0;
  openBatchAppends = 0;
  messagesWritten = 0;
  /** How many tombstones take effect without an answer, as the connection breaks. */
  tombstonesCut = 0;
  /** Where to send those who need the leader; undefined while this node is it. */
  leader: Endpoint | undefined;
  private readonly server = new Server({ 'grpc.max_concurrent_streams': CALLS_PER_CONNECTION });
  private wire!: CuttableWire;
  private port = 0;

  private constructor(readonly log: InMemoryLog) {
    this.server.addService(StreamsService, {
      batchAppend: (call: BatchAppendCall) => this.batchAppend(call),
      read: (call: ReadCall) => this.read(call),
      tombstone: (call: ServerUnaryCall<TombstoneReq, TombstoneResp>, answer: sendUnaryData<TombstoneResp>) =>
        this.tombstone(call, answer),
    });
    this.server.addService(GossipService, {
      read: (_call: unknown, answer: sendUnaryData<ClusterInfo>) => answer(null, this.gossip()),
    });
    this.server.addService(ServerFeaturesService, {
      getSupportedMethods: (_call: unknown, answer: sendUnaryData<SupportedMethods>) =>
        answer(null, supportedMethods()),
    });
  }

  /** Nodes that share a log are nodes of one cluster. */
  static async start(log = new InMemoryLog()): Promise<EventStoreDbDouble> {
    const double = new EventStoreDbDouble(log);
    const serverPort = await new Promise<number>((resolve, reject) => {
      double.server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) =>
        error === null ? resolve(port) : reject(error),
      );
    });
    double.wire = new CuttableWire(serverPort);
    double.port = await double.wire.open();
    return double;
  }

  get endpoint(): Endpoint {
    return { host: '127.0.0.1', port: this.port };
  }

  get connectionString(): string {
    return `esdb://127.0.0.1:${this.port}?tls=false`;
  }

  /** Breaks every connection; new ones are taken. */
  cut(): void {
    this.wire.cut();
  }

  async stop(): Promise<void> {
    await this.wire.close();
    this.server.forceShutdown();
  }

  private batchAppend(call: BatchAppendCall): void {
    this.openBatchAppends += 1;
    // Once, by whatever a call ends with.
    once(call, () => (this.openBatchAppends -= 1));
    if (this.refusedAsFollower(call)) return;
    const { log, appendFaults: faults, receivedAppends: received, lateAnswers: late } = this;
    new BatchAppendSession(call, { log, faults, received, late, cut: () => this.cut() });
  }

  private read(call: ReadCall): void {
    this.openReads += 1;
    this.readsReceived += 1;
    this.mostOpenReads = Math.max(this.mostOpenReads, this.openReads);
    once(call, () => (this.openReads -= 1));
    if (this.refusedAsFollower(call)) return;
    const fault = this.readFaults.take();
    const session = new ReadSession(call, {
      log: this.log,
      fault,
      cut: () => this.cut(),
      onWritten: () => (this.messagesWritten += 1),
    });
    void session.run();
  }

  private refusedAsFollower(call: BatchAppendCall | ReadCall): boolean {
    if (this.leader === undefined || call.metadata.get('requires-leader')[0] !== 'true') return false;
    call.emit('error', notLeaderError(this.leader));
    return true;
  }

  private tombstone(
    call: ServerUnaryCall<TombstoneReq, TombstoneResp>,
    answer: sendUnaryData<TombstoneResp>,
  ): void {
    const stream = streamText(call.request.getOptions()?.getStreamIdentifier());
    const first = this.log.tombstone(stream);
    if (this.tombstonesCut > 0) {
      this.tombstonesCut -= 1;
      this.cut();
      return;
    }
    if (first) answer(null, new TombstoneResp());
    else answer(streamDeletedError(stream));
  }

  private gossip(): ClusterInfo {
    const { host, port } = this.leader ?? this.endpoint;
    const member = new MemberInfo()
      .setInstanceId(new UUID().setString('00000000-0000-4000-8000-000000000001'))
      .setTimeStamp('0')
      .setState(MemberInfo.VNodeState.LEADER)
      .setIsAlive(true)
      .setHttpEndPoint(new EndPoint().setAddress(host).setPort(port));
    return new ClusterInfo().setMembersList([member]);
  }
}

function once(call: BatchAppendCall | ReadCall, ended: () => void): void {
  let over = false;
  const end = (): void => {
    if (!over) ended();
    over = true;
  };
  call.on('cancelled', end);
  call.on('finish', end);
  call.on('close', end);
}

function supportedMethods(): SupportedMethods {
  const methods = ['batchappend', 'read', 'tombstone'].map((name) =>
    new SupportedMethod().setServiceName('event_store.client.streams.streams').setMethodName(name),
  );
  return new SupportedMethods().setEventStoreServerVersion('23.10.0').setMethodsList(methods);
}
