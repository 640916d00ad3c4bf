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

/** How much master data is handed to the ledger at once, which records what waits together. */
const MASTER_DATA_IN_FLIGHT_MAX = 256;

const ATTEMPTS_MAX = 8;
const FIRST_PAUSE_MS = 50;

export interface LoadRequest {
  /** The pack's folder. */
  readonly directory: string;
  readonly actor: string;
  readonly onProgress?: (progress: LoadProgress) => void;
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
 */
export async function loadPack(ports: LoadPorts, request: LoadRequest): Promise<LoadSummary> {
  const digest = await packDigest(request.directory);
  const name = basename(request.directory);
  const load = new PackLoad(ports, request, digest);
  await load.run(name);
  const { lastAt, lastLine, done, replayed, refused } = await load.standing();
  return { packDigest: digest, name, asOf: lastAt, lines: lastLine, done, replayed, refused };
}

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
    if (lastLine === 0) await this.recordMasterData(name);
    await this.recordOperations(lastLine);
  }

  private async recordMasterData(name: string): Promise<void> {
    const lines = await readMasterData(this.request.directory);
    const startedAt = await this.timeOfMasterData();
    if (startedAt === undefined) {
      await this.tell({ kind: 'start', packDigest: this.digest, name }, 'start', new Date().toISOString());
    }
  }
}
