import { leafEntry } from '../../proof/envelope.js';
import { readEventLine, readInclusionLine, type PackEvent } from '../../proof/evidence/lines.js';
import { PACK_FILES } from '../../proof/evidence/manifest.js';
import { leafHash } from '../../proof/hashes.js';
import { verifyInclusion } from '../../proof/merkle-proof.js';
import type { Failures } from './findings.js';
import { readLines, type PackSource } from './pack-source.js';

interface Head {
  readonly size: number;
  readonly root: Buffer;
}

/**
 * Reads the events and proves each to be a leaf of the checkpoint's tree, at the place of its sequence.
 * @param head undefined where there is no checkpoint to be believed: then nothing is proved, and that was told
 */
export function checkEvents(
  pack: PackSource,
  head: Head | undefined,
  failures: Failures,
  onProgress: (done: number) => void,
): PackEvent[] {
  const events: PackEvent[] = [];
  const proofs = readLines(pack, PACK_FILES.proofs);
  const ids = new Set<string>();
  for (const line of readLines(pack, PACK_FILES.events)) {
    const where = { file: PACK_FILES.events };
    const event = failures.attempt('event_form', where, () => readEventLine(requireLine(line)));
    const proof = proofs.next();
    if (event === undefined) continue;
    const previous = events.at(-1);
    if (previous !== undefined && event.sequence <= previous.sequence)
      failures.add('event_form', 'the events do not stand in the order of their sequence', {
        ...where,
        event,
      });
    if (ids.has(event.eventId)) failures.add('event_form', 'two events have this id', { ...where, event });
    ids.add(event.eventId);
    events.push(event);
    if (head !== undefined)
      checkInclusion(event, proof.done === true ? undefined : proof.value, head, failures);
    if (events.length % 1000 === 0) onProgress(events.length);
  }
  if (proofs.next().done !== true)
    failures.add('event_form', 'there are more proofs than events', { file: PACK_FILES.proofs });
  return events;
}

function checkInclusion(event: PackEvent, line: string | undefined, head: Head, failures: Failures): void {
  const leaf = failures.attempt('event_inclusion', { file: PACK_FILES.events, event }, () =>
    leafHash(leafEntry(event, event.sequence)),
  );
  const where = { file: PACK_FILES.proofs, event };
  const proof = failures.attempt('event_inclusion', where, () => readInclusionLine(requireLine(line)));
  if (leaf === undefined || proof === undefined) return;
  const claim = { leafHash: leaf, index: event.sequence - 1, size: head.size, root: head.root };
  if (proof.index !== claim.index || !verifyInclusion({ ...claim, proof: proof.hashes }))
    failures.add(
      'event_inclusion',
      `event ${event.sequence} is no leaf of the checkpoint's tree as it stands here`,
      where,
    );
}

function requireLine(line: string | undefined): string {
  if (line === undefined) throw new RangeError('a line is missing, or lacks its newline');
  return line;
}

/** Streams that must be whole hold revision 0 and every one after it; what stands at their end only leaves can prove. */
export function checkRevisions(
  events: readonly PackEvent[],
  wholeStreams: ReadonlySet<string>,
  failures: Failures,
): void {
  const next = new Map<string, number>();
  for (const event of events) {
    if (!wholeStreams.has(event.stream)) continue;
    const expected = next.get(event.stream) ?? 0;
    next.set(event.stream, event.revision + 1);
    if (event.revision === expected) continue;
    const message = `revision ${expected} of ${event.stream} is missing before this one`;
    failures.add('event_missing', message, { file: PACK_FILES.events, event });
  }
}
