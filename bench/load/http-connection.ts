import { connect, type Socket } from 'node:net';

const HEAD_END = Buffer.from('\r\n\r\n');

export interface HttpAnswerRead {
  readonly status: number;
  readonly body: string;
}

interface Waiting {
  resolve(answer: HttpAnswerRead): void;
  reject(error: Error): void;
}

/**
 * One kept HTTP/1.1 connection (RFC 9112) that asks one thing at a time: a client that costs the machine little, so that
 * the service and not its load is measured. It understands answers with a length, or none, which is all it gets.
 */
export class HttpConnection {
  private received: Buffer = Buffer.alloc(0);
  private waiting: Waiting | undefined;

  private constructor(private readonly socket: Socket) {
    socket.setNoDelay(true);
    socket.on('data', (piece) => this.take(piece));
    socket.on('error', (error) => this.fail(error));
    socket.on('close', () => this.fail(new Error('the service closed the connection')));
  }

  static open(port: number): Promise<HttpConnection> {
    return new Promise((resolve, reject) => {
      const socket = connect({ port, host: '127.0.0.1' });
      socket.once('error', reject);
      socket.once('connect', () => {
        socket.off('error', reject);
        resolve(new HttpConnection(socket));
      });
    });
  }

  get isFree(): boolean {
    return this.waiting === undefined;
  }

  get(path: string): Promise<HttpAnswerRead> {
    return this.send(`GET ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n`);
  }

  post(path: string, json: string): Promise<HttpAnswerRead> {
    const length = Buffer.byteLength(json);
    return this.send(
      `POST ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\ncontent-length: ${length}\r\n\r\n${json}`,
    );
  }

  close(): void {
    this.waiting = undefined;
    this.socket.destroy();
  }

  private send(request: string): Promise<HttpAnswerRead> {
    if (this.waiting !== undefined) throw new RangeError('this connection waits for an answer already');
    return new Promise((resolve, reject) => {
      this.waiting = { resolve, reject };
      this.socket.write(request);
    });
  }

  private take(piece: Buffer): void {
    this.received = this.received.length === 0 ? piece : Buffer.concat([this.received, piece]);
    const headEnd = this.received.indexOf(HEAD_END);
    if (headEnd < 0) return;
    const head = this.received.toString('latin1', 0, headEnd);
    const bodyStart = headEnd + HEAD_END.length;
    const length = Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? 0);
    if (this.received.length < bodyStart + length) return;
    const answer = {
      status: Number(head.slice(9, 12)),
      body: this.received.toString('utf8', bodyStart, bodyStart + length),
    };
    this.received = this.received.subarray(bodyStart + length);
    const { waiting } = this;
    this.waiting = undefined;
    waiting?.resolve(answer);
  }

  private fail(error: Error): void {
    const { waiting } = this;
    this.waiting = undefined;
    waiting?.reject(error);
  }
}
