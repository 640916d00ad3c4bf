/** Sequences in order, each once. */
export function ascending(sequences: readonly number[]): number[] {
  return [...new Set(sequences)].sort((a, b) => a - b);
}

/** By the UTF-16 units of a text, as every list of an answer. */
export function inOrder<Value>(values: readonly Value[], keyOfValue: (value: Value) => string): Value[] {
  return [...values].sort((a, b) => {
    const [left, right] = [keyOfValue(a), keyOfValue(b)];
    if (left === right) return 0;
    return left < right ? -1 : 1;
  });
}
