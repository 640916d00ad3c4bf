import 'reflect-metadata';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { runCommandLine, type Surroundings } from '../../src/cli/program.js';
import { Output } from '../../src/cli/terminal/output.js';
import { JobFailed } from '../../src/cli/usage-error.js';
import type { EpcisEvent } from '../../src/epcis/content.js';
import { faultsOfEvent } from './structure.js';

const EXPORT = ['export', '--format', 'epcis'];
const FIRST_MONTH = join(__dirname, '../../samples/first-month');

interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

interface Document {
  readonly '@context': unknown;
  readonly type: string;
  readonly schemaVersion: string;
  readonly creationDate: string;
  readonly epcisBody: { readonly eventList: readonly EpcisEvent[] };
}

describe('the export of a real month', () => {
  let directory: string;
  let whole: Document;
  let wholeText: string;
  let lastSequence: number;

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'sourcebook-epcis-'));
    expect(await sourcebook(['load', FIRST_MONTH])).toMatchObject({ code: 0 });
    const { code, stderr } = await exported('--out', file('whole.json'));
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringMatching(/--after \d+\n$/) as string });
    lastSequence = Number(/--after (\d+)\n$/.exec(stderr)?.[1]);
    wholeText = readFileSync(file('whole.json'), 'utf8');
    whole = JSON.parse(wholeText) as Document;
  }, 180_000);

  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  const file = (name: string): string => join(directory, name);

  async function sourcebook(args: readonly string[], surrounded: Partial<Surroundings> = {}): Promise<Ran> {
    const said = { stdout: '', stderr: '' };
    const streams = (['stdout', 'stderr'] as const).map((name) =>
      new PassThrough().on('data', (chunk: Buffer) => (said[name] += chunk.toString())),
    );
    const output = new Output(...(streams as unknown as [NodeJS.WriteStream, NodeJS.WriteStream]), {});
    const surroundings = { output, environment: {}, signal: new AbortController().signal, ...surrounded };
    const code = await runCommandLine([...args, '--data', file('ledger')], surroundings);
    return { code, ...said };
  }

  const exported = (...args: readonly string[]): Promise<Ran> => sourcebook([...EXPORT, ...args]);

  it('is a document of events in the structure of EPCIS 2.0, each with an id of its own', () => {
    const { eventList } = whole.epcisBody;
    expect(whole).toMatchObject({ type: 'EPCISDocument', schemaVersion: '2.0' });
    expect(whole['@context']).toEqual([
      'https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld',
      { sourcebook: 'urn:sourcebook:epcis:' },
    ]);
    expect(eventList.length).toBeGreaterThan(10_000);
    const faulty = eventList.flatMap((event) => faultsOfEvent(event).map((fault) => [event.eventID, fault]));
    expect(faulty).toEqual([]);
    expect(new Set(eventList.map(({ eventID }) => eventID)).size).toBe(eventList.length);
  });

  it('tells of every key first that it began to be, and nothing after it was void', () => {
    const living = new Set<string>();
    const ended = new Set<string>();
    for (const { action, epcList = [] } of whole.epcisBody.eventList) {
      for (const epc of epcList) {
        const isNew = !living.has(epc) && !ended.has(epc);
        if (isNew !== (action === 'ADD') || ended.has(epc)) throw new Error(`${action} of ${epc}`);
        living.add(epc);
        if (action === 'DELETE') ended.add(epc);
      }
    }
    const received = whole.epcisBody.eventList
      .filter(({ bizStep, quantityList }) => bizStep === 'receiving' && quantityList !== undefined)
      .reduce((sum, { quantityList }) => sum + (quantityList?.[0]?.quantity ?? 0), 0);
    expect(living.size).toBe(received);
    expect(ended.size).toBeGreaterThan(100);
  });

  it('is the same bytes again, and in parts the same events', async () => {
    expect(await exported('--out', file('again.json'))).toMatchObject({ code: 0 });
    expect(readFileSync(file('again.json'), 'utf8') === wholeText).toBe(true);
    const first = await exported(
      '--from-sequence',
      '1',
      '--to-sequence',
      '5000',
      '--out',
      file('first.json'),
    );
    const second = await exported(
      '--from-sequence',
      '5001',
      '--to-sequence',
      '5003',
      '--out',
      file('second.json'),
    );
    const rest = await exported('--after', '5003', '--out', file('rest.json'));
    expect([first.code, second.code, rest.code]).toEqual([0, 0, 0]);
    const parts = ['first.json', 'second.json', 'rest.json'].flatMap((name) => {
      const part = JSON.parse(readFileSync(file(name), 'utf8')) as Document;
      return part.epcisBody.eventList;
    });
    expect(parts).toEqual(whole.epcisBody.eventList);
  });

  it('of nothing new is an empty document', async () => {
    const { code, stdout } = await exported('--after', String(lastSequence));
    expect(code).toBe(0);
    expect((JSON.parse(stdout) as Document).epcisBody.eventList).toEqual([]);
  });

  it('stands under another base where one is named', async () => {
    const { stdout } = await exported('--to-sequence', '400', '--base-uri', 'https://goods.example.org/a/');
    const { eventList } = (JSON.parse(stdout) as Document).epcisBody;
    expect(eventList[0]?.['sourcebook:event']).toMatch(/^https:\/\/goods\.example\.org\/a\/event\//);
    const environment = { SOURCEBOOK_EPCIS_BASE: 'https://goods.example.org/a' };
    expect((await sourcebook([...EXPORT, '--to-sequence', '400'], { environment })).stdout).toBe(stdout);
    expect(eventList[0]?.eventID).not.toBe(whole.epcisBody.eventList[0]?.eventID);
  });

  it('leaves alone what is there, and nothing of what did not come to its end', async () => {
    writeFileSync(file('kept.json'), 'kept');
    expect(await exported('--out', file('kept.json'))).toMatchObject({ code: 1 });
    expect(readFileSync(file('kept.json'), 'utf8')).toBe('kept');
    expect(await exported('--out', file('no/such/folder.json'))).toMatchObject({ code: 1 });
    expect(existsSync(file('no'))).toBe(false);
    const signal = AbortSignal.abort(new JobFailed('stopped'));
    expect(await sourcebook([...EXPORT, '--out', file('stopped.json')], { signal })).toMatchObject({
      code: 1,
    });
    expect(existsSync(file('stopped.json'))).toBe(false);
    expect(readdirSync(directory).filter((name) => name.endsWith('.partial'))).toEqual([]);
  });

  it.each([
    [['--format', 'csv']],
    [['--format', 'epcis', '--after', '5', '--from-sequence', '1']],
    [['--format', 'epcis', '--from-sequence', '5', '--to-sequence', '4']],
    [['--format', 'epcis', '--from-sequence', '0']],
  ])('is refused as wrong usage: %j', async (args) => {
    expect(await sourcebook(['export', ...args])).toMatchObject({ code: 2, stdout: '' });
  });

  it('is refused under a base that cannot be', async () => {
    const { code, stderr } = await exported('--base-uri', 'https://example.org/01/12345678901231');
    expect(code).not.toBe(0);
    expect(stderr).toContain('must begin with a letter');
  });
});
