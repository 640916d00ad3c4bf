import { invalid } from '../../domain/shared/faults.js';
import type { FieldFault } from '../../domain/shared/refusal.js';
import { parseInstant, type Instant } from '../../domain/shared/time.js';
import { readPositionToken } from '../http/position-token.js';
import type { QueryParameter } from '../openapi/route.js';
import { text, time } from '../openapi/schema.js';

/** Of how much of the ledger, and of when, a question is asked. */
export interface Asked {
  /** To be waited for: read your own writes. */
  readonly minPosition: number | undefined;
  readonly asOf: RecordedUntil | undefined;
  /** When expiry and authorisation are judged; the moment asked about, or now, unless told. */
  readonly at: Instant | undefined;
  /** Only what had happened by then, whenever it was recorded. */
  readonly occurredUntil: Instant | undefined;
}

export type RecordedUntil =
  | { readonly kind: 'time'; readonly instant: Instant }
  | { readonly kind: 'sequence'; readonly sequence: number };

/** What came as query parameters: one text, or several of one name. */
export type QueryParameters = Readonly<Record<string, unknown>>;

const MIN_POSITION: QueryParameter = {
  name: 'minPosition',
  schema: text,
  description: 'the `position` of an earlier answer: waits up to 5 s until this one knows of it',
};
const AS_OF: QueryParameter = {
  name: 'asOf',
  schema: text,
  description: 'as it was recorded then: an RFC 3339 time, or `sequence:<n>`',
};
const AT: QueryParameter = {
  name: 'at',
  schema: time,
  description:
    'when expiry and authorisation are judged; `occurredUntil`, the time of `asOf`, or now, unless told',
};
const OCCURRED_UNTIL: QueryParameter = {
  name: 'occurredUntil',
  schema: time,
  description: 'only what had happened by then, whenever it was recorded',
};

export const KNOWN_PARAMETERS: readonly QueryParameter[] = [MIN_POSITION, AS_OF];
const AS_OF_PARAMETERS: readonly QueryParameter[] = [...KNOWN_PARAMETERS, AT];
export const KNOWN_ABOUT_PARAMETERS: readonly QueryParameter[] = [...KNOWN_PARAMETERS, OCCURRED_UNTIL];
export const AS_OF_ABOUT_PARAMETERS: readonly QueryParameter[] = [...AS_OF_PARAMETERS, OCCURRED_UNTIL];
export const WAITING_PARAMETERS: readonly QueryParameter[] = [MIN_POSITION];

/** Reads query parameters one by one and gathers what is wrong with them. */
export class ParameterReader {
  private readonly faults: FieldFault[] = [];

  constructor(private readonly parameters: QueryParameters) {}

  text(name: string, lengthMax = 400): string | undefined {
    const value = this.parameters[name];
    if (value === undefined || value === '') return undefined;
    if (typeof value === 'string' && value.length <= lengthMax) return value;
    return this.fault(name, `must be given once, with at most ${lengthMax} characters`);
  }

  required(name: string): string {
    return this.text(name) ?? this.fault(name, 'must be given') ?? '';
  }

  instant(name: string): Instant | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    return instantFrom(text) ?? this.fault(name, 'must be an RFC 3339 time with its offset');
  }

  wholeNumber(name: string, min: number, max: number): number | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const number = /^\d{1,15}$/.test(text) ? Number(text) : NaN;
    if (number >= min && number <= max) return number;
    return this.fault(name, `must be a whole number from ${min} to ${max}`);
  }

  choice<Choice extends string>(name: string, choices: readonly Choice[]): Choice | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    return (
      choices.find((choice) => choice === text) ?? this.fault(name, `must be one of ${choices.join(', ')}`)
    );
  }

  recordedUntil(name: string): RecordedUntil | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const sequence = /^sequence:(\d{1,15})$/.exec(text)?.[1];
    if (sequence !== undefined) return { kind: 'sequence', sequence: Number(sequence) };
    const instant = instantFrom(text);
    if (instant !== undefined) return { kind: 'time', instant };
    return this.fault(name, 'must be an RFC 3339 time with its offset, or sequence:<n>');
  }

  fault(field: string, message: string): undefined {
    this.faults.push({ field, message });
    return undefined;
  }

  /** @throws Refusal `invalid` where anything was wrong, also a parameter that the route does not know */
  done(known: readonly QueryParameter[]): void {
    const names = new Set(known.map(({ name }) => name));
    for (const name of Object.keys(this.parameters)) {
      if (!names.has(name)) this.fault(name.slice(0, 80), 'is no parameter of this route');
    }
    if (this.faults.length > 0) throw invalid(this.faults);
  }
}

/** Also where the offset's + was not written as %2B, so that it came as a space: no time has another. */
function instantFrom(text: string): Instant | undefined {
  return parseInstant(text.replace(' ', '+'));
}

/** Reads what every question may carry. The rest is read with the same reader by the caller. */
export function readAsked(reader: ParameterReader): Asked {
  const minPosition = reader.text('minPosition');
  return {
    minPosition: minPosition === undefined ? undefined : readPositionToken(minPosition),
    asOf: reader.recordedUntil('asOf'),
    at: reader.instant('at'),
    occurredUntil: reader.instant('occurredUntil'),
  };
}
