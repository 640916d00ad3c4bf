import { Misfit } from '../findings.js';
import { SetOf128Bits } from '../history/set-of-128-bits.js';
import { countOf, textOf, textOrNullOf, type Members } from '../history/payloads.js';
import { countsOf, requireSameTerms, termsOf, type LineCounts } from './import-terms.js';
import { Lot, type Lots, type LotTerms } from './lots.js';
import { acceptedOf, type PurchaseOrders } from './purchase-orders.js';
import { RegisteredKeys } from './registered-keys.js';
import type { Rule, Rules, ToldEvent } from './told-event.js';

type ImportState = 'open' | 'completed' | 'abandoned';

interface Import {
  readonly terms: LotTerms;
  readonly counts: LineCounts;
  state: ImportState;
  /** Units that its receipt took of the order line; undefined without one. */
  receipt: number | undefined;
  receiptCancelled: boolean;
}

interface OpenImport {
  readonly import: Import;
  readonly opened: Members;
  readonly keys: RegisteredKeys;
}

/** How key files became lots: one import at a time, each whole or not at all. */
export class Imports {
  /** What became of the lines of every received lot's file, by lot. */
  readonly receipts = new Map<string, LineCounts>();
  private readonly byAttempt = new Map<string, Import>();
  private readonly knownKeys = new SetOf128Bits();
  private current: OpenImport | undefined;

  constructor(
    private readonly lots: Lots,
    private readonly purchaseOrders: PurchaseOrders,
  ) {}

  readonly rules: Rules = {
    ImportOpened: registryRule((event) => this.open(event)),
    KeysRegistered: registryRule(({ payload, sequence }) => {
      const { import: of, keys } = this.openImport(payload);
      requireLot(of, payload);
      keys.add(payload, sequence);
    }),
    DuplicateKeysFound: registryRule(({ payload }) => this.checkDuplicates(payload)),
    ImportRefused: registryRule(({ payload }) => {
      countsOf(payload);
    }),
    ImportCompleted: registryRule((event) => this.complete(event)),
    ImportAbandoned: registryRule(({ payload }) => {
      const { import: abandoned } = this.openImport(payload);
      requireLot(abandoned, payload);
      abandoned.state = 'abandoned';
      this.current = undefined;
    }),
    LotReceiptRecorded: receiptRule((event) => this.recordReceipt(event)),
    LotReceiptCancelled: receiptRule((event) => this.cancelReceipt(event)),
  };

  get keysKnown(): number {
    return this.knownKeys.size;
  }

  get bytes(): number {
    return this.knownKeys.bytes;
  }

  /** The lot of an import that is still open at the end, if one is. */
  get unfinished(): string | undefined {
    return this.current?.import.terms.lotId;
  }

  private open({ payload }: ToldEvent): void {
    if (this.current !== undefined)
      throw new Misfit('import_state', `the import of ${this.current.import.terms.lotId} is still open`);
    const terms = termsOf(payload);
    const { attempt, lotId } = terms;
    if (this.byAttempt.has(attempt))
      throw new Misfit('recorded_twice', `import attempt ${attempt} was opened before`);
    if (this.lots.byId.has(lotId)) throw new Misfit('recorded_twice', `lot ${lotId} was received before`);
    this.purchaseOrders.requireLine(terms);
    const counts = countsOf(payload);
    const opened: Import = { terms, counts, state: 'open', receipt: undefined, receiptCancelled: false };
    this.byAttempt.set(attempt, opened);
    this.current = {
      import: opened,
      opened: payload,
      keys: new RegisteredKeys(counts.lines, this.lots.days),
    };
  }

  private openImport(payload: Members): OpenImport {
    const attempt = textOf(payload, 'attempt');
    if (this.current?.import.terms.attempt === attempt) return this.current;
    throw new Misfit('import_state', `import attempt ${attempt} is not open`);
  }

