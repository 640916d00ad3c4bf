import { encodeBase64 } from '../proof/base64.js';
import { firstDifference } from './figures/difference.js';
import { figuresOf, type Figures } from './figures/figures.js';
import { Findings, Misfit, type EventPlace } from './findings.js';
import { History } from './history/history.js';
import { momentOf } from './history/moments.js';
import { checkLog, type LogVerdict } from './log/check-log.js';
import { EventTree } from './log/event-tree.js';
import { IssuedCheckpoints } from './log/issued-checkpoints.js';
import { TransparencyModel } from './log/read-model.js';
import type { KeptCheckpoint } from './log/signed-checkpoints.js';
import type { TrustedKeys } from './log/trusted-keys.js';
import type { VerifyOptions } from './options.js';
import { breathe, type TellProgress } from './progress.js';
import { statementsOf } from './report/statements.js';
import { ExportFolderSource } from './source/export-folder.js';
import { LedgerFileSource } from './source/ledger-file.js';
import { placeOf, type LedgerSource, type SourceEvent } from './source/ledger-source.js';
import { StreamNames } from './source/stream-names.js';
import { Goods } from './units/goods.js';
import type { Verification } from './verification.js';

/** What a run needs of the world. */
export interface Surroundings {
  readonly progress: TellProgress;
  readonly signal?: AbortSignal;
  /** RFC 3339: when figures are judged where neither a report nor a load says it. */
  readonly now: string;
}

interface Asked extends Surroundings {
  readonly report: Readonly<Record<string, unknown>> | undefined;
  readonly reportSequence: number | undefined;
}

/** What is held against the history once it was read. */
export interface Witnesses {
  readonly kept: readonly KeptCheckpoint[];
  readonly given: TrustedKeys | undefined;
  readonly reportFile: string | undefined;
}

/** One pass over a ledger, and what follows from it. */
export class LedgerRun {
  private readonly findings = new Findings();
  private readonly tree = new EventTree();
  private readonly issued = new IssuedCheckpoints(this.tree);
  private readonly goods: Goods;
  private readonly history: History;
  private figures: Figures | undefined;

  private constructor(
    private readonly kind: VerifyOptions['source']['kind'],
    private readonly source: LedgerSource,
    private readonly model: TransparencyModel | undefined,
    private readonly asked: Asked,
  ) {
    const names = new StreamNames(source.ledger ?? ledgerOfFirst(source));
    const { findings, tree, issued } = this;
    this.goods = new Goods(names);
    this.history = new History({ names, findings, tree, goods: this.goods, issued, model });
  }

  /** @throws UnusableSource */
  static of({ kind, path }: VerifyOptions['source'], asked: Asked): LedgerRun {
    if (kind === 'export') return new LedgerRun(kind, new ExportFolderSource(path), undefined, asked);
    // Before the ledger, which it follows: so it is never ahead of what is read.
    const model = openModel(path);
    try {
      const run = new LedgerRun(
        kind,
        new LedgerFileSource(path),
        model instanceof Misfit ? undefined : model,
        asked,
      );
      if (model instanceof Misfit)
        run.findings.add({ code: model.code, message: model.message, file: 'read-models' });
      return run;
    } catch (error) {
      if (!(model instanceof Misfit)) model?.close();
      throw error;
    }
  }

  get isEmpty(): boolean {
    return this.history.events === 0 && this.findings.total === 0;
  }

  close(): void {
    this.source.close();
    this.model?.close();
  }

  async readHistory(): Promise<void> {
    const { asked, history, tree, source } = this;
    try {
      for (const batch of source.batches()) {
        for (const event of batch) this.take(event);
        tree.keep();
        asked.progress(history.events + history.asideEvents, source.expected);
        await breathe();
        asked.signal?.throwIfAborted();
      }
    } catch (error) {
      if (!(error instanceof Misfit)) throw error;
      // Nothing can be read after it.
      this.findings.add({ code: error.code, message: error.message, file: source.name });
    }
  }

