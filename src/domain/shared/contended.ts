/** Others kept getting in between: nothing is lost or half done, and the same command may be sent again. */
export class Contended extends Error {
  override readonly name = 'Contended';

  constructor(what: string) {
    super(`${what} was contended by others too often; send the same command again`);
  }
}
