import { constants, cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfiguration, type Configuration } from '../../src/infrastructure/host/configuration.js';
import { eventStoreConfig, openLedger } from '../../src/infrastructure/host/open.js';
import { openEventStore } from '../../src/infrastructure/event-store/open.js';
import { catchUp } from '../../src/infrastructure/projection-runner/catch-up.js';
import type { Scale } from '../scale.js';
import { writeStory } from './bulk-writer.js';
import { shapeOf, type LedgerShape } from './ledger-shape.js';
import { ledgerStory } from './ledger-story.js';

/** For ledgers that hold no real key and are gone after the run. */
export const MASTER_KEY = 'be'.repeat(32);

export const LEDGER_NAME = 'main';

/** The environment of a process that works on a ledger of the benchmarks. */
export function ledgerEnvironment(directory: string): Readonly<Record<string, string>> {
  return { SOURCEBOOK_DATA: directory, SOURCEBOOK_MASTER_KEY: MASTER_KEY, SOURCEBOOK_LEDGER: LEDGER_NAME };
}

export function ledgerConfiguration(directory: string): Configuration {
  return readConfiguration(ledgerEnvironment(directory), directory);
}

/** The ledgers of one run: each is made once and copied for whoever wants to write to it. */
export class LedgerShelf {
  private readonly root = mkdtempSync(join(tmpdir(), 'sourcebook-bench-'));
  private readonly made = new Map<number, Promise<string>>();

  constructor(
    private readonly scale: Scale,
    private readonly note: (message: string) => void,
  ) {}

  shapeOf(events: number): LedgerShape {
    return shapeOf(events, this.scale.hotUnits);
  }

  /** A ledger of so many events with its read models, to be read only. */
  kept(events: number): Promise<string> {
    const known = this.made.get(events) ?? this.make(this.shapeOf(events));
    this.made.set(events, known);
    return known;
  }

  /** Lends a copy of a ledger of so many events, which is removed afterwards. */
  async withCopy<Result>(events: number, work: (directory: string) => Promise<Result>): Promise<Result> {
    const original = await this.kept(events);
    return this.withDirectory(async (directory) => {
      cpSync(original, directory, { recursive: true, mode: constants.COPYFILE_FICLONE });
      return work(directory);
    });
  }

  /** Lends an empty directory, which is removed afterwards. */
  async withDirectory<Result>(work: (directory: string) => Promise<Result>): Promise<Result> {
    const directory = mkdtempSync(join(this.root, 'lent-'));
    try {
      return await work(directory);
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }

  private async make(shape: LedgerShape): Promise<string> {
    this.note(`making a ledger of ${shape.events} events`);
    const directory = mkdtempSync(join(this.root, `ledger-${shape.events}-`));
    const configuration = ledgerConfiguration(directory);
    const open = await openLedger(configuration);
    try {
      await writeStory(open.store, LEDGER_NAME, ledgerStory(shape));
    } finally {
      await open.close();
    }
    const store = await openEventStore(eventStoreConfig(configuration, 'read'));
    try {
      await catchUp({ store, directory: join(directory, 'read-models') });
    } finally {
      await store.close();
    }
    return directory;
  }
}