  private take(event: SourceEvent): void {
    this.history.take(event);
    if (event.sequence !== null && event.sequence === this.asked.reportSequence)
      this.figures = this.recomputed();
  }

  conclude({ kept, given, reportFile }: Witnesses): Verification {
    const { findings, tree, goods, history, model, source } = this;
    const folder = this.kind === 'export' ? source.name : undefined;
    const log = checkLog({
      findings,
      tree,
      genesis: goods.genesis,
      issuedSize: this.issued.confirmedSize,
      kept,
      given,
      folder,
      model,
      differingLeaf: history.differingLeaf,
      placeAt: (sequence) => this.placeAt(sequence),
    });
    const figures = this.figures ?? this.recomputed();
    if (reportFile !== undefined) this.compareReport(reportFile, figures);
    return this.verification(log, figures, reportFile !== undefined);
  }

  private compareReport(file: string, figures: Figures): void {
    const difference = firstDifference(this.asked.report, figures);
    if (difference === undefined) return;
    const { path, of, told, recomputed } = difference;
    const where = of === undefined ? path : `${path} (${of})`;
    const message = `${where}: the report says ${told}, the events say ${recomputed}`;
    this.findings.add({ code: 'figure_differs', message, file });
  }

  private verification(log: LogVerdict, figures: Figures, reportCompared: boolean): Verification {
    const { findings, tree, goods, history, issued } = this;
    const verified = findings.total === 0;
    const found = {
      verified,
      source: this.source.name,
      ledger: {
        ledgerId: goods.genesis.ledgerId ?? null,
        origins: goods.genesis.origins,
        events: history.events,
        asideEvents: history.asideEvents,
        streams: history.revisions.streams,
        root: encodeBase64(tree.rootAt(tree.size)),
      },
      goods: {
        lots: goods.lots.opened.length,
        units: goods.lots.opened.reduce((sum, { terms }) => sum + terms.size, 0),
        keys: goods.imports.keysKnown,
        orders: goods.orders.fulfilled,
        unfinished: {
          imports: goods.imports.unfinished === undefined ? 0 : 1,
          reservations: goods.reservations.unused,
          refunds: goods.refunds.unfinished,
        },
      },
      checkpoints: { issued: issued.count, confirmedSize: log.confirmedSize, signed: log.signed },
      findings: findings.told,
      findingsTotal: findings.total,
      figures,
      memoryBytes: this.memoryBytes(),
    };
    const compared = { reportCompared, tilesCompared: log.tilesCompared, modelSize: this.model?.size };
    return { ...found, ...statementsOf(found, goods.genesis.forks, compared) };
  }

  private recomputed(): Figures {
    const told = this.asked.report?.['asOf'];
    return figuresOf(
      this.goods,
      typeof told === 'string' && momentOf(told) !== undefined ? told : this.asked.now,
    );
  }

  private placeAt(sequence: number): EventPlace | undefined {
    for (const batch of this.source.batches()) {
      const found = batch.find((event) => event.sequence === sequence);
      if (found !== undefined) return placeOf(found);
    }
    return undefined;
  }

  private memoryBytes(): number {
    const { goods, history, tree } = this;
    const units = goods.lots.opened.reduce((sum, lot) => sum + lot.bytes, 0);
    return history.ids.bytes + goods.imports.bytes + units + tree.size * 33;
  }
}

/** A read model that cannot be read is a finding; the ledger is verified all the same. */
function openModel(directory: string): TransparencyModel | Misfit | undefined {
  try {
    return TransparencyModel.in(directory);
  } catch (error) {
    if (error instanceof Misfit) return error;
    throw error;
  }
}

/** Where the source does not say it, the first event does. */
function ledgerOfFirst(source: LedgerSource): string {
  try {
    for (const [first] of source.batches()) return first?.stream.split('.')[0] ?? '';
  } catch (error) {
    if (!(error instanceof Misfit)) throw error;
  }
  return '';
}
