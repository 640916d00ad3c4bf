import {
  isInSequence,
  parseStreamName,
  streamName,
  type StreamName,
} from '../../domain/shared/identifiers.js';
import { decodeEvent } from '../../infrastructure/event-codec/codec.js';
import { START, type EventStore, type StoredEvent } from '../../infrastructure/event-store/event-store.js';
import { withLedger } from '../access/reading.js';
import { optional, wholeNumber, type Call, type CliCommand } from '../command.js';
import { printable } from '../terminal/display-width.js';
import { UsageError } from '../usage-error.js';

export const eventsCommand: CliCommand = {
  name: 'events',
  summary: 'what was recorded, in its order',
  usage: `events [--stream STREAM] [--after POSITION] [--follow] [--json]

One event a line; with --json each as a JSON text.

  --stream STREAM    one stream by its whole name, or without its ledger: stock-TEL%2DA%2D50
  --after POSITION   only what was recorded after this position
  --follow           waits for what is recorded later, until interrupted`,
  options: { stream: { type: 'string' }, after: { type: 'string' }, follow: { type: 'boolean' } },
  positionals: { min: 0, max: 0 },
  async run(call) {
    const stream = streamOf(call);
    const after = wholeNumber(call, 'after', START) ?? START;
    await withLedger(call.configuration, ({ store }) => printEvents(call, store, { stream, after }));
  },
};

interface Wanted {
  readonly stream: StreamName | undefined;
  readonly after: number;
}

function streamOf(call: Call): StreamName | undefined {
  const name = optional(call, 'stream');
  if (name === undefined) return undefined;
  const { ledger } = call.configuration;
  const whole = [name, `${streamName(ledger, 'x').slice(0, -1)}${name}`].find(
    (candidate) => parseStreamName(candidate)?.ledger === ledger,
  );
  if (whole === undefined) throw new UsageError(`--stream ${name} is no stream's name`);
  return whole as StreamName;
}

async function printEvents(call: Call, store: EventStore, wanted: Wanted): Promise<void> {
  const stopped = AbortSignal.any([call.signal, call.output.closed]);
  for await (const batch of batchesOf(store, wanted, call.values['follow'] === true, stopped)) {
    for (const event of batch) if (isWanted(event, wanted)) printEvent(call, event);
    await call.output.drained();
    if (stopped.aborted) return;
  }
}

function batchesOf(
  store: EventStore,
  { stream, after }: Wanted,
  follow: boolean,
  signal: AbortSignal,
): AsyncIterable<readonly StoredEvent[]> {
  if (follow) return store.subscribe(after, { signal });
  return stream === undefined ? store.readAll(after, { signal }) : store.readStream(stream);
}

/** What stands aside holds wrapped keys and the like: it is no history. */
function isWanted(event: StoredEvent, { stream, after }: Wanted): boolean {
  if (event.position <= after || !isInSequence(event.stream)) return false;
  return stream === undefined || event.stream === stream;
}

function printEvent({ output, json }: Call, stored: StoredEvent): void {
  const { event, eventId, stream, revision, context } = decodeEvent(stored);
  if (json) {
    const { type, schemaVersion, payload } = event;
    output.line(
      JSON.stringify({
        position: stored.position,
        eventId,
        stream,
        revision,
        type,
        schemaVersion,
        ...context,
        payload,
      }),
    );
    return;
  }
  const where = `${stream}@${revision}`;
  output.line(
    printable(`${stored.position}  ${context.occurredAt}  ${event.type}  ${where}  ${context.actor}`),
  );
}
