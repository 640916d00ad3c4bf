import { withReadModels } from '../access/reading.js';
import type { CliCommand } from '../command.js';
import { AS_OF_OPTIONS, AS_OF_USAGE, readAskedMoment } from '../questions/moments.js';
import { readReport } from '../questions/report.js';
import { printReport } from '../rendering/report-tables.js';

export const reportCommand: CliCommand = {
  name: 'report',
  summary: 'stock, cost, import receipts and refusals',
  usage: `report [--as-of M [--occurred]] [--json]

Stock and cost of every product, its pools, the receipts of imported key files and the refusals of the newest load.
Expiry and authorisation are judged at that load's last operation, or now where there is none; as of a time, then.

${AS_OF_USAGE}`,
  options: AS_OF_OPTIONS,
  positionals: { min: 0, max: 0 },
  async run(call) {
    const { configuration, output, json } = call;
    const asked = readAskedMoment(call);
    const report = await withReadModels(configuration, (readModels) =>
      readReport(readModels, new Date().toISOString(), asked),
    );
    if (json) output.json(report);
    else printReport(output, report);
  },
};
