import { at, textOf, type Json, type Reply } from './running-service.js';

/** How an answer differs from what the OpenAPI document says of it; empty where it does not. */
export class DocumentedInterface {
  private readonly operations: { readonly pattern: RegExp; readonly item: Json }[];

  constructor(private readonly document: Json) {
    this.operations = Object.entries<Json>(at(document, 'paths') as Record<string, Json>).map(
      ([template, item]) => ({
        pattern: new RegExp(`^${template.replaceAll(/\{\w+\}/g, '[^/]+')}$`),
        item: item,
      }),
    );
  }

  mismatches(
    call: { readonly method: string; readonly path: string },
    answer: Pick<Reply, 'status' | 'headers' | 'json'>,
  ): string[] {
    const path = call.path.split('?')[0] as string;
    const item = this.operations.find(({ pattern }) => pattern.test(path))?.item;
    const operation = at(item, call.method.toLowerCase());
    if (operation === undefined) return [];
    const response = at(operation, 'responses', answer.status);
    if (response === undefined)
      return [`${call.method} ${path} answers ${answer.status}, which is not documented`];
    const mediaType = (answer.headers.get('content-type') ?? '').split(';')[0] ?? '';
    const schema = at(response, 'content', mediaType, 'schema');
    if (schema === undefined) return [`${call.method} ${path} answers ${mediaType}, which is not documented`];
    return answer.json === undefined ? [] : this.differences(schema, answer.json, `${call.method} ${path}`);
  }

  private differences(schema: Json, value: unknown, place: string): string[] {
    const reference = at(schema, '$ref');
    if (reference !== undefined) {
      const name = textOf(reference).split('/').at(-1) ?? '';
      return this.differences(at(this.document, 'components', 'schemas', name), value, place);
    }
    const alternatives = (at(schema, 'anyOf') ?? at(schema, 'oneOf')) as Json[] | undefined;
    if (alternatives !== undefined) {
      const each = alternatives.map((alternative) => this.differences(alternative, value, place));
      return each.find((differences) => differences.length === 0) ?? (each[0] as string[]);
    }
    return [...differencesOfValue(schema, value, place), ...this.differencesWithin(schema, value, place)];
  }

  private differencesWithin(schema: Json, value: unknown, place: string): string[] {
    if (Array.isArray(value)) {
      const items = at(schema, 'items');
      return value.flatMap((item, index) => this.differences(items, item, `${place}[${index}]`));
    }
    if (typeof value !== 'object' || value === null) return [];
    const properties = (at(schema, 'properties') ?? {}) as Readonly<Record<string, Json>>;
    return Object.entries(value).flatMap(([name, field]) => {
      const own = Object.hasOwn(properties, name) ? properties[name] : undefined;
      if (own !== undefined) return this.differences(own, field, `${place}.${name}`);
      return at(schema, 'additionalProperties') === false ? [`${place}.${name} is not documented`] : [];
    });
  }
}

function differencesOfValue(schema: Json, value: unknown, place: string): string[] {
  const type = at(schema, 'type') as string | undefined;
  if (type !== undefined && typeOf(value, type) !== type)
    return [`${place} is no ${type}: ${JSON.stringify(value)}`];
  const values = at(schema, 'enum') as unknown[] | undefined;
  if (values !== undefined && !values.includes(value))
    return [`${place} is none of ${values.join()}: ${String(value)}`];
  const pattern = at(schema, 'pattern') as string | undefined;
  if (pattern !== undefined && !new RegExp(pattern, 'u').test(String(value)))
    return [`${place} does not match ${pattern}`];
  if (type !== 'object') return [];
  const required = (at(schema, 'required') ?? []) as string[];
  return required
    .filter((name) => !Object.hasOwn(value as object, name))
    .map((name) => `${place}.${name} is missing`);
}

function typeOf(value: unknown, expected: string): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (Number.isInteger(value) && expected === 'integer') return 'integer';
  return typeof value;
}
