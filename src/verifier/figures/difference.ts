/** Where a report says something else than the events do. */
export interface Difference {
  /** `skus[3].revenue`. */
  readonly path: string;
  /** Of what the list's element is, where that has a name: its SKU, lot or line. */
  readonly of: string | undefined;
  readonly told: string;
  readonly recomputed: string;
}

const NAMES = ['line', 'lotId', 'sku'] as const;
const SHOWN_CHARACTERS_MAX = 80;

/** The first place where two JSON values differ, whatever the order of their members; undefined where they do not. */
export function firstDifference(told: unknown, recomputed: unknown): Difference | undefined {
  return differenceAt({ path: '', of: undefined }, told, recomputed);
}

type Place = Pick<Difference, 'path' | 'of'>;

function differenceAt(place: Place, told: unknown, recomputed: unknown): Difference | undefined {
  if (Array.isArray(told) && Array.isArray(recomputed)) return inList(place, told, recomputed);
  if (isObject(told) && isObject(recomputed)) return inMembers(place, told, recomputed);
  return told === recomputed ? undefined : { ...place, told: shown(told), recomputed: shown(recomputed) };
}

function inList(
  place: Place,
  told: readonly unknown[],
  recomputed: readonly unknown[],
): Difference | undefined {
  for (let index = 0; index < Math.max(told.length, recomputed.length); index += 1) {
    const of = nameOf(recomputed[index]) ?? nameOf(told[index]) ?? place.of;
    const found = differenceAt({ path: `${place.path}[${index}]`, of }, told[index], recomputed[index]);
    if (found !== undefined) return found;
  }
  return undefined;
}

function inMembers(
  place: Place,
  told: Readonly<Record<string, unknown>>,
  recomputed: Readonly<Record<string, unknown>>,
): Difference | undefined {
  for (const name of new Set([...Object.keys(recomputed), ...Object.keys(told)])) {
    const path = place.path === '' ? name : `${place.path}.${name}`;
    const found = differenceAt({ ...place, path }, told[name], recomputed[name]);
    if (found !== undefined) return found;
  }
  return undefined;
}

function nameOf(element: unknown): string | undefined {
  if (!isObject(element)) return undefined;
  const name = NAMES.find((each) => element[each] !== undefined);
  return name === undefined ? undefined : `${name} ${String(element[name])}`;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function shown(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value).slice(0, SHOWN_CHARACTERS_MAX);
}
