/** A read model that is being built for the first time: HTTP 503 with Retry-After. */
export class ReadModelMissing extends Error {
  override readonly name = 'ReadModelMissing';

  constructor(model: string) {
    super(`the read model "${model}" is still being built; ask again when it is ready`);
  }
}
