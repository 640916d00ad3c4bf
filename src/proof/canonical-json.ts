const LONE_SURROGATE = /\p{Surrogate}/u;

/** What is left to write: a value, a text as it is, or the end of an object or array that was entered. */
type Pending =
  | { readonly kind: 'value'; readonly value: unknown }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'leave'; readonly container: object };

/**
 * The one JSON text of a value (RFC 8785): members in the order of their names' UTF-16 units, numbers as ECMAScript
 * writes them, no white space. Members that are undefined are left out. Without recursion: depth is no limit.
 * @throws TypeError for what JSON cannot hold or what has no one spelling: NaN, infinities, BigInt, lone surrogates,
 *   functions, undefined in an array, circles, and objects that are no plain data
 */
export function canonicalJson(value: unknown): string {
  const written: string[] = [];
  const pending: Pending[] = [{ kind: 'value', value }];
  const entered = new Set<object>();
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (next.kind === 'text') written.push(next.text);
    else if (next.kind === 'leave') entered.delete(next.container);
    else if (typeof next.value === 'object' && next.value !== null) enter(next.value, pending, entered);
    else written.push(scalar(next.value));
  }
  return written.join('');
}

function enter(container: object, pending: Pending[], entered: Set<object>): void {
  if (entered.has(container)) throw new TypeError('a circle has no JSON text');
  entered.add(container);
  const parts = Array.isArray(container) ? arrayParts(container) : objectParts(container);
  pending.push({ kind: 'leave', container });
  // The last to be pushed is the first to be written.
  for (const part of parts.reverse()) pending.push(part);
}

function arrayParts(array: readonly unknown[]): Pending[] {
  const parts: Pending[] = [{ kind: 'text', text: '[' }];
  for (let at = 0; at < array.length; at += 1) {
    if (at > 0) parts.push({ kind: 'text', text: ',' });
    parts.push({ kind: 'value', value: array[at] });
  }
  return [...parts, { kind: 'text', text: ']' }];
}

function objectParts(container: object): Pending[] {
  const prototype: unknown = Object.getPrototypeOf(container);
  if (prototype !== Object.prototype && prototype !== null)
    throw new TypeError('only plain objects and arrays have a canonical JSON text');
  const parts: Pending[] = [{ kind: 'text', text: '{' }];
  // Array.prototype.sort compares UTF-16 units where it is given no order: RFC 8785 §3.2.3.
  for (const name of Object.keys(container).sort()) {
    const value = (container as Record<string, unknown>)[name];
    if (value === undefined) continue;
    parts.push({ kind: 'text', text: `${parts.length > 1 ? ',' : ''}${canonicalString(name)}:` });
    parts.push({ kind: 'value', value });
  }
  return [...parts, { kind: 'text', text: '}' }];
}

function scalar(value: unknown): string {
  if (value === null) return 'null';
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  if (typeof value === 'string') return canonicalString(value);
  if (typeof value !== 'number') throw new TypeError(`a ${typeof value} has no JSON text`);
  if (!Number.isFinite(value)) throw new TypeError(`${value} has no JSON text`);
  return JSON.stringify(value);
}

/** A string's one JSON text (RFC 8785 §3.2.2.2). @throws TypeError for a lone surrogate, which UTF-8 cannot hold */
export function canonicalString(text: string): string {
  if (LONE_SURROGATE.test(text)) throw new TypeError('a text with a lone surrogate has no UTF-8');
  return JSON.stringify(text);
}
