import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { instantOf } from '../../src/domain/shared/time.js';
import { loadPack } from '../../src/infrastructure/pack/load-pack.js';
import type { ReadModels } from '../../src/infrastructure/projection-runner/read-models.js';
import { report } from '../../src/projections/report/report.js';
import { RecordingLedger } from '../support/recording-ledger.js';
import { answersOf, type Answers } from '../support/reference/answers.js';
import { ReferenceModel } from '../support/reference/model.js';
import { writeRandomPack } from '../support/reference/random-pack.js';

/** Rules are tested here, not durability: in memory a pack takes a tenth of the time. */
const TEMPORARY = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

/** More packs, or other ones: SOURCEBOOK_RANDOM_PACKS=100 SOURCEBOOK_RANDOM_SEED=1000 npx jest test/pack/random */
const PACKS = Number(process.env['SOURCEBOOK_RANDOM_PACKS'] ?? 12);
const FIRST_SEED = Number(process.env['SOURCEBOOK_RANDOM_SEED'] ?? 1);
const OPERATIONS = 400;

/** The ledger's answers to everything that the model answers. */
function askAll(readModels: ReadModels, expected: Answers): Answers {
  const names = ['inventory', 'cost', 'traceability', 'loads'] as const;
  return readModels.read(names, (sources, { sequence }) => {
    const asOfText = sources.loads.newest({ sequence })?.asOf ?? '';
    const asOf = { sequence, at: instantOf(asOfText) };
    const orders = new Map(
      expected.traces.map(({ merchantId, orderNo }) => [
        JSON.stringify([merchantId, orderNo]),
        [merchantId, orderNo] as [string, string],
      ]),
    );
    return {
      report: report(sources, asOf, asOfText),
      traces: [...orders.values()].flatMap(
        ([merchantId, orderNo]) => sources.traceability.traceOrder({ sequence }, merchantId, orderNo) ?? [],
      ) as never,
      keys: expected.keys.map(({ keyId }) => sources.traceability.traceKey(asOf, keyId as string)) as never,
    };
  }).value;
}

const lines = (value: unknown): string[] => JSON.stringify(value, null, 1).split('\n');

describe('packs that nobody wrote by hand', () => {
  const seeds = Array.from({ length: PACKS }, (_, index) => FIRST_SEED + index);

  it.each(seeds)('pack %i: report, every trace and every key are those of the rules', async (seed) => {
    const directory = mkdtempSync(join(TEMPORARY, 'sourcebook-pack-'));
    const pack = join(directory, 'pack');
    writeRandomPack(pack, seed, OPERATIONS);
    const expected = answersOf(new ReferenceModel(pack).run());
    const ledger = await RecordingLedger.at(join(directory, 'data'));
    try {
      await loadPack(
        { commands: ledger.commands, ledger: ledger.open.ledger },
        { directory: pack, actor: 'tester' },
      );
      const answers = askAll(await ledger.caughtUp(), expected);
      expect(lines(answers.report)).toEqual(lines(expected.report));
      expect(lines(answers.traces)).toEqual(lines(expected.traces));
      expect(lines(answers.keys)).toEqual(lines(expected.keys));
    } finally {
      await ledger.close();
      rmSync(directory, { recursive: true });
    }
  });
});
