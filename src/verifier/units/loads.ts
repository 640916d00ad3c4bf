import { Misfit } from '../findings.js';
import { countOf, membersOf, objectsOf, textOf, textOrNullOf, type Members } from '../history/payloads.js';
import type { Rule, Rules, ToldEvent } from './told-event.js';

/** A refused line of a pack, as a report names it. */
export type ReportedRefusal = Readonly<Record<string, string | number>>;

export interface Load {
  readonly packDigest: string;
  lastLine: number;
  readonly counts: { done: number; replayed: number; refused: number };
  /** The last recorded line's time as the pack writes it; null before the first. */
  at: string | null;
  refusals: ReportedRefusal[];
  finished: boolean;
}

const OUTCOMES = ['done', 'replayed', 'refused'] as const;

/** What became of the lines of recorded packs. */
export class Loads {
  /** The load that started last. */
  newest: Load | undefined;
  private readonly byDigest = new Map<string, Load>();

  readonly rules: Rules = {
    LoadStarted: loadRule(({ payload }) => this.start(payload)),
    OperationsRecorded: loadRule((event) => this.record(event)),
    LoadFinished: loadRule(({ payload }) => this.finish(payload)),
  };

  private start(payload: Members): void {
    const packDigest = textOf(payload, 'packDigest');
    if (this.byDigest.has(packDigest)) throw new Misfit('recorded_twice', 'the load was started before');
    // Only the newest load's refusals are in a report.
    if (this.newest !== undefined) this.newest.refusals = [];
    const counts = { done: 0, replayed: 0, refused: 0 };
    this.newest = { packDigest, lastLine: 0, counts, at: null, refusals: [], finished: false };
    this.byDigest.set(packDigest, this.newest);
  }

  private record({ payload }: ToldEvent): void {
    const load = this.loadOf(payload);
    for (const outcome of objectsOf(payload, 'outcomes')) {
      const line = countOf(outcome, 'line', 1);
      if (line !== load.lastLine + 1)
        throw new Misfit(
          'counts_do_not_balance',
          `line ${line} is told where ${load.lastLine + 1} was expected`,
        );
      const kind = OUTCOMES.find((each) => each === outcome['outcome']);
      if (kind === undefined) throw new Misfit('bad_payload', `line ${line} has no outcome that there is`);
      load.lastLine = line;
      load.counts[kind] += 1;
      if (kind === 'refused' && load === this.newest) load.refusals.push(refusalOf(outcome, line));
    }
    load.at = textOf(payload, 'at');
  }

  private finish(payload: Members): void {
    const load = this.loadOf(payload);
    const { done, replayed, refused } = load.counts;
    const told = (['lines', 'done', 'replayed', 'refused'] as const).map((name) => countOf(payload, name));
    const fits = [load.lastLine, done, replayed, refused].every((count, index) => count === told[index]);
    if (!fits || textOrNullOf(payload, 'at') !== load.at)
      throw new Misfit('counts_do_not_balance', 'the load ends with other counts than its lines have');
    load.finished = true;
  }

  private loadOf(payload: Members): Load {
    const load = this.byDigest.get(textOf(payload, 'packDigest'));
    if (load === undefined) throw new Misfit('unknown_reference', 'the load was never started');
    if (load.finished) throw new Misfit('recorded_twice', 'the load had ended');
    return load;
  }
}

function refusalOf(outcome: Members, line: number): ReportedRefusal {
  const ids = outcome['ids'] === null ? {} : membersOf(outcome['ids'], 'ids');
  const named = Object.fromEntries(Object.keys(ids).map((name) => [name, textOf(ids, name)]));
  return { line, op: textOf(outcome, 'op'), code: textOf(outcome, 'code'), ...named };
}

function loadRule(apply: Rule['apply']): Rule {
  return {
    versions: [1],
    stream: (payload, names) => names.of('load', textOf(payload, 'packDigest')),
    apply,
  };
}
