import type { ReadModels } from '../../infrastructure/projection-runner/read-models.js';
import type { ForwardRow, LotView, Source, SourceReach } from '../../projections/traceability/questions.js';
import type { Page, PageRequest } from '../../projections/shared/page.js';
import { ask } from '../access/reading.js';

/** Everything that a recall has to deal with. */
export interface Recall {
  readonly source: Source;
  readonly sequence: number;
  /** Bought from the source, whether sold or not. */
  readonly lots: readonly LotView[];
  readonly reach: SourceReach;
  /** Every sale and replacement of its keys, void ones too. */
  readonly rows: readonly ForwardRow[];
  /** Of an authorisation: keys that were bought under it and sold under another. */
  readonly soldUnderAnother: readonly ForwardRow[];
}

const PAGE_ROWS = 1000;

/** From an authorisation or a lot to every order and merchant concerned; undefined where the ledger knows neither. */
export function recallOf(readModels: ReadModels, source: Source): Recall | undefined {
  return ask(readModels, ['traceability'], ({ traceability }, { sequence }) => {
    const known = { sequence };
    const lots = allOf((page) => traceability.lots(known, page, source));
    const rows = allOf((page) => traceability.forward(known, source, page));
    const soldUnderAnother =
      source.kind === 'authorisation'
        ? lots.flatMap(({ lotId }) => {
            const sold = allOf((page) => traceability.forward(known, { kind: 'lot', id: lotId }, page));
            return sold.filter(({ authorisationId }) => authorisationId !== source.id);
          })
        : [];
    if (lots.length === 0 && rows.length === 0) return undefined;
    return { source, sequence, lots, reach: traceability.reach(known, source), rows, soldUnderAnother };
  }).value;
}

function allOf<Row>(pageOf: (request: PageRequest) => Page<Row>): Row[] {
  const rows: Row[] = [];
  let after: string | undefined;
  do {
    const page = pageOf({ limit: PAGE_ROWS, ...(after === undefined ? {} : { after }) });
    rows.push(...page.rows);
    after = page.next ?? undefined;
  } while (after !== undefined);
  return rows;
}
