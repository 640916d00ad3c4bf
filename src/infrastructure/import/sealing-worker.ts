import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import { LotCipher } from '../custody/lot-cipher.js';
import type { SealRequest, SealReply, SealedLotKey } from './sealing-messages.js';

/** The thread that seals a lot's chunks, while the main one reads the file and records. */
function work(port: MessagePort, { dataKey, lotId, attempt }: SealedLotKey): void {
  const cipher = new LotCipher(dataKey, lotId, attempt);
  port.on('message', ({ firstSerial, keys }: SealRequest) => {
    port.postMessage(cipher.seal(firstSerial, keys) satisfies SealReply);
  });
}

if (parentPort !== null) work(parentPort, workerData as SealedLotKey);
