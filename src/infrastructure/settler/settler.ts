import { finishLeftWork, type Workshop } from '../../domain/processes/finish-left-work.js';
import { Contended } from '../../domain/shared/contended.js';
import type { CommandContext } from '../../domain/shared/ledger.js';
import { formatInstant, instantOf } from '../../domain/shared/time.js';
import type { UnsettledQuestions } from '../../projections/unsettled/questions.js';
import { StoreUnavailable } from '../event-store/event-store.js';
import type { EventSourcedLedger } from '../write-path/event-sourced-ledger.js';
import { leftBefore, type DatedWork } from './left-work.js';

/** How long something may stay unfinished before somebody else finishes it. */
const LEFT_AFTER_MS = 30_000;
/** How often it looks. */
const SWEEP_INTERVAL_MS = 5_000;

const MICROS_PER_MILLISECOND = 1000;

export interface SettlerSurroundings extends Omit<Workshop, 'context' | 'ledger'> {
  readonly ledger: EventSourcedLedger;
  /** Asks the read model of unfinished work. */
  readonly unsettled: <Result>(question: (questions: UnsettledQuestions) => Result) => Result;
  /** The writer's clock, as RFC 3339 text. */
  readonly now: () => string;
  readonly leftAfterMs?: number;
}

/**
 * Finishes what was left behind. It remembers nothing: what is left stands in the log, so a sweep that fails or a process
 * that dies is made up for by the next.
 */
export class Settler {
  private timer: NodeJS.Timeout | undefined;
  private sweeping: Promise<number> | undefined;

  constructor(private readonly surroundings: SettlerSurroundings) {}

  /** Sweeps now and then until it is stopped. @param onFailure told of what is no passing fault */
  start(onFailure: (error: unknown) => void): void {
    this.timer = setInterval(() => {
      this.sweeping ??= this.sweep()
        .catch((error: unknown) => {
          onFailure(error);
          return 0;
        })
        .finally(() => {
          this.sweeping = undefined;
        });
    }, SWEEP_INTERVAL_MS);
    this.timer.unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.sweeping;
  }

  /**
   * A piece that cannot be finished keeps no other from being.
   * @returns how many pieces were finished
   * @throws the first failure, once all were tried
   */
  async sweep(): Promise<number> {
    const { ledger, now, leftAfterMs = LEFT_AFTER_MS, unsettled } = this.surroundings;
    await ledger.flushLeftRiders();
    const moment = instantOf(now()) - leftAfterMs * MICROS_PER_MILLISECOND;
    const left = unsettled((questions) => leftBefore(questions, moment));
    let finished = 0;
    const failures: unknown[] = [];
    for (const piece of left) {
      try {
        if (await this.finish(piece)) finished += 1;
      } catch (error) {
        if (error instanceof StoreUnavailable) return finished;
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
    return finished;
  }

  /** @returns false when others are busy with it: the next sweep tries again */
  private async finish({ work, occurredAt }: DatedWork): Promise<boolean> {
    const { ledger, desk } = this.surroundings;
    const context = this.contextOf(work.kind, occurredAt);
    try {
      await finishLeftWork({ ledger, desk, context }, work);
      return true;
    } catch (error) {
      if (error instanceof Contended) return false;
      throw error;
    }
  }

  private contextOf(kind: string, occurredAt: string | undefined): CommandContext {
    const at = this.surroundings.now();
    const id = `settler/${kind}/${formatInstant(instantOf(at))}`;
    return {
      command: 'FinishLeftWork',
      commandId: id,
      actor: 'sourcebook',
      onBehalfOf: null,
      channel: 'process',
      correlationId: id,
      causationId: null,
      at: occurredAt ?? at,
    };
  }
}
