import { createReadStream } from 'node:fs';
import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import type { IncomingMessage } from 'node:http';

/** Sends a file as it is, streamed, and reads the answer. */
export async function upload(
  port: number,
  path: string,
  file: string,
): Promise<{ readonly status: number; readonly body: string }> {
  const sending = request({
    port,
    host: '127.0.0.1',
    path,
    method: 'PUT',
    headers: { 'content-type': 'application/octet-stream' },
  });
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    sending.once('response', resolve);
    sending.once('error', reject);
  });
  const [answer] = await Promise.all([answered, pipeline(createReadStream(file), sending)]);
  return { status: answer.statusCode ?? 0, body: await text(answer) };
}
