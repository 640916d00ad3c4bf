import { streamName } from '../../src/domain/shared/identifiers.js';
import { encodeEvent } from '../../src/infrastructure/event-codec/codec.js';
import {
  NO_STREAM,
  type Appended,
  type EventStore,
} from '../../src/infrastructure/event-store/event-store.js';
import { Seeded } from '../seeded.js';
import type { ToldEvent } from './told-event.js';

const SEED = 7;
/** Appends under way at once; the embedded engine commits them together, and they stay well below what may wait. */
const APPENDS_IN_FLIGHT = 512;

/** Writes a history into a store that holds none of its streams, in the order in which it is told. */
export async function writeStory(
  store: EventStore,
  ledger: string,
  story: Iterable<ToldEvent>,
): Promise<number> {
  const seeded = new Seeded(SEED);
  const revisions = new Map<string, number>();
  let written = 0;
  let underWay: Promise<Appended>[] = [];
  for (const { stream, event, commandId, at } of story) {
    const name = streamName(ledger, ...stream);
    const revision = revisions.get(name) ?? NO_STREAM;
    const encoded = encodeEvent(event, contextOf(event.type, commandId, at), seeded.identity(at));
    underWay.push(store.append(name, revision, [encoded]));
    revisions.set(name, revision + 1);
    written += 1;
    if (underWay.length < APPENDS_IN_FLIGHT) continue;
    await Promise.all(underWay);
    underWay = [];
  }
  await Promise.all(underWay);
  return written;
}

function contextOf(command: string, commandId: string, at: string) {
  return {
    occurredAt: at,
    recordedAt: at,
    actor: 'operator',
    onBehalfOf: null,
    channel: 'http',
    command,
    commandId,
    correlationId: commandId,
    causationId: null,
  };
}
