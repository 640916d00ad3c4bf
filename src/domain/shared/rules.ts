import { applyDecorators } from './decorators.js';
import { IsString, Length, Matches, ValidateBy, type ValidationOptions } from 'class-validator';
import { parseAmount } from './money.js';
import { parseInstant } from './time.js';

/** Long enough for any number of the trade, short enough that two of them make a stream's name on every engine. */
export const ID_LENGTH_MAX = 100;

/** An id of the trade: any text without control characters. */
export function IsIdentifier(options: ValidationOptions = {}): PropertyDecorator {
  return applyDecorators(
    IsString({ ...options, message: 'must be a text' }),
    Length(1, ID_LENGTH_MAX, { ...options, message: `must have 1 to ${ID_LENGTH_MAX} characters` }),
    Matches(/^[\u0020-\u007e\u0080-\u{10ffff}]*$/u, {
      ...options,
      message: 'must have no control characters',
    }),
  );
}

/** An RFC 3339 date-time with its offset. */
export function IsTime(): PropertyDecorator {
  return ValidateBy({
    name: 'isTime',
    validator: {
      validate: (value: unknown) => parseInstant(value) !== undefined,
      defaultMessage: () => 'must be an RFC 3339 time with its offset, such as 2026-09-01T08:00:00+08:00',
    },
  });
}

/** A decimal string above zero: at most 12 digits before the point and 6 after it, no sign, no exponent. */
export function IsPositiveAmount(options?: ValidationOptions): PropertyDecorator {
  return ValidateBy(
    {
      name: 'isPositiveAmount',
      validator: {
        validate: (value: unknown) => (parseAmount(value) ?? 0n) > 0n,
        defaultMessage: () =>
          'must be a decimal text above 0 with at most 12 digits before the point and 6 after it',
      },
    },
    options,
  );
}

/** A whole number within bounds, both included. */
export function IsWholeNumber(min: number, max: number, options?: ValidationOptions): PropertyDecorator {
  return ValidateBy(
    {
      name: 'isWholeNumber',
      constraints: [min, max],
      validator: {
        validate: (value: unknown) =>
          Number.isSafeInteger(value) && (value as number) >= min && (value as number) <= max,
        defaultMessage: () =>
          max === Number.MAX_SAFE_INTEGER
            ? `must be a whole number from ${min} up`
            : `must be a whole number from ${min} to ${max}`,
      },
    },
    options,
  );
}
