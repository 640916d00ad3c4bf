/** What a command of the command line asks of the process that holds the ledger. Paths are absolute. */
export type ControlRequest =
  | { readonly command: 'load'; readonly directory: string; readonly actor: string }
  | {
      readonly command: 'import-keys';
      readonly file: string;
      /** As the sender called it. */
      readonly name: string;
      readonly dryRun: boolean;
      readonly actor: string;
      readonly receipt: KeyFileReceipt;
    }
  | {
      readonly command: 'operation';
      /** As a line of a pack's operations has them, without `at`: the service's clock decides. */
      readonly fields: Readonly<Record<string, unknown>>;
      readonly commandId: string;
      readonly actor: string;
    }
  | ({ readonly command: 'log'; readonly actor: string } & LogTask)
  | { readonly command: 'projections'; readonly task: 'rebuild' | 'retry'; readonly model: string };

/** What is done to the signed log. */
export type LogTask =
  | { readonly task: 'keys' | 'rotate-key' | 'checkpoint' }
  | { readonly task: 'retire-key'; readonly publicKey: string }
  | { readonly task: 'fork'; readonly origin: string; readonly reason: string };

/** What a key file is received as, and how its lines are to be read. */
export interface KeyFileReceipt {
  readonly lotId: string;
  readonly poId: string;
  readonly sku: string;
  readonly expiresAt: string | null;
  readonly separator: string;
  readonly quoted: boolean;
  readonly header: boolean;
  readonly columns: readonly string[] | Readonly<Record<string, string>>;
}

/** What the holder says, one JSON text a line, `result` or `failure` last. */
export type ControlReply =
  | { readonly kind: 'progress'; readonly progress: unknown }
  | { readonly kind: 'result'; readonly result: unknown }
  | { readonly kind: 'failure'; readonly failure: ControlFailure };

export interface ControlFailure {
  /** The error's name. */
  readonly name: string;
  readonly message: string;
  /** A refusal's stable code. */
  readonly code: string | null;
}

/** The longest request that is read. */
export const REQUEST_BYTES_MAX = 1024 * 1024;

/** Takes lines out of text that arrives in pieces. */
export class LineReader {
  private rest = '';

  /** @returns the lines that end within this piece */
  read(piece: string): readonly string[] {
    const lines = (this.rest + piece).split('\n');
    this.rest = lines.pop() ?? '';
    return lines;
  }

  /** How much of a line is there that has not ended yet, in UTF-16 code units. */
  get pendingLength(): number {
    return this.rest.length;
  }
}
