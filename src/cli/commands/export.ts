import { streamName } from '../../domain/shared/identifiers.js';
import { documentEnding, documentOpening, EVENT_SEPARATOR } from '../../epcis/document.js';
import { epcisEvent, epcisTime } from '../../epcis/epcis-event.js';
import { baseOfOrigin, checkedBase, EpcisIdentifiers } from '../../epcis/identifiers.js';
import { draftsOf, isMapped } from '../../epcis/mapping.js';
import { sequenced, type Sequenced } from '../../epcis/sequenced.js';
import { decodeEvent, decodeMetadata } from '../../infrastructure/event-codec/codec.js';
import { START, type EventStore, type StoredEvent } from '../../infrastructure/event-store/event-store.js';
import { ReadModelMissing } from '../../infrastructure/projection-runner/read-models.js';
import type { Place } from '../../projections/read-model.js';
import { withLedger, type Reading } from '../access/reading.js';
import { optional, wholeNumber, type Call, type CliCommand } from '../command.js';
import { openTextTarget, type TextTarget } from '../export/text-target.js';
import { JobFailed, UsageError } from '../usage-error.js';

export const exportCommand: CliCommand = {
  name: 'export',
  summary: 'the goods’ history for other systems: EPCIS 2.0',
  usage: `export --format epcis [--from-sequence N] [--to-sequence M] [--out FILE] [--base-uri URI]
export --format epcis --after N [--out FILE] [--base-uri URI]

Writes what happened to the goods as one EPCIS 2.0 document (JSON-LD), one event a line, in the ledger’s order. The same
part of the ledger is always the same bytes.

  --from-sequence N  the ledger’s events from this one on; 1 unless told
  --to-sequence M    and up to this one; all unless told
  --after N          only what follows sequence N: where the last export ended
  --out FILE         a file that is not there yet; stdout unless told
  --base-uri URI     what identifiers begin with; else SOURCEBOOK_EPCIS_BASE, else made of the ledger’s origin`,
  options: {
    format: { type: 'string' },
    'from-sequence': { type: 'string' },
    'to-sequence': { type: 'string' },
    after: { type: 'string' },
    out: { type: 'string' },
    'base-uri': { type: 'string' },
  },
  positionals: { min: 0, max: 0 },
  async run(call) {
    if (optional(call, 'format') !== 'epcis') throw new UsageError('name the format: --format epcis');
    const range = rangeOf(call);
    const base = baseOf(call);
    await withLedger(call.configuration, async (reading) => {
      const identifiers = new EpcisIdentifiers(base ?? baseOfOrigin(await originOf(call, reading.store)));
      const target = await openTextTarget(call, optional(call, 'out'));
      try {
        const told = await writeDocument(target, eventsOf(call, reading, range), identifiers);
        await target.finish();
        tell(call, range, told);
      } finally {
        await target.abandon();
      }
    });
  },
};

interface Range {
  readonly from: number;
  readonly to: number;
}

function rangeOf(call: Call): Range {
  const after = wholeNumber(call, 'after', 0);
  const from = wholeNumber(call, 'from-sequence', 1);
  const to = wholeNumber(call, 'to-sequence', 1) ?? Number.MAX_SAFE_INTEGER;
  if (after === undefined) {
    if (to < (from ?? 1)) throw new UsageError('--to-sequence lies before --from-sequence');
    return { from: from ?? 1, to };
  }
  if (from === undefined && to === Number.MAX_SAFE_INTEGER) return { from: after + 1, to };
  throw new UsageError('name either --after, or --from-sequence and --to-sequence');
}

function baseOf(call: Call): string | undefined {
  const named = optional(call, 'base-uri') ?? call.configuration.epcisBase;
  return named === undefined ? undefined : checkedBase(named);
}

/** As the ledger was founded: what names its goods never changes. */
async function originOf({ configuration }: Call, store: EventStore): Promise<string> {
  for await (const [first] of store.readStream(streamName(configuration.ledger, 'genesis'), { limit: 1 })) {
    const event = first === undefined ? undefined : decodeEvent(first).event;
    if (event?.type === 'LedgerFounded') return event.payload.origin;
  }
  throw new JobFailed(
    `the ledger ${configuration.ledger} was not founded here; check --data and SOURCEBOOK_LEDGER`,
  );
}

/** The ledger's events of the range. */
async function* eventsOf(
  { signal }: Call,
  { store, readModels }: Reading,
  { from, to }: Range,
): AsyncIterable<Sequenced<StoredEvent>> {
  const near = placeBefore(readModels, from);
  const batches = store.readAll(near?.position ?? START, { signal });
  for await (const batch of sequenced(batches, near?.sequence ?? 0)) {
    for (const event of batch) {
      if (event.sequence > to) return;
      if (event.sequence >= from) yield event;
    }
  }
  signal.throwIfAborted();
}

/** Where to begin reading; the log's start where the read models have not been built. */
function placeBefore(readModels: Reading['readModels'], sequence: number): Place | undefined {
  try {
    return readModels.read(['moments'], ({ moments }) => moments.placeNear(sequence - 1)).value;
  } catch (error) {
    if (error instanceof ReadModelMissing) return undefined;
    throw error;
  }
}

/** What an export without any event of the ledger says of its creation: it must say something, and always the same. */
const NEVER = '1970-01-01T00:00:00.000Z';

interface Told {
  readonly events: number;
  /** The last of the ledger's events that was read; 0 for none. */
  readonly sequence: number;
}

async function writeDocument(
  target: TextTarget,
  events: AsyncIterable<Sequenced<StoredEvent>>,
  identifiers: EpcisIdentifiers,
): Promise<Told> {
  let told: Told = { events: 0, sequence: 0 };
  let creationDate = NEVER;
  await target.line(documentOpening);
  for await (const { stored, sequence } of events) {
    const written = await writeEvent(target, stored, { identifiers, isFirst: told.events === 0 });
    told = { events: told.events + written, sequence };
    creationDate = epcisTime(decodeMetadata(stored).recordedAt);
    if (target.closed) break;
  }
  await target.line(documentEnding(creationDate));
  return told;
}

/** @returns how many EPCIS events it made */
async function writeEvent(
  target: TextTarget,
  stored: StoredEvent,
  { identifiers, isFirst }: { readonly identifiers: EpcisIdentifiers; readonly isFirst: boolean },
): Promise<number> {
  if (!isMapped(stored.type)) return 0;
  const recorded = decodeEvent(stored);
  const drafts = draftsOf(recorded.event, identifiers);
  for (const [index, draft] of drafts.entries()) {
    const separator = isFirst && index === 0 ? '' : EVENT_SEPARATOR;
    await target.line(`${separator}${JSON.stringify(epcisEvent(draft, recorded, identifiers))}`);
    if (target.closed) break;
  }
  return drafts.length;
}

function tell({ output, values }: Call, { from, to }: Range, { events, sequence }: Told): void {
  if (sequence < to && to !== Number.MAX_SAFE_INTEGER)
    output.warn(`the ledger ends before sequence ${to}; the export holds what there is`);
  if (values['out'] === undefined) return;
  if (sequence === 0) output.warn(`nothing stands at sequence ${from} yet; the export is empty`);
  else
    output.warn(
      `${events} EPCIS events of sequence ${from} to ${sequence}; the next export: --after ${sequence}`,
    );
}
