import { join } from 'node:path';
import { readWitnessVkey } from '../../src/proof/cosignature.js';
import { sha256Hex } from '../../src/proof/hashes.js';
import { openNote } from '../../src/proof/note.js';
import { startWitness, type RunningWitness, type WitnessSettings } from '../../src/witness/start.js';
import { ScratchDirectory } from '../support/scratch-directory.js';

export interface Answered {
  readonly status: number;
  readonly type: string | null;
  readonly body: string;
}

/** A witness that a test starts, asks over its socket and starts again on what it left. */
export class WitnessUnderTest {
  readonly scratch = new ScratchDirectory();
  readonly state = join(this.scratch.path, 'state');
  readonly keyFile = join(this.scratch.path, 'witness.key');
  readonly alarms: string[] = [];
  readonly failures: unknown[] = [];
  nowSeconds = 1_700_000_000;
  private running: RunningWitness | undefined;

  async start(logs: readonly string[], change: Partial<WitnessSettings> = {}): Promise<RunningWitness> {
    await this.stop();
    const settings: WitnessSettings = {
      state: this.state,
      keyFile: this.keyFile,
      name: 'auditor.example/witness',
      logs,
      listen: { host: '127.0.0.1', port: 0 },
      newState: false,
      ...change,
    };
    this.running = await startWitness(settings, {
      nowSeconds: () => this.nowSeconds,
      alarm: (message) => this.alarms.push(message),
      onFailure: (error) => this.failures.push(error),
    });
    return this.running;
  }

  get url(): string {
    return this.running?.url ?? '';
  }

  get vkey(): string {
    return this.running?.vkey ?? '';
  }

  /** Where the last checkpoint of a log is kept. */
  stateFile(origin: string): string {
    return join(this.state, `${sha256Hex(origin)}.checkpoint`);
  }

  async add(body: string | Buffer): Promise<Answered> {
    return answered(await fetch(`${this.url}/add-checkpoint`, { method: 'POST', body }));
  }

  async latest(origin: string): Promise<Answered> {
    return answered(await fetch(`${this.url}/${sha256Hex(origin)}/checkpoint`));
  }

  /** Whether the lines are this witness's cosignature of the text. */
  hasCosigned(text: string, lines: string): boolean {
    return openNote(`${text}\n${lines}`, [readWitnessVkey(this.vkey)]).verified.length === 1;
  }

  async stop(): Promise<void> {
    await this.running?.close();
    this.running = undefined;
  }

  async remove(): Promise<void> {
    await this.stop();
    this.scratch.remove();
  }
}

export async function answered(response: Response): Promise<Answered> {
  return {
    status: response.status,
    type: response.headers.get('content-type'),
    body: await response.text(),
  };
}
