import type { LedgerReader, ReadEvent } from './ledger-reader.js';

/**
 * One import's events in the stream of the key registry. It admits one import at a time, so an import's events stand
 * together, and the last event before its receipt by the purchase order is the one that opened it: found by halving,
 * without reading what other imports registered.
 */
export async function* importEvents(
  reader: LedgerReader,
  attempt: string,
  receiptSequence: number,
): AsyncGenerator<ReadEvent> {
  const stream = reader.stream('keyregistry');
  const opening = await lastBefore(reader, receiptSequence);
  const isOpening = opening !== undefined && attemptOf(opening) === attempt;
  for await (const event of reader.read(stream, isOpening ? opening.recorded.revision : 0)) {
    if (attemptOf(event) !== attempt) continue;
    yield event;
    if (event.recorded.event.type === 'ImportCompleted') return;
  }
}

async function lastBefore(reader: LedgerReader, sequence: number): Promise<ReadEvent | undefined> {
  const stream = reader.stream('keyregistry');
  const isBefore = async (revision: number): Promise<ReadEvent | undefined> => {
    const event = await reader.first(stream, revision);
    return event !== undefined && event.sequence < sequence ? event : undefined;
  };
  let low = -1;
  let high = 1;
  let found: ReadEvent | undefined;
  for (let event = await isBefore(0); event !== undefined; event = await isBefore(high)) {
    found = event;
    low = event.recorded.revision;
    high = 2 * low + 1;
  }
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    const event = await isBefore(middle);
    if (event === undefined) {
      high = middle;
      continue;
    }
    low = middle;
    found = event;
  }
  return found;
}

function attemptOf({ recorded }: ReadEvent): string | null {
  const { payload } = recorded.event;
  return 'attempt' in payload && typeof payload.attempt === 'string' ? payload.attempt : null;
}
