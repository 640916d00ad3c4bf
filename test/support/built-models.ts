import Database from 'better-sqlite3';
import type { Projection, ReadModel } from '../../src/projections/read-model.js';
import type { ReadModelName, ReadModelQueries } from '../../src/projections/registry.js';
import { READ_MODEL_NAMES, readModels } from '../../src/projections/registry.js';
import { applyEvent } from '../../src/projections/read-model.js';
import type { StoredEvent } from '../../src/infrastructure/event-store/event-store.js';
import { arrived } from '../../src/infrastructure/projection-runner/arrived-event.js';
import type { TableDigest } from '../../src/infrastructure/projection-runner/content-digest.js';
import { contentDigests } from '../../src/infrastructure/projection-runner/content-digest.js';
import { tablesOf } from '../../src/infrastructure/projection-runner/tables.js';

interface BuildOptions {
  /** How many events a commit takes. */
  readonly commitEvery?: number;
  readonly only?: readonly ReadModelName[];
}

/** Read models in memory, made of the events of a test. */
export class BuiltModels {
  readonly databases = Object.fromEntries(
    READ_MODEL_NAMES.map((name) => [name, new Database(':memory:')]),
  ) as Record<ReadModelName, Database.Database>;
  readonly queries: ReadModelQueries;
  sequence = 0;
  private projections: Record<ReadModelName, Projection>;

  constructor() {
    for (const name of READ_MODEL_NAMES) this.databases[name].exec(readModels[name].schema);
    this.projections = this.opened();
    this.queries = {
      inventory: this.ask('inventory'),
      cost: this.ask('cost'),
      traceability: this.ask('traceability'),
      loads: this.ask('loads'),
      unsettled: this.ask('unsettled'),
      moments: this.ask('moments'),
      transparency: this.ask('transparency'),
    };
  }

  /** Applies events, and commits as often as told. */
  apply(
    events: readonly StoredEvent[],
    { commitEvery = 1000, only = READ_MODEL_NAMES }: BuildOptions = {},
  ): this {
    events.forEach((stored, index) => {
      const event = arrived(stored);
      if (!event.isInSequence) return;
      this.sequence += 1;
      const place = { sequence: this.sequence, position: stored.position };
      for (const name of only) applyEvent(this.projections[name], event, place);
      if ((index + 1) % commitEvery === 0) this.flush();
    });
    this.flush();
    return this;
  }

  /** Forgets what is only remembered: everything goes on from the tables, as after a start. */
  reopen(): void {
    this.projections = this.opened();
  }

  digests(): Record<string, readonly TableDigest[]> {
    return Object.fromEntries(READ_MODEL_NAMES.map((name) => [name, contentDigests(this.databases[name])]));
  }

  close(): void {
    for (const name of READ_MODEL_NAMES) this.databases[name].close();
  }

  private opened(): Record<ReadModelName, Projection> {
    const opened = READ_MODEL_NAMES.map((name): [ReadModelName, Projection] => {
      const model: ReadModel = readModels[name];
      return [name, model.open(tablesOf(this.databases[name]))];
    });
    return Object.fromEntries(opened) as Record<ReadModelName, Projection>;
  }

  private ask<Name extends ReadModelName>(name: Name): ReadModelQueries[Name] {
    return readModels[name].questions(tablesOf(this.databases[name]));
  }

  private flush(): void {
    for (const name of READ_MODEL_NAMES) this.projections[name].flush();
  }
}
