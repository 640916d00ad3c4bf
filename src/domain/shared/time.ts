/** A moment in microseconds since 1970-01-01T00:00:00Z: a whole number, exact until the year 2255. */
export type Instant = number;

const MICROS_PER_MILLISECOND = 1000;
const DAY_MICROS = 86_400_000_000;
const SHANGHAI_OFFSET_MICROS = 8 * 3_600_000_000;
const DATE_TIME =
  /^(\d{4})-(\d{2})-(\d{2})[Tt](\d{2}):(\d{2}):(\d{2})(?:\.(\d+))?(?:[Zz]|([+-])(\d{2}):(\d{2}))$/;
const DAY = /^(\d{4})-(\d{2})-(\d{2})$/;

function startOfDayUtc(year: number, month: number, day: number): Instant | undefined {
  const date = new Date(Date.UTC(2000, 0, 1));
  date.setUTCFullYear(year, month - 1, day);
  const real =
    date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return real ? date.getTime() * MICROS_PER_MILLISECOND : undefined;
}

/** Reads an RFC 3339 date-time with its offset; anything else is no time. Digits beyond microseconds are dropped. */
export function parseInstant(text: unknown): Instant | undefined {
  if (typeof text !== 'string') return undefined;
  const match = DATE_TIME.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second, fraction = '', sign, offsetHour, offsetMinute] = match;
  const start = startOfDayUtc(Number(year), Number(month), Number(day));
  const clock = secondsOf(hour, minute, second);
  const offset = secondsOf(offsetHour, offsetMinute);
  if (start === undefined || clock === undefined || offset === undefined) return undefined;
  const seconds = sign === '-' ? clock + offset : clock - offset;
  return start + seconds * 1_000_000 + Number(fraction.slice(0, 6).padEnd(6, '0'));
}

/** Seconds of a time of day or of an offset; undefined where a part of it is out of range. */
function secondsOf(hour = '0', minute = '0', second = '0'): number | undefined {
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  return Number(hour) * 3600 + Number(minute) * 60 + Number(second);
}

/** As `parseInstant`, for texts that were checked before they were recorded. */
export function instantOf(text: string): Instant {
  const instant = parseInstant(text);
  if (instant === undefined) throw new RangeError(`not an RFC 3339 time: ${text}`);
  return instant;
}

/** Writes an instant in UTC with milliseconds, or microseconds where it has them. */
export function formatInstant(instant: Instant): string {
  const text = new Date(Math.floor(instant / MICROS_PER_MILLISECOND)).toISOString();
  const micros = ((instant % MICROS_PER_MILLISECOND) + MICROS_PER_MILLISECOND) % MICROS_PER_MILLISECOND;
  return micros === 0 ? text : `${text.slice(0, -1)}${String(micros).padStart(3, '0')}Z`;
}

/**
 * When a key that is good through `day` (YYYY-MM-DD) expires: 00:00 of the next day at +08:00.
 * Undefined when the text is not a real day.
 */
export function expiryOfDay(day: string): Instant | undefined {
  const match = DAY.exec(day);
  if (match === null) return undefined;
  const start = startOfDayUtc(Number(match[1]), Number(match[2]), Number(match[3]));
  return start === undefined ? undefined : start + DAY_MICROS - SHANGHAI_OFFSET_MICROS;
}

/** The day (YYYY-MM-DD) at +08:00 that holds the instant: the trade's business day. */
export function businessDayOf(instant: Instant): string {
  return formatInstant(instant + SHANGHAI_OFFSET_MICROS).slice(0, 10);
}
