import type { StoredEvent } from '../event-store/event-store.js';

/** There is nothing to move. */
export class SourceEmpty extends Error {
  override readonly name = 'SourceEmpty';

  constructor() {
    super('the source holds no ledger of this name; check --from, --data and SOURCEBOOK_LEDGER');
  }
}

/** The target holds something that is not the beginning of the source's log. Nothing was written to it. */
export class TargetHoldsOther extends Error {
  override readonly name = 'TargetHoldsOther';

  constructor({ stream, revision, eventId }: StoredEvent, matchedEvents: number) {
    super(
      `after ${matchedEvents} events as in the source the target holds another: ${eventId} (${stream} at revision ` +
        `${revision}); choose a target that is empty, or that an interrupted move of this ledger began`,
    );
  }
}

/** An event did not go where it stands in the source: somebody else writes there, or the source's stream is not whole. */
export class TargetMoved extends Error {
  override readonly name = 'TargetMoved';

  constructor({ stream, revision }: StoredEvent, cause: Error) {
    super(
      `the target does not take ${stream} at revision ${revision} (${cause.message}); stop whoever writes to it, and ` +
        'see whether the source still holds that stream from its first event',
      { cause },
    );
  }
}

/** The logs are not the same after all was copied: the source went on, or lost an aside stream, while it was read. */
export class LogsDiffer extends Error {
  override readonly name = 'LogsDiffer';

  constructor(equalEvents: number) {
    super(
      `the source changed while it was copied (the first ${equalEvents} events are the same); stop every instance ` +
        'that writes to it and run the same command again, which goes on from here',
    );
  }
}
