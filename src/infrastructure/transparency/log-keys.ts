import { genesisTarget } from '../../domain/processes/targets.js';
import { Ed25519Signer, vkeyOf } from '../../proof/note.js';
import { formatPolicy, type Policy } from '../../proof/policy.js';
import type { OpenLedger } from '../host/open-ledger.js';

export interface LogKey {
  /** base64 of the Ed25519 key. */
  readonly publicKey: string;
  /** What a verifier is given (C2SP signed-note). */
  readonly vkey: string;
}

/** What the ledger signs its checkpoints as, and with. */
export interface LogKeys {
  readonly origin: string;
  /** Under which it signed before a fork. */
  readonly formerOrigins: readonly string[];
  readonly keys: readonly LogKey[];
}

/** What to believe the ledger's checkpoints by (C2SP tlog-policy): its keys, and the witnesses that it asks. */
export function logPolicy({ keys }: LogKeys, witnesses: Policy): string {
  return formatPolicy({ ...witnesses, logs: keys.map(({ vkey }) => ({ vkey })) });
}

export async function logKeysOf({
  ledger,
  signingKeys,
}: Pick<OpenLedger, 'ledger' | 'signingKeys'>): Promise<LogKeys> {
  ledger.refresh(genesisTarget);
  const { origins, keys } = await ledger.ask(genesisTarget, (state) => ({
    origins: state.origins,
    keys: state.signingKeys,
  }));
  const origin = origins.at(-1) ?? '';
  return {
    origin,
    formerOrigins: origins.slice(0, -1),
    keys: await Promise.all(
      keys.map(async (key) => ({
        publicKey: signingKeys.publicKeyOf(key),
        vkey: vkeyOf(new Ed25519Signer(origin, await signingKeys.seedOf(key))),
      })),
    ),
  };
}
