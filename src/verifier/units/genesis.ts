import { Misfit } from '../findings.js';
import { textOf, textOrNullOf } from '../history/payloads.js';
import type { Rule, Rules, ToldEvent } from './told-event.js';

/** A key that the history itself names; nobody outside vouches for it. */
export interface NamedKey {
  readonly origin: string;
  /** base64 of 32 bytes. */
  readonly publicKey: string;
}

export interface Fork {
  readonly sequence: number;
  readonly previousOrigin: string;
  readonly origin: string;
}

/** Who the ledger says that it is. */
export class Genesis {
  ledgerId: string | undefined;
  /** The present one last. */
  readonly origins: string[] = [];
  readonly keys: NamedKey[] = [];
  readonly forks: Fork[] = [];
  private readonly signing = new Set<string>();

  readonly rules: Rules = {
    LedgerFounded: genesisRule([1, 2], (event) => this.found(event)),
    SigningKeyAdded: genesisRule([1], ({ payload }) => this.addKey(textOf(payload, 'publicKey'))),
    SigningKeyRetired: genesisRule([1], ({ payload }) => this.retire(textOf(payload, 'publicKey'))),
    LogForked: genesisRule([1], (event) => this.fork(event)),
  };

  private found({ payload, schemaVersion }: ToldEvent): void {
    if (this.ledgerId !== undefined) throw new Misfit('recorded_twice', 'the ledger was founded before');
    this.ledgerId = textOf(payload, 'ledgerId');
    this.origins.push(textOf(payload, 'origin'));
    const publicKey = schemaVersion === 1 ? null : textOrNullOf(payload, 'signingKey');
    if (publicKey !== null) this.addKey(publicKey);
  }

  private addKey(publicKey: string): void {
    if (this.signing.has(publicKey)) throw new Misfit('recorded_twice', 'the signing key was added before');
    this.signing.add(publicKey);
    this.keys.push({ origin: this.origins.at(-1) ?? '', publicKey });
  }

  /** A ledger of version 1 does not say which key it was founded with, and may retire it. */
  private retire(publicKey: string): void {
    this.signing.delete(publicKey);
  }

  private fork({ payload, sequence }: ToldEvent): void {
    const previousOrigin = textOf(payload, 'previousOrigin');
    const origin = textOf(payload, 'origin');
    if (previousOrigin !== this.origins.at(-1) || this.origins.includes(origin))
      throw new Misfit('terms_differ', `origin ${origin} does not follow ${this.origins.at(-1)}`);
    this.origins.push(origin);
    for (const publicKey of this.signing) this.keys.push({ origin, publicKey });
    this.forks.push({ sequence, previousOrigin, origin });
  }
}

function genesisRule(versions: readonly number[], apply: Rule['apply']): Rule {
  return { versions, stream: (_, names) => names.of('genesis'), apply };
}
