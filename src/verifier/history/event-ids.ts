import { Misfit } from '../findings.js';
import { SetOf128Bits } from './set-of-128-bits.js';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** The ids that were used: no two events of a ledger share one. */
export class EventIds {
  private readonly used = new SetOf128Bits();

  get bytes(): number {
    return this.used.bytes;
  }

  /** @throws Misfit for an id that is none, or was used before */
  use(eventId: string): void {
    if (!UUID.test(eventId)) throw new Misfit('bad_record', 'its event id is no UUID in lower case');
    const isNew = this.used.add(
      Number.parseInt(eventId.slice(0, 8), 16),
      Number.parseInt(eventId.slice(9, 13) + eventId.slice(14, 18), 16),
      Number.parseInt(eventId.slice(19, 23) + eventId.slice(24, 28), 16),
      Number.parseInt(eventId.slice(28), 16),
    );
    if (!isNew) throw new Misfit('event_id_twice', 'an earlier event has its id');
  }
}
