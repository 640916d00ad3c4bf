import { fork } from 'node:child_process';
import { join } from 'node:path';
import type { LoadOrder, LoadReport, LoadResult } from './load-orders.js';

const PROGRAM = join(__dirname, 'load-program.js');

/** What the load met: an answer that it did not ask for, or a service that went away. */
export class LoadFailed extends Error {
  override readonly name = 'LoadFailed';
}

/** Puts a load on a service from a process of its own. @throws LoadFailed */
export async function putLoad(order: LoadOrder): Promise<LoadResult> {
  const child = fork(PROGRAM, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const report = await new Promise<LoadReport>((resolve, reject) => {
    child.once('message', (message: LoadReport) => resolve(message));
    child.once('error', reject);
    child.once('exit', () => reject(new LoadFailed('the load ended without a report')));
    child.send(order);
  });
  child.disconnect();
  if ('error' in report) throw new LoadFailed(report.error);
  return report.result;
}
