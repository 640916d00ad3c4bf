import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { EventStore } from '../../infrastructure/event-store/event-store.js';
import { openEventStore } from '../../infrastructure/event-store/open.js';
import { optional, type Call } from '../command.js';
import { JobFailed, UsageError } from '../usage-error.js';

/** Where a ledger is kept: a cluster, or the data directory of the embedded engine. */
export type Place =
  | { readonly kind: 'cluster'; readonly connectionString: string }
  | { readonly kind: 'directory'; readonly directory: string };

export interface Move {
  readonly from: Place;
  readonly to: Place;
}

const CONNECTION_STRING = /^(esdb|kurrentdb)(\+discover)?:\/\//;

/** What the command line asks for; the place that it leaves out is the configured one. @throws UsageError */
export function moveOf(call: Call): Move {
  const [from, to] = [optional(call, 'from'), optional(call, 'to')];
  if (from === undefined && to === undefined)
    throw new UsageError('name the ledger’s new place with --to, or its old one with --from');
  const move = { from: placeOf(from, call), to: placeOf(to, call) };
  if (JSON.stringify(move.from) === JSON.stringify(move.to)) {
    throw new UsageError(
      'the ledger would move to where it is; name the other place too, with --from or --to',
    );
  }
  return move;
}

function placeOf(named: string | undefined, { configuration }: Call): Place {
  const place = named ?? configuration.eventStoreUrl ?? configuration.directory;
  return CONNECTION_STRING.test(place)
    ? { kind: 'cluster', connectionString: place }
    : { kind: 'directory', directory: resolve(place) };
}

/**
 * Opens the place that is copied. An embedded ledger is held as a writer holds it, so that nobody goes on writing there.
 * @throws JobFailed where there is no ledger
 * @throws LedgerHeld where a service still writes to it
 */
export async function openSource(place: Place, ledger: string): Promise<EventStore> {
  if (place.kind === 'directory' && !existsSync(join(place.directory, 'ledger.sqlite'))) {
    throw new JobFailed(`there is no ledger in ${place.directory}; name another place with --from or --data`);
  }
  return open(place, ledger);
}

/** @throws JobFailed for a folder whose read models belong to another log @throws LedgerHeld */
export async function openTarget(place: Place, ledger: string): Promise<EventStore> {
  if (place.kind === 'directory' && existsSync(join(place.directory, 'read-models'))) {
    throw new JobFailed(
      `${place.directory} has read models of another log, whose positions are not this one’s; name an empty folder`,
    );
  }
  return open(place, ledger);
}

function open(place: Place, ledger: string): Promise<EventStore> {
  switch (place.kind) {
    case 'cluster':
      return openEventStore({ kind: 'eventstoredb', connectionString: place.connectionString, ledger });
    case 'directory':
      return openEventStore({ kind: 'embedded', directory: place.directory, ledger, mode: 'write' });
  }
}
