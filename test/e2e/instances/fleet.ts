import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ServiceInstance, type InstanceSettings } from './service-instance.js';

/** The instances of one ledger, each in its place with a data directory that outlives the process. */
export class Fleet {
  readonly directories: readonly string[];
  private readonly running: Promise<ServiceInstance>[] = [];
  private kills = 0;

  constructor(
    private readonly settings: Omit<InstanceSettings, 'directory'>,
    size: number,
  ) {
    this.directories = Array.from({ length: size }, () =>
      mkdtempSync(join(tmpdir(), 'sourcebook-instance-')),
    );
  }

  get size(): number {
    return this.directories.length;
  }

  get killed(): number {
    return this.kills;
  }

  /** All at once, so that their first starts race to found the ledger. */
  async start(): Promise<void> {
    this.directories.forEach((_, place) => this.launch(place));
    await Promise.all(this.running);
  }

  /** Where the instance of a place listens, once it does. */
  async url(place: number): Promise<string> {
    return (await this.instance(place)).url;
  }

  /** Ends the process of a place where it stands, and starts another in it. */
  async killAndRestart(place: number): Promise<void> {
    await (await this.instance(place)).kill();
    this.kills += 1;
    this.launch(place);
    await this.instance(place);
  }

  /** @returns the exit codes */
  async stop(): Promise<readonly (number | null)[]> {
    const instances = await Promise.all(this.running.splice(0));
    return Promise.all(instances.map((instance) => instance.stop()));
  }

  /** Whatever is left of it, after a test that failed too. */
  async remove(): Promise<void> {
    const left = await Promise.allSettled(this.running.splice(0));
    await Promise.all(left.map(async (start) => start.status === 'fulfilled' && start.value.kill()));
    for (const directory of this.directories) rmSync(directory, { recursive: true, force: true });
  }

  private launch(place: number): void {
    const directory = this.directories[place] as string;
    this.running[place] = ServiceInstance.start({ ...this.settings, directory });
  }

  private instance(place: number): Promise<ServiceInstance> {
    return this.running[place] as Promise<ServiceInstance>;
  }
}
