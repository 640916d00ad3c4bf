import { Readable } from 'node:stream';
import { faultsOf, invalid } from '../../domain/shared/faults.js';
import type { FieldFault } from '../../domain/shared/refusal.js';
import { rulesOf } from '../openapi/body-schema.js';
import type { BodyClass, BodySpecification } from './body-shape.js';
import { ApiProblem } from '../problems/problem.js';

/**
 * Makes a command's body of what was sent. Here only its shape is judged: it must be a JSON object without fields that
 * are not known. What the fields hold is the domain's to judge.
 * @throws Refusal `invalid` with a fault for each unknown field, beside those that the domain would name; ApiProblem where a stream of bytes came instead
 */
export function readBody<Body extends object>(
  specification: BodySpecification<Body>,
  sent: unknown,
  path: Partial<Body> = {},
): Body {
  const { type, fromPath = [], nested = {} } = specification;
  if (sent instanceof Readable) throw new ApiProblem('unsupported_media_type', 'send application/json');
  if (!isObject(sent)) throw invalid([{ field: 'body', message: 'must be a JSON object' }]);
  const known = knownFields(type).filter((name) => !(fromPath as readonly string[]).includes(name));
  const faults = [...unknownFields(sent, known, ''), ...nestedFaults(sent, nested)];
  const body = Object.assign(new type(), sent, path);
  if (faults.length > 0) throw invalid([...faults, ...faultsOf(withInstances(body, nested))]);
  return body;
}

/** Objects in lists as instances of their classes, so that their own rules speak. */
function withInstances<Body extends object>(body: Body, nested: Readonly<Record<string, BodyClass>>): Body {
  const sent = body as Readonly<Record<string, unknown>>;
  const lists = Object.entries(nested).map(([name, type]) => {
    const list: unknown = sent[name];
    return [
      name,
      Array.isArray(list) ? list.map((item) => Object.assign(new type(), isObject(item) ? item : {})) : list,
    ];
  });
  return Object.assign(body, Object.fromEntries(lists) as object);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

const fieldsByClass = new Map<BodyClass, readonly string[]>();

function knownFields(type: BodyClass): readonly string[] {
  let fields = fieldsByClass.get(type);
  if (fields === undefined) {
    fields = [...new Set(rulesOf(type).map(({ propertyName }) => propertyName))];
    fieldsByClass.set(type, fields);
  }
  return fields;
}

/** Enough to correct a body by; a hostile one does not get a fault for each of a hundred thousand names. */
const FAULTS_MAX = 100;

function unknownFields(sent: object, known: readonly string[], path: string): FieldFault[] {
  return Object.keys(sent)
    .filter((name) => !known.includes(name))
    .slice(0, FAULTS_MAX)
    .map((name) => ({ field: `${path}${name.slice(0, 80)}`, message: 'is no field of this body' }));
}

function nestedFaults(
  sent: Readonly<Record<string, unknown>>,
  nested: Readonly<Record<string, BodyClass>>,
): FieldFault[] {
  return Object.entries(nested)
    .flatMap(([name, type]) => {
      const list: unknown = sent[name];
      if (!Array.isArray(list)) return [];
      return list.flatMap((item: unknown, index) =>
        isObject(item) ? unknownFields(item, knownFields(type), `${name}.${index}.`) : [],
      );
    })
    .slice(0, FAULTS_MAX);
}
