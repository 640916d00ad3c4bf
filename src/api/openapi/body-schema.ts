import { getMetadataStorage } from 'class-validator';
import type { BodyShape } from '../commands/body-shape.js';
import type { Schema } from './schema.js';

type Rules = ReturnType<ReturnType<typeof getMetadataStorage>['getTargetValidationMetadatas']>;
type Rule = Rules[number];
type BodyClass = new () => object;

/** What each rule of the domain's bodies says in JSON Schema. */
const SCHEMA_OF_RULE: Readonly<Record<string, (constraints: readonly unknown[]) => Schema>> = {
  isString: () => ({ type: 'string' }),
  isLength: ([minLength, maxLength]) => ({ minLength, maxLength }),
  matches: ([pattern]) => ({ pattern: (pattern as RegExp).source }),
  isIn: ([values]) => ({ type: 'string', enum: values }),
  isTime: () => ({ type: 'string', format: 'date-time' }),
  isPositiveAmount: () => ({
    type: 'string',
    pattern: '^\\d{1,12}(\\.\\d{1,6})?$',
    description: 'a decimal above 0',
  }),
  isWholeNumber: ([minimum, maximum]) => ({ type: 'integer', minimum, maximum }),
  isArray: () => ({ type: 'array' }),
  arrayMinSize: ([minItems]) => ({ minItems }),
  arrayMaxSize: ([maxItems]) => ({ maxItems }),
  arrayUnique: () => ({ uniqueItems: true }),
};

export function rulesOf(body: BodyClass): Rules {
  return getMetadataStorage().getTargetValidationMetadatas(body, '', true, false);
}

/** A body's schema from the rules on its class, without the fields that the path gives. */
export function bodySchema({ type, fromPath = [], nested = {} }: BodyShape): Schema {
  const rules = rulesOf(type).filter(({ propertyName }) => !fromPath.includes(propertyName));
  const names = [...new Set(rules.map(({ propertyName }) => propertyName))];
  const own = (name: string): Rules => rules.filter(({ propertyName }) => propertyName === name);
  return {
    type: 'object',
    title: type.name,
    properties: Object.fromEntries(names.map((name) => [name, fieldSchema(own(name), nested[name])])),
    required: names.filter((name) => !own(name).some(isOptional)),
    additionalProperties: false,
  };
}

function isOptional(rule: Rule): boolean {
  return rule.name === 'isOptional';
}

function fieldSchema(rules: Rules, nested: BodyClass | undefined): Schema {
  const field = merged(rules.filter(({ each }) => !each));
  const items =
    nested === undefined ? merged(rules.filter(({ each }) => each)) : bodySchema({ type: nested });
  const schema = field['type'] === 'array' ? { ...field, items } : field;
  return rules.some(isOptional) ? { anyOf: [schema, { type: 'null' }] } : schema;
}

function merged(rules: Rules): Schema {
  return Object.assign({}, ...rules.map(schemaOfRule)) as Schema;
}

function schemaOfRule({ name = '', constraints }: Rule): Schema {
  return SCHEMA_OF_RULE[name]?.((constraints as readonly unknown[] | undefined) ?? []) ?? {};
}
