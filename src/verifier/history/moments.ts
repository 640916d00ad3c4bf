/** A moment in microseconds since 1970-01-01T00:00:00Z. */
export type Moment = number;

const DATE_TIME =
  /^(\d{4}-\d{2}-\d{2})[Tt](\d{2}):(\d{2}):(\d{2})(?:\.(\d+))?(?:[Zz]|([+-])(\d{2}):(\d{2}))$/;
const DAY = /^\d{4}-\d{2}-\d{2}$/;
const MICROS_PER_SECOND = 1_000_000;
const DAY_MICROS = 86_400 * MICROS_PER_SECOND;
/** China keeps one time, eight hours ahead of UTC: a key is good to the end of its day there. */
const CHINA_AHEAD_MICROS = 8 * 3_600 * MICROS_PER_SECOND;

/** Reads an RFC 3339 date-time; digits beyond microseconds are dropped. Undefined for what is none. */
export function momentOf(text: string): Moment | undefined {
  const match = DATE_TIME.exec(text);
  if (match === null) return undefined;
  const day = startOfDay(match[1] as string);
  const clock = secondsOf(match[2], match[3], match[4]);
  const offset = secondsOf(match[7] ?? '00', match[8] ?? '00', '00');
  if (day === undefined || clock === undefined || offset === undefined) return undefined;
  const seconds = match[6] === '-' ? clock + offset : clock - offset;
  return day + seconds * MICROS_PER_SECOND + Number((match[5] ?? '').slice(0, 6).padEnd(6, '0'));
}

function secondsOf(hours = '', minutes = '', seconds = ''): number | undefined {
  const parts = [Number(hours), Number(minutes), Number(seconds)] as const;
  return parts[0] < 24 && parts[1] < 60 && parts[2] < 60
    ? parts[0] * 3600 + parts[1] * 60 + parts[2]
    : undefined;
}

/** Events come in the order of their times, mostly: the day is the one before. */
let lastDay: { readonly text: string; readonly start: Moment | undefined } = { text: '', start: undefined };

function startOfDay(day: string): Moment | undefined {
  if (day !== lastDay.text) lastDay = { text: day, start: readDay(day) };
  return lastDay.start;
}

function readDay(day: string): Moment | undefined {
  const milliseconds = Date.parse(`${day}T00:00:00Z`);
  // `Date` rolls a 30th of February over into March.
  if (Number.isNaN(milliseconds) || new Date(milliseconds).toISOString().slice(0, 10) !== day)
    return undefined;
  return milliseconds * 1_000;
}

/** When a key that is good through a day (YYYY-MM-DD) expires: at 00:00 of the next, +08:00. Undefined for no day. */
export function endOfDay(day: string): Moment | undefined {
  const start = DAY.test(day) ? startOfDay(day) : undefined;
  return start === undefined ? undefined : start + DAY_MICROS - CHINA_AHEAD_MICROS;
}
