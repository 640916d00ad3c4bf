/** Orders texts by their code points, as lists of a report are ordered: by their UTF-8. */
export function byCodePoints(left: string, right: string): number {
  return Buffer.compare(Buffer.from(left), Buffer.from(right));
}
