/** The files of a pack cannot be used: the load stops here, and what came before stays recorded. */
export class UnreadablePack extends Error {
  override readonly name = 'UnreadablePack';

  constructor(
    /** Within the pack. */
    readonly file: string,
    /** From 1; undefined where the fault is of the file as a whole. */
    readonly line: number | undefined,
    readonly fault: string,
  ) {
    super(line === undefined ? `${file}: ${fault}` : `${file}:${line}: ${fault}`);
  }
}
