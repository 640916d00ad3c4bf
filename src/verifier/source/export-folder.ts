import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Misfit, UnusableSource } from '../findings.js';
import type { LedgerSource, SourceEvent } from './ledger-source.js';
import { linesOf } from './lines.js';

export const EVENTS_FILE = 'events.jsonl';

const BATCH_EVENTS = 1_000;
/** About what an event takes, to tell progress before they are counted. */
const EVENT_BYTES = 1_000;

/**
 * A folder as `sourcebook log export` writes it:
 * - `events.jsonl`: a line (ended by LF) for each event of the ledger's sequence, in order, as `JSON.stringify` writes the
 *   members `sequence` (from 1, without gaps), `stream`, `revision`, `eventId`, `type`, `data`, `metadata` in this order;
 *   the last two are the stored JSON texts, as texts
 * - `checkpoint`: the newest signed note (C2SP tlog-checkpoint) with its cosignatures
 * - `vkeys`: the log's verifier keys and the witnesses', one a line
 * - `policy`: C2SP tlog-policy
 * - `tile/<L>/<N>[.p/<W>]` and `tile/entries/<N>[.p/<W>]`: C2SP tlog-tiles, as the ledger serves them under `/log/`
 * All but `events.jsonl` may be missing; what is missing is told as not proved.
 */
export class ExportFolderSource implements LedgerSource {
  readonly name: string;
  readonly expected: number;
  readonly ledger = undefined;
  private readonly path: string;

  /** @throws UnusableSource */
  constructor(folder: string) {
    this.name = folder;
    this.path = join(folder, EVENTS_FILE);
    if (!existsSync(this.path))
      throw new UnusableSource(`${this.path} is not there; name an export's folder`);
    this.expected = Math.max(1, Math.round(statSync(this.path).size / EVENT_BYTES));
  }

  *batches(): Iterable<readonly SourceEvent[]> {
    let batch: SourceEvent[] = [];
    let sequence = 0;
    try {
      for (const line of linesOf(this.path)) {
        sequence += 1;
        batch.push(eventOf(line, sequence));
        if (batch.length < BATCH_EVENTS) continue;
        yield batch;
        batch = [];
      }
    } catch (error) {
      // Also what was read before a line that is none.
      yield batch;
      throw error;
    }
    yield batch;
  }

  close(): void {
    // Its file is open only while it is read.
  }
}

function eventOf(line: string, sequence: number): SourceEvent {
  const value = parsed(line);
  if (!isEvent(value) || written(value) !== line) {
    throw new Misfit(
      'bad_record',
      `line ${sequence} of ${EVENTS_FILE} is not an event's seven members as they are written`,
    );
  }
  if (value.sequence !== sequence) {
    throw new Misfit(
      'sequence_gap',
      `line ${sequence} of ${EVENTS_FILE} holds the event of sequence ${value.sequence}`,
    );
  }
  return { ...value, position: null };
}

/** One spelling: no byte of a line can change without changing an event. */
function written({ sequence, stream, revision, eventId, type, data, metadata }: SourceEvent): string {
  return JSON.stringify({ sequence, stream, revision, eventId, type, data, metadata });
}

function isEvent(value: unknown): value is SourceEvent & { sequence: number } {
  if (typeof value !== 'object' || value === null) return false;
  const { sequence, revision, stream, eventId, type, data, metadata } = value as Record<string, unknown>;
  const areTexts = [stream, eventId, type, data, metadata].every((text) => typeof text === 'string');
  return areTexts && Number.isSafeInteger(sequence) && Number.isSafeInteger(revision);
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    // Its message would quote the line.
    return undefined;
  }
}
