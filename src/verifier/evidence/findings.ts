import type { PackEvent } from '../../proof/evidence/lines.js';

/** What can be wrong with a pack. Codes are part of the contract. */
export type EvidenceFailureCode =
  /** The folder or zip is not written as packs are. */
  | 'pack_form'
  | 'manifest'
  | 'file_missing'
  | 'file_unlisted'
  | 'file_digest'
  | 'file_form'
  | 'checkpoint_signature'
  | 'checkpoint'
  | 'consistency'
  | 'event_form'
  | 'event_inclusion'
  | 'event_stream'
  | 'event_payload'
  | 'history'
  | 'signing_key'
  | 'leaves'
  | 'event_missing'
  | 'answers'
  | 'documents'
  | 'report'
  | 'key_proof';

export interface EvidenceFailure {
  readonly code: EvidenceFailureCode;
  /** Within the pack; null where it is about no file. */
  readonly file: string | null;
  /** The first event that does not fit; null where it is about none. */
  readonly event: {
    readonly sequence: number;
    readonly stream: string;
    readonly revision: number;
    readonly eventId: string;
  } | null;
  readonly message: string;
}

/** What a verified pack shows, and what it does not. */
export interface EvidenceFindings {
  readonly ok: boolean;
  /** At most `FAILURES_MAX`; the first first. */
  readonly failures: readonly EvidenceFailure[];
  readonly question: unknown;
  readonly ledgerId: string | null;
  readonly origin: string | null;
  readonly checkpoint: { readonly size: number; readonly root: string } | null;
  /** Names of keys whose signatures on the checkpoint were verified. */
  readonly signedBy: readonly string[];
  readonly cosignedBy: readonly string[];
  /** No key or policy was given: the pack vouches for itself, which proves nothing about who signed. */
  readonly keysFromPack: boolean;
  /** Whether nothing that belongs to the question can be missing. */
  readonly completeness: 'proved' | 'genuine';
  /** The size of the older checkpoint that this history continues; null where none was compared. */
  readonly consistentFrom: number | null;
  readonly events: number;
  /** The key that a secret was proved to be; null where none was. */
  readonly provedKey: string | null;
  /** What was not proved, in plain words. */
  readonly notes: readonly string[];
}

export const FAILURES_MAX = 50;

/** Gathers what is wrong. */
export class Failures {
  readonly list: EvidenceFailure[] = [];

  add(code: EvidenceFailureCode, message: string, where: { file?: string; event?: PackEvent } = {}): void {
    if (this.list.length >= FAILURES_MAX) return;
    const { file, event } = where;
    this.list.push({
      code,
      file: file ?? null,
      event:
        event === undefined
          ? null
          : {
              sequence: event.sequence,
              stream: event.stream,
              revision: event.revision,
              eventId: event.eventId,
            },
      message,
    });
  }

  /** Does what may find something malformed, and turns that into a failure. */
  attempt<Value>(
    code: EvidenceFailureCode,
    where: { file?: string; event?: PackEvent },
    work: () => Value,
  ): Value | undefined {
    try {
      return work();
    } catch (error) {
      this.add(code, error instanceof Error ? error.message : String(error), where);
      return undefined;
    }
  }
}
