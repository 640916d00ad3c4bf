import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';

const PROGRAM = resolve(__dirname, '../../../dist/main.js');
const SERVES = /serves ledger \S+ at (http:\/\/\S+);/;
const LOG_LINES_KEPT = 40;

export interface InstanceSettings {
  readonly connectionString: string;
  readonly ledger: string;
  /** Its own, kept when it is started again. */
  readonly directory: string;
  readonly masterKey: string;
}

/** One process of the built service. */
export class ServiceInstance {
  private readonly exited: Promise<readonly [code: number | null, signal: string | null]>;

  private constructor(
    private readonly child: ChildProcess,
    readonly url: string,
  ) {
    this.exited = exitOf(child);
  }

  /** Resolves when it takes requests. */
  static async start(settings: InstanceSettings): Promise<ServiceInstance> {
    const { PATH = '' } = process.env;
    const child = spawn(process.execPath, [PROGRAM], {
      env: {
        PATH,
        SOURCEBOOK_EVENT_STORE: settings.connectionString,
        SOURCEBOOK_LEDGER: settings.ledger,
        SOURCEBOOK_DATA: settings.directory,
        SOURCEBOOK_MASTER_KEY: settings.masterKey,
        SOURCEBOOK_PORT: '0',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return new ServiceInstance(child, await urlOf(child));
  }

  /** As the machine's power would end it. */
  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.exited;
  }

  /** As an operator ends it. @returns its exit code, null where a signal ended it */
  async stop(): Promise<number | null> {
    this.child.kill('SIGTERM');
    const [code] = await this.exited;
    return code;
  }
}

async function exitOf(child: ChildProcess): Promise<readonly [number | null, string | null]> {
  if (child.exitCode !== null || child.signalCode !== null) return [child.exitCode, child.signalCode];
  return (await once(child, 'exit')) as [number | null, string | null];
}

function urlOf(child: ChildProcess): Promise<string> {
  const said: string[] = [];
  return new Promise((resolve, reject) => {
    const hear = (line: string): void => {
      said.push(line);
      if (said.length > LOG_LINES_KEPT) said.shift();
      const url = SERVES.exec(line)?.[1];
      if (url !== undefined) resolve(url);
    };
    for (const stream of [child.stdout, child.stderr]) {
      if (stream !== null) createInterface({ input: stream }).on('line', hear);
    }
    child.once('exit', () => reject(new Error(`an instance ended before it served:\n${said.join('\n')}`)));
  });
}
