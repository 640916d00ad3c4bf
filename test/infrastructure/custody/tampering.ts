/** The bytes with one bit turned over. */
export function flipped(bytes: Buffer, bit: number): Buffer {
  const changed = Buffer.from(bytes);
  const at = Math.floor(bit / 8);
  changed[at] = (changed[at] as number) ^ (1 << (bit % 8));
  return changed;
}
