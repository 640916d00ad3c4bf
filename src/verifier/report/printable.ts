/** What a forged record calls itself must not steer the reader's terminal. */
export function printable(line: string): string {
  return line.replace(/[\0-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, '\uFFFD');
}
