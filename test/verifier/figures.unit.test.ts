import * as fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { instantOf } from '../../src/domain/shared/time.js';
import { report } from '../../src/projections/report/report.js';
import { firstDifference } from '../../src/verifier/figures/difference.js';
import type { Verification } from '../../src/verifier/verification.js';
import { BuiltModels } from '../support/built-models.js';
import { ToyLoad } from '../support/toy-load.js';
import { steps } from '../support/toy-story.js';
import { asRecorded, story } from './support/recorded-history.js';
import { inFolder, verify, verifyEvents } from './support/verifying.js';
import { write, writeData } from './support/written-ledger.js';

const PACK = join(__dirname, '../../samples/first-month');
const REPORT = join(PACK, 'expected/report.json');
const NOW = '2026-10-01T00:00:00Z';

describe('given the events of a real month', () => {
  const events = asRecorded(new ToyLoad(PACK).run().ledger.told.stored);
  const expected = readFileSync(REPORT, 'utf8');
  let found: Verification;

  beforeAll(() =>
    inFolder(async (folder) => {
      writeData(folder, events);
      found = await verify('data', folder, { report: REPORT });
    }),
  );

  it('the ledger verifies, and its report to the last figure', () => {
    expect(found.findings).toEqual([]);
    expect(found).toMatchObject({
      verified: true,
      ledger: { events: events.length },
      goods: { lots: 84, units: 40_582 },
    });
    expect(found.proved).toContain('every figure of the report follows from the events');
    expect(found.figures).toEqual(JSON.parse(expected));
  });

  it.each<[string, [from: string, to: string], object]>([
    [
      'a count',
      ['"available": 706', '"available": 707'],
      { path: 'skus[0].available', of: 'sku CLOUD-200G', told: '707', recomputed: '706' },
    ],
    [
      'an amount',
      ['69473.601738', '69473.601739'],
      { path: 'skus[0].onHandCost', told: '"69473.601739"', recomputed: '"69473.601738"' },
    ],
    ['its time', ['10:47:34.922', '10:47:34.923'], { path: 'asOf' }],
    ['a pool', ['"pool": "platform-a"', '"pool": "platform-b"'], { path: 'pools[1].pool' }],
    ['an import', ['"lines": 1301', '"lines": 1302'], { path: 'imports[0].lines', of: 'lotId LOT-0001' }],
    ['a refusal', ['"over_receipt"', '"over_receipts"'], { path: 'refusals[0].code', of: 'line 17' }],
    [
      'the replays',
      ['"replayed": 117', '"replayed": 118'],
      { path: 'replayed', told: '118', recomputed: '117' },
    ],
    [
      'a figure too many',
      ['"replayed": 117', '"replayed": 117, "more": 1'],
      { path: 'more', recomputed: 'nothing' },
    ],
  ])('another figure is named: %s', (_, [from, to], place) => {
    const changed: unknown = JSON.parse(expected.replace(from, to));
    expect(firstDifference(changed, found.figures)).toMatchObject(place);
  });
});

describe('any story', () => {
  it('verifies, and gives the figures that the read models give', async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (told) => {
        const events = story(told);
        const found = await verifyEvents(events);
        expect(found.findings).toEqual([]);
        const models = new BuiltModels().apply(events);
        const asked = report(models.queries, { at: instantOf(NOW) }, NOW);
        models.close();
        expect(found.figures).toEqual(asked);
      }),
      { numRuns: 40 },
    );
  });

  it('is reported as of the event that the report knew last', () =>
    inFolder(async (folder) => {
      const events = story();
      writeData(folder, events);
      const models = new BuiltModels().apply(events.slice(0, 20));
      write(folder, 'report.json', JSON.stringify(report(models.queries, { at: instantOf(NOW) }, NOW)));
      models.close();
      const file = join(folder, 'report.json');
      expect(await verify('data', folder, { report: file, reportSequence: 20 })).toMatchObject({
        verified: true,
      });
      const { verified, findings } = await verify('data', folder, { report: file });
      expect(verified).toBe(false);
      expect(findings).toMatchObject([
        { code: 'figure_differs', file, message: expect.stringContaining('the events say') as string },
      ]);
    }));
});
