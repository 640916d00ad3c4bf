import type { KeysRegistered } from '../../domain/key-registry/events.js';
import type { DisclosedKey, KeyVault, SealedKey } from '../../domain/order/key-vault.js';
import { keyId } from '../../domain/shared/identifiers.js';
import { Refusal } from '../../domain/shared/refusal.js';
import { CustodyError } from '../custody/custody-error.js';
import { CHUNK_KEYS_MAX, LotCipher } from '../custody/lot-cipher.js';
import type { RegisteredImport } from '../key-index/import-table.js';
import type { DataKeyShelf } from './data-key-shelf.js';
import type { RegistryFollower } from './registry-follower.js';

/** Opens keys where the registry keeps them sealed. */
export class LedgerKeyVault implements KeyVault {
  constructor(
    private readonly follower: RegistryFollower,
    private readonly dataKeys: DataKeyShelf,
  ) {}

  async disclose(keys: readonly SealedKey[]): Promise<readonly DisclosedKey[]> {
    await this.follower.catchUp();
    const ciphers = new Map<string, LotCipher>();
    const disclosed: DisclosedKey[] = [];
    for (const { lotId, serial } of keys) {
      const lot = this.follower.index.lot(lotId);
      if (lot === undefined) throw new RangeError(`lot ${lotId} was never imported`);
      const cipher = ciphers.get(lotId) ?? (await this.cipherOf(lot));
      ciphers.set(lotId, cipher);
      disclosed.push(disclose(cipher, await this.chunkOf(lot, serial), serial));
    }
    return disclosed;
  }

  private async cipherOf({ lotId, attempt }: RegisteredImport): Promise<LotCipher> {
    try {
      return new LotCipher(await this.dataKeys.open(lotId, attempt), lotId, attempt);
    } catch (error) {
      if (error instanceof CustodyError && error.code === 'data_key_destroyed') {
        throw new Refusal('key_destroyed', error.message);
      }
      throw error;
    }
  }

  /** Chunks are cut at the same serials, so the first guess is right unless a fact was recorded in between. */
  private async chunkOf(lot: RegisteredImport, serial: number): Promise<KeysRegistered['payload']> {
    const guess = lot.firstRevision + 1 + Math.floor((serial - 1) / CHUNK_KEYS_MAX);
    for await (const { event } of this.follower.events(guess, lot.lastRevision)) {
      if (event.type === 'KeysRegistered' && event.payload.firstSerial + event.payload.count > serial)
        return event.payload;
    }
    throw new RangeError(`key ${keyId(lot.lotId, serial)} is not in the registry`);
  }
}

function disclose(cipher: LotCipher, chunk: KeysRegistered['payload'], serial: number): DisclosedKey {
  const { number, secret, salt, index, count, path } = cipher.disclose(chunk, serial);
  const { commitment } = chunk;
  return {
    keyId: keyId(chunk.lotId, serial),
    number,
    secret,
    proof: { salt, index, count, path, commitment },
  };
}
