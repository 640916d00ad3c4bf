import { Controller, Get, Inject } from '@nestjs/common';
import { ApiResponse, ApiTags } from '@nestjs/swagger';
import type { EventStore } from '../../infrastructure/event-store/event-store.js';
import { OPEN_LEDGER, type OpenLedger } from '../../infrastructure/host/open-ledger.js';
import { ReadModels } from '../../infrastructure/projection-runner/read-models.js';
import { READ_MODEL_NAMES } from '../../projections/registry.js';
import { HttpAnswer } from '../http/answer.js';
import { Route } from '../openapi/route.js';
import { flag, listOf, objectOf, oneOf, orNull, text, wholeNumber } from '../openapi/schema.js';
import { READ_MODELS } from '../queries/read-model-desk.js';

/** How long the store may take to say where its log ends. */
const STORE_ANSWER_MS_MAX = 2000;

interface ModelReadiness {
  readonly model: string;
  readonly standing: 'running' | 'stopped' | 'building';
  /** Null before its first build serves. */
  readonly sequence: number | null;
  /** Whether it had applied all that the store held a moment ago. */
  readonly caughtUp: boolean;
}

interface Readiness {
  readonly ready: boolean;
  readonly store: 'answers' | 'silent';
  readonly readModels: readonly ModelReadiness[];
}

const readiness = objectOf<Readiness>({
  ready: flag,
  store: oneOf('answers', 'silent'),
  readModels: listOf(
    objectOf<ModelReadiness>({
      model: text,
      standing: oneOf('running', 'stopped', 'building'),
      sequence: orNull(wholeNumber),
      caughtUp: flag,
    }),
  ),
});

@ApiTags('health')
@Controller('health')
export class HealthController {
  private readonly store: EventStore;

  constructor(
    @Inject(OPEN_LEDGER) { store }: Pick<OpenLedger, 'store'>,
    @Inject(READ_MODELS) private readonly models: ReadModels,
  ) {
    this.store = store;
  }

  @Get('live')
  @Route({
    permission: 'health:read',
    summary: 'Whether the process answers at all',
    answer: objectOf<{ live: boolean }>({ live: flag }),
  })
  live(): { readonly live: true } {
    return { live: true };
  }

  @Get('ready')
  @Route({
    permission: 'health:read',
    summary: 'Whether the store answers and every read model runs',
    description: 'Status 503 with the same body where it is not ready.',
    answer: readiness,
  })
  @ApiResponse({
    status: 503,
    description: 'not ready',
    content: { 'application/json': { schema: { ...readiness } } },
  })
  async ready(): Promise<HttpAnswer> {
    const head = await headWithin(this.store, STORE_ANSWER_MS_MAX);
    const known = new Map(this.models.status().map((status) => [status.model, status]));
    const readModels = READ_MODEL_NAMES.map((model): ModelReadiness => {
      const status = known.get(model);
      if (status === undefined) return { model, standing: 'building', sequence: null, caughtUp: false };
      const standing = status.stopped === null ? 'running' : 'stopped';
      return {
        model,
        standing,
        sequence: status.sequence,
        caughtUp: head !== undefined && status.position >= head,
      };
    });
    const ready = head !== undefined && readModels.every(({ standing }) => standing === 'running');
    const body: Readiness = { ready, store: head === undefined ? 'silent' : 'answers', readModels };
    return new HttpAnswer(body, { status: ready ? 200 : 503 });
  }
}

/** Undefined where the store does not answer in time, or answers that it cannot: then nothing more is to be known. */
async function headWithin(store: EventStore, timeoutMs: number): Promise<number | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), timeoutMs);
  });
  try {
    return await Promise.race([store.head().catch(() => undefined), timeout]);
  } finally {
    clearTimeout(timer);
  }
}