  private checkDuplicates(payload: Members): void {
    const duplicates = [countOf(payload, 'duplicateInFile'), countOf(payload, 'duplicateInLedger')] as const;
    if (textOrNullOf(payload, 'attempt') === null) return;
    const { duplicateInFile, duplicateInLedger } = this.openImport(payload).import.counts;
    if (duplicates[0] !== duplicateInFile || duplicates[1] !== duplicateInLedger)
      throw new Misfit('counts_do_not_balance', 'its duplicates are not those that the import counted');
  }

  private complete({ payload }: ToldEvent): void {
    const { import: completed, opened, keys } = this.openImport(payload);
    requireSameTerms(opened, payload);
    const { terms, counts } = completed;
    if (keys.nextSerial - 1 !== terms.size) {
      throw new Misfit(
        'counts_do_not_balance',
        `lot ${terms.lotId} has ${keys.nextSerial - 1} registered keys, and accepted ${terms.size}`,
      );
    }
    if (completed.receipt === undefined || completed.receiptCancelled)
      throw new Misfit('import_state', `purchase order ${terms.poId} has no receipt of lot ${terms.lotId}`);
    keys.makeKnown(this.knownKeys);
    completed.state = 'completed';
    this.lots.byId.set(terms.lotId, new Lot(terms, keys.expiries(terms.size)));
    this.receipts.set(terms.lotId, counts);
    this.current = undefined;
  }

  private importOfReceipt(payload: Members): Import {
    const attempt = textOf(payload, 'attempt');
    const found = this.byAttempt.get(attempt);
    if (found === undefined)
      throw new Misfit('unknown_reference', `import attempt ${attempt} was never opened`);
    requireLot(found, payload);
    return found;
  }

  /** Whoever stalled may record a receipt after the import was given up; it is cancelled in turn. */
  private recordReceipt({ payload }: ToldEvent): void {
    const found = this.importOfReceipt(payload);
    const accepted = acceptedOf(payload);
    if (found.receipt !== undefined || found.receiptCancelled || found.state === 'completed')
      throw new Misfit(
        'recorded_twice',
        `the receipt of lot ${found.terms.lotId} was recorded or cancelled before`,
      );
    if (accepted !== found.terms.size) throw receiptDiffers(found, accepted);
    this.purchaseOrders.receive(found.terms.poId, found.terms.sku, accepted);
    found.receipt = accepted;
  }

  private cancelReceipt({ payload }: ToldEvent): void {
    const found = this.importOfReceipt(payload);
    const accepted = acceptedOf(payload);
    if (found.state !== 'abandoned' || found.receiptCancelled)
      throw new Misfit(
        'import_state',
        `the receipt of lot ${found.terms.lotId} is cancelled, but its import is ${found.state}`,
      );
    if (accepted !== (found.receipt ?? 0)) throw receiptDiffers(found, accepted);
    this.purchaseOrders.giveBack(found.terms.poId, found.terms.sku, accepted);
    found.receiptCancelled = true;
  }
}

function registryRule(apply: Rule['apply']): Rule {
  return { versions: [1], stream: (_, names) => names.of('keyregistry'), apply };
}

function receiptRule(apply: Rule['apply']): Rule {
  return {
    versions: [1],
    stream: (payload, names) => names.of('purchaseorder', textOf(payload, 'poId')),
    apply,
  };
}

/** Says the event's lot again. @throws Misfit where it is another than the import's */
function requireLot({ terms }: Import, payload: Members): void {
  for (const name of ['lotId', 'poId', 'sku'] as const) {
    if (payload[name] !== undefined && payload[name] !== terms[name])
      throw new Misfit('terms_differ', `its ${name} is not that of import ${terms.attempt}`);
  }
}

function receiptDiffers({ terms, receipt }: Import, accepted: number): Misfit {
  return new Misfit(
    'counts_do_not_balance',
    `a receipt of ${accepted} units of lot ${terms.lotId} does not fit the import's ${receipt ?? terms.size}`,
  );
}
