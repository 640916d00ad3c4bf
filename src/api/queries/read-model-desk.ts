import { Inject, Injectable } from '@nestjs/common';
import { instantOf, type Instant } from '../../domain/shared/time.js';
import { ReadModels, type Answer } from '../../infrastructure/projection-runner/read-models.js';
import type { ReadModelName, ReadModelQueries } from '../../projections/registry.js';
import type { AsOfAbout } from '../../projections/shared/as-of.js';
import { ApiProblem } from '../problems/problem.js';
import type { Asked } from './asked.js';

/** What the read models are injected as. */
export const READ_MODELS = Symbol('ReadModels');

/** How long a question waits for its `minPosition` at most. */
export const WAIT_MS_MAX = 5000;

/** An answer with the moment at which expiry and authorisation were judged. */
export interface Judged<Value> extends Answer<Value> {
  readonly at: Instant;
}

type Question<Name extends ReadModelName, Value> = (
  queries: Pick<ReadModelQueries, Name>,
  asOf: AsOfAbout,
) => Value;

/** Asks read models at the position and moment that the caller wants. */
@Injectable()
export class ReadModelDesk {
  constructor(@Inject(READ_MODELS) private readonly models: ReadModels) {}

  /**
   * Several models answer about the same ledger. The answer's sequence is how much of it counted.
   * @throws ApiProblem `position_not_reached`, `read_model_stopped` or `read_model_behind`
   */
  async ask<Name extends ReadModelName, Value>(
    asked: Asked,
    names: readonly Name[],
    question: Question<Name, Value>,
  ): Promise<Judged<Value>> {
    if (asked.minPosition !== undefined) await this.waitFor(asked.minPosition, names);
    const at = judgedAt(asked);
    const about = asked.occurredUntil === undefined ? {} : { occurredUntil: asked.occurredUntil };
    const consulted = asked.asOf?.kind === 'time' ? [...new Set([...names, 'moments' as const])] : names;
    let counted: number | undefined;
    const answer = this.models.read<Name | 'moments', Value>(consulted, (queries, known) => {
      counted =
        this.sequenceOf(asked, queries, known.sequence) ?? (names.length > 1 ? known.sequence : undefined);
      const asOf = { at, ...about, ...(counted === undefined ? {} : { sequence: counted }) };
      return question(queries, asOf);
    });
    return { ...answer, sequence: counted ?? answer.sequence, at };
  }

  private sequenceOf(
    { asOf }: Asked,
    queries: Pick<ReadModelQueries, 'moments'>,
    known: number,
  ): number | undefined {
    if (asOf === undefined) return undefined;
    if (asOf.kind === 'time') return Math.min(queries.moments.sequenceAsOf(asOf.instant), known);
    if (asOf.sequence <= known) return asOf.sequence;
    const message = `the read models know the ledger up to sequence ${known}, not ${asOf.sequence}; ask again later`;
    throw new ApiProblem('read_model_behind', message);
  }

  private async waitFor(position: number, names: readonly ReadModelName[]): Promise<void> {
    if (await this.models.waitFor(position, WAIT_MS_MAX, names)) return;
    const stopped = this.models
      .status()
      .filter(({ model, stopped }) => stopped !== null && (names as readonly string[]).includes(model));
    if (stopped.length > 0) {
      const list = stopped.map(({ model }) => model).join(', ');
      const message = `stopped before that position: ${list}; see /v1/projections, or ask without minPosition`;
      throw new ApiProblem('read_model_stopped', message);
    }
    const message = `the position was not reached within ${WAIT_MS_MAX / 1000} s; ask again`;
    throw new ApiProblem('position_not_reached', message);
  }
}

/** A question about then is judged then, unless another moment is named. */
function judgedAt({ at, asOf, occurredUntil }: Asked): Instant {
  return at ?? occurredUntil ?? (asOf?.kind === 'time' ? asOf.instant : now());
}

function now(): Instant {
  return instantOf(new Date().toISOString());
}
