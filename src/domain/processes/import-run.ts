import type { ImportDesk } from '../key-registry/import-desk.js';
import type { CommandContext, Ledger } from '../shared/ledger.js';

/** What every step of an import works with. */
export interface Import {
  readonly ledger: Ledger;
  readonly desk: ImportDesk;
  readonly context: CommandContext;
}
