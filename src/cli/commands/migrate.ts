import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { migrateLedger, type MigrationSummary } from '../../infrastructure/migration/migrate-ledger.js';
import type { Call, CliCommand } from '../command.js';
import { Pace } from '../migration/pace.js';
import { moveOf, openSource, openTarget, type Move } from '../migration/places.js';

/** Shares of a log are drawn in thousandths. */
const SHARE_UNITS = 1000;

export const migrateCommand: CliCommand = {
  name: 'migrate',
  summary: 'move the ledger to a cluster or back, event by event',
  usage: `migrate [--from PLACE] [--to PLACE]

Copies the ledger's whole log into an empty place and compares both, event by event. PLACE is esdb://… or a folder; the
one left out is SOURCEBOOK_EVENT_STORE where that is set, else the data directory. Stop every service that writes to
either place first. Interrupted and run again it goes on where it stopped; a place that holds anything else is refused.

  --from PLACE   where the ledger is
  --to PLACE     where it goes`,
  options: { from: { type: 'string' }, to: { type: 'string' } },
  positionals: { min: 0, max: 0 },
  async run(call) {
    const move = moveOf(call);
    const summary = await carryOver(call, move);
    call.output.clearProgress();
    if (call.json) call.output.json(summary);
    else printSummary(call, move, summary);
  },
};

async function carryOver({ configuration, output, signal }: Call, move: Move): Promise<MigrationSummary> {
  const source = await openSource(move.from, configuration.ledger);
  try {
    const target = await openTarget(move.to, configuration.ledger);
    try {
      const pace = new Pace();
      const onProgress: Parameters<typeof migrateLedger>[0]['onProgress'] = (progress) => {
        const label = pace.describe(progress, performance.now());
        output.progress(label, Math.round(progress.share * SHARE_UNITS), SHARE_UNITS);
      };
      return await migrateLedger({ source, target, onProgress, signal });
    } finally {
      await target.close();
    }
  } finally {
    await source.close();
  }
}

function printSummary({ output }: Call, move: Move, { events, inSequence, copied }: MigrationSummary): void {
  output.line(`copied ${copied} events; ${events - copied} were there from a run before`);
  output.line(
    output.colours.good(
      `Both places hold the same ${events} events in the same order, ${inSequence} of them in the ledger’s sequence.`,
    ),
  );
  output.heading('Before you start the service there');
  for (const step of nextSteps(move)) output.line(`  ${step}`);
}

function nextSteps({ from, to }: Move): readonly string[] {
  const keyFile = from.kind === 'directory' ? join(from.directory, 'master.key') : undefined;
  const hasKeyFile = keyFile !== undefined && existsSync(keyFile);
  const key = hasKeyFile ? `the content of ${keyFile}` : 'the same value as before';
  const starting =
    to.kind === 'cluster'
      ? [
          `Set SOURCEBOOK_MASTER_KEY to ${key} for every instance: no other key opens this ledger’s secrets.`,
          'Set SOURCEBOOK_EVENT_STORE, and SOURCEBOOK_DATA to an empty folder of each instance’s own.',
        ]
      : [
          hasKeyFile
            ? `Copy ${keyFile} to ${join(to.directory, 'master.key')} with mode 0600: no other key opens this ledger’s secrets.`
            : `Set SOURCEBOOK_MASTER_KEY to ${key}: no other key opens this ledger’s secrets.`,
          `Set SOURCEBOOK_DATA to ${to.directory} and leave SOURCEBOOK_EVENT_STORE unset.`,
        ];
  return [...starting, 'Never start the old place again: two histories cannot be joined.'];
}
