/** Where two JSON texts differ first, as a path such as `totals[0].figures[2].value`. */
export function firstDifference(text: string, expected: string): string {
  try {
    return pathOf(JSON.parse(text), JSON.parse(expected), '') ?? 'its spelling, which is not canonical';
  } catch {
    return 'its beginning: it is no JSON';
  }
}

function pathOf(told: unknown, expected: unknown, path: string): string | undefined {
  if (Object.is(told, expected)) return undefined;
  if (!isContainer(told) || !isContainer(expected) || Array.isArray(told) !== Array.isArray(expected))
    return path === '' ? 'its whole' : path;
  const names = new Set([...Object.keys(expected), ...Object.keys(told)]);
  for (const name of names) {
    const step = Array.isArray(expected) ? `${path}[${name}]` : path === '' ? name : `${path}.${name}`;
    const found = pathOf(told[name], expected[name], step);
    if (found !== undefined) return found;
  }
  return undefined;
}

function isContainer(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
