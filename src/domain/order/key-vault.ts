import type { RevealedKey } from './commands.js';

/** What the vault is injected as. */
export const KEY_VAULT = Symbol('KeyVault');

export interface SealedKey {
  readonly lotId: string;
  readonly serial: number;
}

export type DisclosedKey = Omit<RevealedKey, 'unit'>;

/** Opens sealed keys. Nothing it returns may be logged, stored or put into an event. */
export interface KeyVault {
  /**
   * @returns the keys in the order asked for
   * @throws Refusal `key_destroyed` where a lot's data key was destroyed
   */
  disclose(keys: readonly SealedKey[]): Promise<readonly DisclosedKey[]>;
}
