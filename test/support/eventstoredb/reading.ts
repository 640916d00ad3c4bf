import { ReadReq, type ReadResp } from '@eventstore/db-client/generated/streams_pb.js';
import { status, type ServerWritableStream } from '@grpc/grpc-js';
import type { ReadFault } from './faults.js';
import type { InMemoryLog, LogRecord } from './in-memory-log.js';
import {
  caughtUpMessage,
  checkpointMessage,
  confirmationMessage,
  eventMessage,
  rpcError,
  streamDeletedError,
  streamNotFoundMessage,
  streamText,
} from './messages.js';

export type ReadCall = ServerWritableStream<ReadReq, ReadResp>;

export interface ReadContext {
  readonly log: InMemoryLog;
  readonly fault: ReadFault;
  readonly cut: () => void;
  /** Counts what was handed to the transport, which stops when the reader is slow. */
  readonly onWritten: () => void;
}

/** A filtered subscription tells where it is after so many records that it looked at. */
const CHECKPOINT_EVERY_RECORDS = 32;

/** One Read call, of a stream, of `$all` or as a subscription; stops wherever its fault says. */
export class ReadSession {
  private readonly gone = new AbortController();
  private written = 0;
  private readonly options: ReadReq.Options;

  constructor(
    private readonly call: ReadCall,
    private readonly context: ReadContext,
  ) {
    this.options = call.request.getOptions() as ReadReq.Options;
    call.on('cancelled', () => this.gone.abort());
    call.on('close', () => this.gone.abort());
  }

  async run(): Promise<void> {
    if (await this.broken()) return;
    if (this.options.hasStream()) await this.readStream();
    else if (this.options.hasSubscription()) await this.subscribe();
    else await this.readAll();
    if (!this.gone.signal.aborted) this.call.end();
  }

  private async readStream(): Promise<void> {
    const stream = streamText(this.options.getStream()?.getStreamIdentifier());
    const { log } = this.context;
    if (log.isTombstoned(stream)) return this.fail(streamDeletedError(stream));
    const records = log.ofStream(stream);
    if (records.length === 0) {
      await this.write(streamNotFoundMessage(stream));
      return;
    }
    const from = Number(this.options.getStream()?.getRevision() ?? 0);
    await this.writeAll(records.slice(from, from + Number(this.options.getCount())));
  }

  private async readAll(): Promise<void> {
    const { records } = this.context.log;
    const all = this.options.getAll();
    const start = all?.hasStart() ? 0 : all?.hasEnd() ? records.length : this.indexOf(all?.getPosition());
    if (start === undefined) return this.fail(rpcError(status.UNKNOWN, 'Unexpected ReadAllResult: Error'));
    const forwards = this.options.getReadDirection() === ReadReq.Options.ReadDirection.FORWARDS;
    // Forwards a position is included; backwards it is not.
    const ordered = forwards ? records.slice(start) : records.slice(0, start).reverse();
    await this.writeAll(
      ordered.filter((record) => this.matches(record)).slice(0, Number(this.options.getCount())),
    );
  }

  private async subscribe(): Promise<void> {
    const { log } = this.context;
    const position = this.options.getAll()?.getPosition();
    const after = position === undefined ? -1 : Number(position.getCommitPosition());
    let next = log.firstFrom(after + 1);
    await this.write(confirmationMessage());
    while (!this.gone.signal.aborted) {
      for (; next < log.records.length && !this.gone.signal.aborted; next++) await this.offer(next);
      await this.write(caughtUpMessage());
      if (this.context.fault.kind === 'caughtUp again and again') await this.write(caughtUpMessage());
      if (next === log.records.length) await log.changed(this.gone.signal);
    }
  }

  private async offer(index: number): Promise<void> {
    const record = this.context.log.records[index] as LogRecord;
    if (this.matches(record)) await this.write(eventMessage(record));
    else if (index % CHECKPOINT_EVERY_RECORDS === 0) await this.write(checkpointMessage(record.position));
  }

  private matches({ stream }: LogRecord): boolean {
    const prefixes = this.options.getFilter()?.getStreamIdentifier()?.getPrefixList() ?? [''];
    return prefixes.some((prefix) => stream.startsWith(prefix));
  }

  private indexOf(position: ReadReq.Options.Position | undefined): number | undefined {
    return this.context.log.indexOf(Number(position?.getCommitPosition()));
  }

  private async writeAll(records: readonly LogRecord[]): Promise<void> {
    for (const record of records) await this.write(eventMessage(record));
  }

  private async write(message: ReadResp): Promise<void> {
    if (this.gone.signal.aborted) return;
    const room = this.call.write(message);
    this.written += 1;
    this.context.onWritten();
    if (!room) await this.drained();
    await this.broken();
  }

  /** Whether the call's fault has come; then nothing more is written. */
  private async broken(): Promise<boolean> {
    const { kind, afterMessages = 0 } = this.context.fault;
    if (kind === 'none' || kind === 'caughtUp again and again' || this.written !== afterMessages)
      return false;
    if (kind === 'end') this.call.end();
    if (kind === 'unavailable') this.fail(rpcError(status.UNAVAILABLE, 'Server Is Busy'));
    if (kind === 'cut') this.context.cut();
    if (kind === 'silent')
      await new Promise((resolve) => this.gone.signal.addEventListener('abort', resolve));
    this.gone.abort();
    return true;
  }

  private fail(error: Error): void {
    this.call.emit('error', error);
    this.gone.abort();
  }

  private drained(): Promise<void> {
    return new Promise((resolve) => {
      const { signal } = this.gone;
      const done = (): void => {
        this.call.removeListener('drain', done);
        signal.removeEventListener('abort', done);
        resolve();
      };
      this.call.on('drain', done);
      signal.addEventListener('abort', done);
      if (signal.aborted) done();
    });
  }
}
