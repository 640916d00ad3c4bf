import { isKeyName, vkeyOf } from '../proof/keys.js';
import { createKeyFile, keyFileExists, readKeyFile } from './key-file.js';
import { WitnessServer, type ListenAddress, type ServerEvents } from './server.js';
import { StateDirectory } from './state-directory.js';
import { Witness, type WitnessSurroundings } from './witness.js';
import { WitnessRefused } from './witness-refused.js';
import { logsOf } from './witnessed-log.js';
import type { CosignatureSigner } from '../proof/cosignature.js';

export interface WitnessSettings {
  /** The directory of what was cosigned. */
  readonly state: string;
  readonly keyFile: string;
  /** Of the witness's key: a schema-less URL by custom. */
  readonly name: string;
  /** Verifier keys; several of one name are one log whose keys change. */
  readonly logs: readonly string[];
  readonly listen: ListenAddress;
  /** The key is there but its state is not, and it is known that it never witnessed. */
  readonly newState: boolean;
}

export interface RunningWitness {
  readonly vkey: string;
  readonly url: string;
  /** How many logs it watches. */
  readonly logs: number;
  close(): Promise<void>;
}

type Surroundings = Pick<WitnessSurroundings, 'nowSeconds' | 'alarm'> & ServerEvents;

/** @throws WitnessRefused for settings, a key or a state that cannot be used */
export async function startWitness(
  settings: WitnessSettings,
  { nowSeconds, alarm, onFailure }: Surroundings,
): Promise<RunningWitness> {
  const logs = logsOf(settings.logs);
  const signer = signerOf(settings);
  const vkey = vkeyOf(signer);
  const state = StateDirectory.open(settings.state, vkey);
  try {
    const witness = new Witness({ signer, logs, state, nowSeconds, alarm });
    const server = await WitnessServer.listen(witness, settings.listen, { onFailure });
    const close = async (): Promise<void> => {
      await server.close();
      state.close();
    };
    return { vkey, url: server.url, logs: logs.length, close };
  } catch (error) {
    state.close();
    throw error;
  }
}

/** Key and state belong together: with one of them lost, two histories could be cosigned under one key. */
function signerOf({ state, keyFile, name, newState }: WitnessSettings): CosignatureSigner {
  if (!isKeyName(name))
    throw new WitnessRefused(`${JSON.stringify(name)} is no witness's name: neither white space nor "+"`);
  if (!keyFileExists(keyFile)) {
    if (StateDirectory.isUsed(state))
      throw new WitnessRefused(
        `${keyFile} is gone but ${state} holds what its key cosigned: restore the key`,
      );
    return createKeyFile(keyFile, name);
  }
  if (!StateDirectory.isBegun(state) && !newState) {
    throw new WitnessRefused(
      `${keyFile} is there but ${state} holds no state of it: restore the state, or begin with a new key; ` +
        'where this key never cosigned anything, say --new-state',
    );
  }
  return readKeyFile(keyFile, name);
}
