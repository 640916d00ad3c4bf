/**
 * Orders texts by their code points, as the pack's rules ask. JavaScript's own order is by UTF-16 units, which puts
 * characters beyond U+FFFF before U+E000–U+FFFF.
 */
export function compareCodePoints(left: string, right: string): number {
  let index = 0;
  for (;;) {
    const a = left.codePointAt(index);
    const b = right.codePointAt(index);
    if (a === undefined || b === undefined) return left.length - right.length;
    if (a !== b) return a - b;
    index += a > 0xffff ? 2 : 1;
  }
}
