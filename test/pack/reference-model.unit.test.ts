import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { answersOf } from '../support/reference/answers.js';
import { ReferenceModel } from '../support/reference/model.js';

const PACK = resolve(__dirname, '../../samples/first-month');

/** The model is the judge of random packs: here it is judged itself. */
describe('the reference model, on samples/first-month', () => {
  const answers = answersOf(new ReferenceModel(PACK).run());
  const expected = (file: string): unknown => JSON.parse(readFileSync(join(PACK, 'expected', file), 'utf8'));

  it('gives the expected report, in its order', () => {
    expect(JSON.stringify(answers.report, null, 1)).toEqual(JSON.stringify(expected('report.json'), null, 1));
  });

  it('gives every expected trace', () => {
    const rows = expected('traces.json') as Record<string, unknown>[];
    const places = new Set(
      rows.map(({ merchantId, orderNo, unit }) => JSON.stringify([merchantId, orderNo, unit])),
    );
    const traced = answers.traces.filter(({ merchantId, orderNo, unit }) =>
      places.has(JSON.stringify([merchantId, orderNo, unit])),
    );
    expect(JSON.stringify(traced, null, 1)).toEqual(JSON.stringify(rows, null, 1));
  });

  it('gives every expected key', () => {
    const rows = expected('keys.json') as Record<string, unknown>[];
    const ids = new Set(rows.map(({ keyId }) => keyId));
    const keys = answers.keys.filter(({ keyId }) => ids.has(keyId));
    expect(JSON.stringify(keys, null, 1)).toEqual(JSON.stringify(rows, null, 1));
  });
});
