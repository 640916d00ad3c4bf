/** A schema of JSON Schema 2020-12, as OpenAPI 3.1 uses it. */
export type Schema = Readonly<Record<string, unknown>>;

export const text: Schema = { type: 'string' };
export const flag: Schema = { type: 'boolean' };
export const count: Schema = { type: 'integer', minimum: 0 };
export const wholeNumber: Schema = { type: 'integer' };
export const time: Schema = { type: 'string', format: 'date-time', description: 'RFC 3339, with its offset' };
export const day: Schema = { type: 'string', format: 'date' };
export const amount: Schema = {
  type: 'string',
  pattern: '^-?\\d+\\.\\d{6}$',
  description: 'a decimal with six digits after the point',
};
export const position: Schema = {
  type: 'string',
  description: 'an opaque position in the log, for `minPosition`',
};
export const cursor: Schema = { type: 'string', description: 'opaque; the `next` of the page before' };

export function orNull(schema: Schema): Schema {
  return { anyOf: [schema, { type: 'null' }] };
}

export function listOf(items: Schema): Schema {
  return { type: 'array', items };
}

export function oneOf(...values: readonly string[]): Schema {
  return { type: 'string', enum: values };
}

/** The names whose value may be left out. */
type Optional<Value> = { [Name in keyof Value]-?: undefined extends Value[Name] ? Name : never }[keyof Value];

/** A schema for each field of a type; a field that may be left out says so with `optional`. */
export type FieldsOf<Value> = {
  readonly [Name in keyof Value]-?: Name extends Optional<Value> ? OptionalField : Schema;
};

interface OptionalField {
  readonly optional: Schema;
}

export function optional(schema: Schema): OptionalField {
  return { optional: schema };
}

/** An object of exactly a type's fields: the compiler keeps type and schema together. */
export function objectOf<Value>(fields: FieldsOf<Value>): Schema {
  const entries = Object.entries<Schema | OptionalField>(fields);
  return {
    type: 'object',
    properties: Object.fromEntries(
      entries.map(([name, field]) => [name, isOptional(field) ? field.optional : field]),
    ),
    required: entries.filter(([, field]) => !isOptional(field)).map(([name]) => name),
    additionalProperties: false,
  };
}

function isOptional(field: Schema | OptionalField): field is OptionalField {
  return 'optional' in field;
}

/** As an object, with the fields of another one beside its own. */
export function extended(base: Schema, extension: Schema): Schema {
  return {
    ...base,
    properties: { ...(base['properties'] as object), ...(extension['properties'] as object) },
    required: [...(base['required'] as string[]), ...(extension['required'] as string[])],
  };
}
