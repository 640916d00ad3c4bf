/** A text or a sequence of bytes is not what its format says; the message names what is wrong with it. */
export class Malformed extends Error {
  override readonly name = 'Malformed';
}
