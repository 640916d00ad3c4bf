import { Injectable } from '@nestjs/common';
import { invalid } from '../../domain/shared/faults.js';
import type { HttpRequest } from '../http/request.js';
import type { QueryParameter } from '../openapi/route.js';
import { oneOf } from '../openapi/schema.js';
import { LogDesk } from './log-desk.js';

/** How far a command's answer waits, beyond being durable. */
export type Wait = 'sequence' | 'checkpoint';

export const WAIT_PARAMETER: QueryParameter = {
  name: 'wait',
  schema: oneOf('sequence', 'checkpoint'),
  description:
    'the answer waits up to 5 s until its place in the sequence is known, or a signed checkpoint covers it; what is not known by then is left out',
};

/** Where what an answer tells stands in the ledger's sequence; each left out while it is not known. */
export interface Placement {
  readonly sequence?: number;
  /** Of a signed checkpoint that covers it. */
  readonly checkpointSize?: number;
}

/** What a request asks to wait for. @throws Refusal `invalid`, so it is read before anything is done */
export function readWait({ query }: HttpRequest): Wait | undefined {
  const wait = (query as Readonly<Record<string, unknown>> | undefined)?.['wait'];
  if (wait === undefined || wait === 'sequence' || wait === 'checkpoint') return wait;
  throw invalid([{ field: 'wait', message: 'must be sequence or checkpoint' }]);
}

/** Waits for the tree that follows the log. What was recorded stays recorded, however the wait ends. */
@Injectable()
export class PlacementDesk {
  constructor(private readonly log: LogDesk) {}

  async placeOf(position: number, wait: Wait): Promise<Placement> {
    const sequence = await this.log.sequenceWhenAt(position);
    if (sequence === undefined) return {};
    if (wait === 'sequence') return { sequence };
    const checkpointSize = await this.log.checkpointSizeWhenCovering(sequence);
    return checkpointSize === undefined ? { sequence } : { sequence, checkpointSize };
  }
}
