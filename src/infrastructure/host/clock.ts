let millisecond = NaN;
let text = '';

/**
 * The present as RFC 3339 text in UTC, with milliseconds. Writing it costs more than looking at the clock, and a busy
 * service asks many times in one millisecond.
 */
export function presentTime(): string {
  const now = Date.now();
  if (now !== millisecond) {
    millisecond = now;
    text = new Date(now).toISOString();
  }
  return text;
}
