import type { KnownAbout } from '../shared/as-of.js';
import { boundsOf } from '../shared/as-of.js';
import type { Statement, Tables } from '../shared/tables.js';
import { LOT_COLUMN_OF } from './lots.js';
import type { Source, SourceReach } from './questions.js';

type MerchantRow = SourceReach['merchants'][number];
type ReceivedRow = Pick<SourceReach, 'lots' | 'keysReceived'>;

function reachedSql(source: string): string {
  return `
    SELECT o.merchant_id AS merchantId, count(DISTINCT m.order_sequence) AS orders,
      sum(m.last_serial - m.first_serial + 1) AS keys
    FROM ${source} CROSS JOIN orders o ON o.sequence = m.order_sequence
    CROSS JOIN facts ON facts.sequence = m.sequence AND facts.occurred <= $occurredUntil
    GROUP BY o.merchant_id ORDER BY o.merchant_id`;
}

const ISSUED_UNDER = reachedSql(
  `(SELECT * FROM movements WHERE authorisation_id = $id AND kind = 'issued' AND sequence <= $sequence) m`,
);

function issuedOf(column: string): string {
  return reachedSql(`
    (SELECT lot_number FROM lots
     WHERE ${column} = $id AND received_sequence <= $sequence AND received_at <= $occurredUntil) l
    CROSS JOIN movements m ON m.lot_number = l.lot_number AND m.kind = 'issued' AND m.sequence <= $sequence`);
}

function receivedOf(column: string): string {
  return `
    SELECT count(*) AS lots, coalesce(sum(accepted), 0) AS keysReceived FROM lots
    WHERE ${column} = $id AND received_sequence <= $sequence AND received_at <= $occurredUntil`;
}

interface Statements {
  readonly reached: Statement<MerchantRow>;
  readonly received: Statement<ReceivedRow>;
}

/** How far a source reaches, added up where the rows are. */
export class ReachReader {
  private readonly statements: ReadonlyMap<Source['kind'], Statements>;

  constructor(tables: Tables) {
    const kinds = Object.entries(LOT_COLUMN_OF) as [Source['kind'], string][];
    this.statements = new Map(
      kinds.map(([kind, column]) => {
        const reached = kind === 'authorisation' ? ISSUED_UNDER : issuedOf(column);
        return [kind, { reached: tables.prepare(reached), received: tables.prepare(receivedOf(column)) }];
      }),
    );
  }

  reach(known: KnownAbout, { kind, id }: Source): SourceReach {
    const [sequence, occurredUntil] = boundsOf(known);
    const about = { id, sequence, occurredUntil };
    const statements = this.statements.get(kind);
    const merchants = statements?.reached.all(about) ?? [];
    const { lots, keysReceived } = statements?.received.get(about) ?? { lots: 0, keysReceived: 0 };
    return {
      lots,
      keysReceived,
      keysIssued: merchants.reduce((sum, { keys }) => sum + keys, 0),
      orders: merchants.reduce((sum, { orders }) => sum + orders, 0),
      merchants,
    };
  }
}
