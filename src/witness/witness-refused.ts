/** A witness does not start: its key, its state or its logs are not what they must be; the message says what to do. */
export class WitnessRefused extends Error {
  override readonly name = 'WitnessRefused';
}
