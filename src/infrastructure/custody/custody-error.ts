export type CustodyErrorCode =
  | 'master_key_missing'
  | 'master_key_wrong'
  | 'master_key_malformed'
  | 'master_key_exposed'
  | 'ciphertext_tampered'
  | 'data_key_destroyed';

/** Secrets cannot be sealed or opened. There is never a way round it in plaintext. The message says what to do. */
export class CustodyError extends Error {
  override readonly name = 'CustodyError';

  constructor(
    readonly code: CustodyErrorCode,
    message: string,
    options?: { readonly cause: unknown },
  ) {
    super(message, options);
  }
}
