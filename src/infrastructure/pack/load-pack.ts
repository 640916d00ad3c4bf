import { basename } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Command, CommandBus } from '@nestjs/cqrs';
import type { LoadCommand } from '../../domain/load/decide.js';
import type { LineOutcome } from '../../domain/load/events.js';
import type { LoadState } from '../../domain/load/state.js';
import { loadTarget } from '../../domain/processes/targets.js';
import { Contended } from '../../domain/shared/contended.js';
import type { CommandContext, Executed, Ledger } from '../../domain/shared/ledger.js';
import { Refusal } from '../../domain/shared/refusal.js';
import { StoreUnavailable } from '../event-store/event-store.js';
import { readMasterData, type MasterDataLine } from './master-data.js';
import { idsOf, operationOf } from './operations.js';
import { readOperations, type OperationLine } from './operation-lines.js';
import { packDigest } from './pack-digest.js';
import { UnreadablePack } from './unreadable-pack.js';

/** How many lines may be done and not yet recorded: they are recognised again by their command ids. */
const LINES_UNRECORDED_MAX = 64;

/** Operations whose numbers the ledger keeps for ever; of others it remembers only the newest command ids. */
const NUMBERED_OPERATIONS = new Set(['place_po', 'receive_lot', 'issue', 'refund', 'revoke_authorisation']);

/** How much master data is handed to the ledger at once, which records what waits together. */
const MASTER_DATA_IN_FLIGHT_MAX = 256;

const ATTEMPTS_MAX = 8;
const FIRST_PAUSE_MS = 50;

export interface LoadRequest {
  /** The pack's folder. */
  readonly directory: string;
  readonly actor: string;
  readonly onProgress?: (progress: LoadProgress) => void;
  /** Stops the load between two lines. */
  readonly signal?: AbortSignal;
}

export interface LoadProgress {
  /** Lines of operations.jsonl that have an outcome. */
  readonly lines: number;
  /** Of operations.jsonl. */
  readonly bytesRead: number;
}

/** What a load came to. The same for a pack however often it is loaded. */
export interface LoadSummary {
  readonly packDigest: string;
  readonly name: string;
  /** The last operation's time as the pack writes it; null for a pack without operations. */
  readonly asOf: string | null;
  readonly lines: number;
  readonly done: number;
  readonly replayed: number;
  readonly refused: number;
}

/** What a load records through. */
export interface LoadPorts {
  readonly commands: CommandBus;
  readonly ledger: Ledger;
}

/**
 * Records a pack through the same commands as HTTP does, one line after the other, at the times that the pack gives.
 * Interrupted at any moment and run again, it goes on where it stopped and comes to the same outcomes.
 * @throws UnreadablePack where the pack's files cannot be used; what came before stays recorded
 * @throws StoreUnavailable or Contended where the ledger did not answer for long; run it again
 * @throws the signal's reason where it was stopped; run it again
 */
export async function loadPack(ports: LoadPorts, request: LoadRequest): Promise<LoadSummary> {
  const digest = await packDigest(request.directory);
  const name = basename(request.directory);
  const load = new PackLoad(ports, request, digest);
  await load.run(name);
  const { lastAt, lastLine, done, replayed, refused } = await load.standing();
  return { packDigest: digest, name, asOf: lastAt, lines: lastLine, done, replayed, refused };
}

/** One run of a load. Lines that are done wait to be recorded together; any other outcome is recorded at once. */
class PackLoad {
  private pending: LineOutcome[] = [];

  constructor(
    private readonly ports: LoadPorts,
    private readonly request: LoadRequest,
    private readonly digest: string,
  ) {}

  standing(): Promise<LoadState> {
    return this.ports.ledger.ask(loadTarget(this.digest), (state) => ({ ...state }));
  }

  async run(name: string): Promise<void> {
    const { finished, lastLine } = await this.standing();
    if (finished) return;
    // The first line began after all master data was recorded.
    if (lastLine === 0) await this.begin(name);
    await this.recordOperations(lastLine);
    const { lastAt } = await this.standing();
    await this.tell(
      { kind: 'finish', packDigest: this.digest },
      'finish',
      lastAt ?? new Date().toISOString(),
    );
  }

  private async begin(name: string): Promise<void> {
    const lines = await readMasterData(this.request.directory);
    const at = (await firstTime(this.request.directory)) ?? new Date().toISOString();
    await this.tell({ kind: 'start', packDigest: this.digest, name }, 'start', at);
    // One table after the other: an authorisation is refused before its supplier is recorded.
    for (const file of new Set(lines.map((line) => line.file))) {
      const table = lines.filter((line) => line.file === file);
      for (let first = 0; first < table.length; first += MASTER_DATA_IN_FLIGHT_MAX) {
        this.request.signal?.throwIfAborted();
        await this.recordMasterData(table.slice(first, first + MASTER_DATA_IN_FLIGHT_MAX), at);
      }
    }
  }

