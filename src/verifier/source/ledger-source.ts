import type { StoredRecord } from '../../proof/envelope.js';
import type { EventPlace } from '../findings.js';

/** An event as it was stored. */
export interface SourceEvent extends StoredRecord {
  /** In the ledger's sequence, from 1; null for an event of an aside stream. */
  readonly sequence: number | null;
  /** In the engine's log; null where the source does not keep it. */
  readonly position: number | null;
}

/** Where a ledger's events are read from, once, in the order of its log. */
export interface LedgerSource {
  /** What the user calls it. */
  readonly name: string;
  /** About how many events there are, for progress. */
  readonly expected: number;
  /** The ledger's name as streams begin with it; undefined where the source does not say. */
  readonly ledger: string | undefined;
  /** @throws Misfit where the source cannot be read on */
  batches(): Iterable<readonly SourceEvent[]>;
  close(): void;
}

export function placeOf({ sequence, stream, revision, eventId }: SourceEvent): EventPlace {
  return { sequence, stream, revision, eventId };
}
