import { existsSync, readFileSync } from 'node:fs';
import { NO_QUORUM, readPolicy, type Policy } from '../../proof/policy.js';
import { InvalidConfiguration, type Configuration } from '../host/configuration.js';
import type { Cosign } from './open.js';
import type { AskTree } from './tree-view.js';
import type { WitnessFailure } from './witnesses/collect-cosignatures.js';
import { WitnessPanel, witnessesOf } from './witnesses/witness-panel.js';

const NO_WITNESSES: Policy = { logs: [], witnesses: [], groups: [], quorum: NO_QUORUM };

/** Without witnesses a note stays as the ledger signed it. */
export const unwitnessed: Cosign = (note) => Promise.resolve(note);

/** Which witnesses the ledger asks, and what they amount to. @throws InvalidConfiguration */
export function witnessPolicyOf({ witnessPolicy: path }: Pick<Configuration, 'witnessPolicy'>): Policy {
  if (path === undefined) return NO_WITNESSES;
  if (!existsSync(path))
    throw new InvalidConfiguration(`SOURCEBOOK_WITNESS_POLICY: there is no file ${path}`);
  try {
    return readPolicy(readFileSync(path, 'utf8'));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new InvalidConfiguration(`SOURCEBOOK_WITNESS_POLICY: ${path} is no policy: ${reason}`);
  }
}

/** Asks a policy's witnesses; those that fail are told, and rest for a while. */
export function cosigner(
  policy: Policy,
  tree: AskTree,
  onFailure: (failure: WitnessFailure) => void,
): Cosign {
  const panel = new WitnessPanel({
    witnesses: witnessesOf(policy),
    tree,
    nowMs: () => performance.now(),
    onFailure,
  });
  return (note) => panel.cosign(note);
}
