import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const DIRECTORY = join(__dirname, '../../fixtures/events');

export interface GoldenFixture {
  readonly type: string;
  readonly schemaVersion: number;
  /** The payload's JSON as it is stored. The file is the same, laid out for reading. */
  readonly data: string;
}

/** Every fixture: `<Type>.v<version>.json`. They are never changed: a new version brings a new file. */
export function goldenFixtures(): GoldenFixture[] {
  return readdirSync(DIRECTORY)
    .sort()
    .map((name) => {
      const match = /^([A-Za-z]+)\.v(\d+)\.json$/.exec(name);
      if (match === null) throw new Error(`not a fixture's name: ${name}`);
      const data = JSON.stringify(JSON.parse(readFileSync(join(DIRECTORY, name), 'utf8')));
      return { type: match[1] as string, schemaVersion: Number(match[2]), data };
    });
}