  /** @throws UnreadablePack at the first line that the ledger refuses */
  private async recordMasterData(lines: readonly MasterDataLine[], at: string): Promise<void> {
    const recorded = await Promise.allSettled(
      lines.map(({ file, line, command, commandFor }) =>
        this.execute(commandFor(this.context(command, `${file}:${line}`, at))),
      ),
    );
    for (const [index, result] of recorded.entries()) {
      const line = lines[index];
      if (result.status === 'fulfilled' || line === undefined) continue;
      const reason: unknown = result.reason;
      if (!(reason instanceof Refusal)) throw reason;
      throw new UnreadablePack(line.file, line.line, `is refused as ${reason.code}: ${reason.message}`);
    }
  }

  private async recordOperations(lastLine: number): Promise<void> {
    let at: string | undefined;
    try {
      for await (const operation of readOperations(this.request.directory)) {
        if (operation.line <= lastLine) continue;
        this.request.signal?.throwIfAborted();
        at = operation.at;
        await this.take(operation);
        this.request.onProgress?.({ lines: operation.line, bytesRead: operation.endByte });
      }
    } catch (error) {
      // An unreadable line stops the load; the outcomes before it stand.
      if (error instanceof UnreadablePack && at !== undefined) await this.recordPending(at);
      throw error;
    }
    if (at !== undefined) await this.recordPending(at);
  }

  /**
   * A refusal or a replay may have left no event that a resumed load could recognise it by, and might come out
   * differently once later lines have changed the ledger: it is durable before the next line begins.
   */
  private async take(operation: OperationLine): Promise<void> {
    const outcome = await this.outcomeOf(operation);
    this.pending.push(outcome);
    const isRecognised = outcome.outcome === 'done' && NUMBERED_OPERATIONS.has(outcome.op);
    if (!isRecognised || this.pending.length >= LINES_UNRECORDED_MAX) {
      await this.recordPending(operation.at);
    }
  }

  private async outcomeOf({ line, at, fields }: OperationLine): Promise<LineOutcome> {
    const sent: unknown = fields['op'];
    const op = typeof sent === 'string' ? sent : '';
    const operation = operationOf(sent);
    if (operation === undefined)
      return { line, op, outcome: 'refused', code: 'unknown_operation', ids: idsOf(fields) };
    const context = this.context(operation.command, String(line), at);
    try {
      const command = await operation.translate(fields, context, this.request.directory);
      const { answer } = await this.execute(command);
      const replayed = 'outcome' in answer && answer.outcome === 'replayed';
      return { line, op, outcome: replayed ? 'replayed' : 'done', code: null, ids: null };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return { line, op, outcome: 'refused', code: error.code, ids: idsOf(fields) };
    }
  }

  private async recordPending(at: string): Promise<void> {
    const last = this.pending.at(-1);
    if (last === undefined) return;
    const outcomes = this.pending;
    this.pending = [];
    await this.tell({ kind: 'record', packDigest: this.digest, outcomes, at }, `outcomes:${last.line}`, at);
  }

  private async tell(command: LoadCommand, step: string, at: string): Promise<void> {
    const context = this.context('LoadPack', step, at);
    await patiently(() => this.ports.ledger.execute(loadTarget(this.digest), command, context));
  }

  private execute(command: Command<Executed<object>>): Promise<Executed<object>> {
    return patiently(() => this.ports.commands.execute(command));
  }

  private context(command: string, step: string, at: string): CommandContext {
    return {
      command,
      commandId: `${this.digest}/${step}`,
      actor: this.request.actor,
      onBehalfOf: null,
      channel: 'load',
      correlationId: this.digest,
      causationId: null,
      at,
    };
  }
}

/** When a pack begins: what its master data is in force from. An unreadable first line is met again in its turn. */
async function firstTime(directory: string): Promise<string | undefined> {
  try {
    for await (const { at } of readOperations(directory)) return at;
    return undefined;
  } catch (error) {
    if (error instanceof UnreadablePack) return undefined;
    throw error;
  }
}

/** Asks again, bounded, where the ledger did not answer or others got in between: neither is an outcome of a line. */
async function patiently<Result>(step: () => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await step();
    } catch (error) {
      const passing = error instanceof StoreUnavailable || error instanceof Contended;
      if (!passing || attempt >= ATTEMPTS_MAX) throw error;
      await wait(FIRST_PAUSE_MS * 2 ** (attempt - 1));
    }
  }
}
