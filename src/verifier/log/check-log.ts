import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Malformed } from '../../proof/malformed.js';
import { Misfit, type EventPlace, type Finding, type Findings } from '../findings.js';
import type { Genesis } from '../units/genesis.js';
import type { EventTree } from './event-tree.js';
import type { TransparencyModel } from './read-model.js';
import {
  judged,
  requireOnHistory,
  type ConfirmedCheckpoint,
  type KeptCheckpoint,
} from './signed-checkpoints.js';
import { hasTiles, tileFaults, type TileFault } from './tile-files.js';
import { exportedKeys, namedKeys, type TrustedKeys } from './trusted-keys.js';

/** What is held against the tree once all events have passed. */
export interface LogGrounds {
  readonly findings: Findings;
  readonly tree: EventTree;
  readonly genesis: Genesis;
  /** The largest size that a checkpoint of the ledger itself confirms. */
  readonly issuedSize: number;
  readonly kept: readonly KeptCheckpoint[];
  readonly given: TrustedKeys | undefined;
  /** Of an export; undefined for a data directory. */
  readonly folder: string | undefined;
  readonly model: TransparencyModel | undefined;
  readonly differingLeaf: EventPlace | undefined;
  /** Where an event of the sequence stands; looked up again, as places are not kept. */
  readonly placeAt: (sequence: number) => EventPlace | undefined;
}

export interface LogVerdict {
  /** The largest size that any checkpoint confirms. */
  readonly confirmedSize: number;
  readonly signed: readonly ConfirmedCheckpoint[];
  /** `tile/…` of an export was compared, whole. */
  readonly tilesCompared: boolean;
}

const CHECKPOINT_FILE = 'checkpoint';
const VKEYS_FILE = 'vkeys';
const POLICY_FILE = 'policy';

/** Signatures and roots of signed checkpoints, then whatever else was written down of the tree. */
export function checkLog(grounds: LogGrounds): LogVerdict {
  const signed = signedCheckpoints(grounds);
  const confirmedSize = Math.max(grounds.issuedSize, ...signed.map(({ size }) => size));
  const tilesCompared = grounds.folder !== undefined && hasTiles(grounds.folder);
  if (tilesCompared) tellTileFaults(grounds, confirmedSize, servedSize(signed));
  if (grounds.model !== undefined) tellModelFaults(grounds, grounds.model, confirmedSize);
  return { confirmedSize, signed, tilesCompared };
}

function signedCheckpoints(grounds: LogGrounds): readonly ConfirmedCheckpoint[] {
  const own = grounds.folder === undefined ? undefined : fileIn(grounds.folder, CHECKPOINT_FILE);
  const all = own === undefined ? grounds.kept : [{ file: CHECKPOINT_FILE, note: own }, ...grounds.kept];
  const exported = grounds.folder === undefined ? undefined : keysOfExport(grounds, grounds.folder);
  const keysFor = (origin: string): TrustedKeys | undefined =>
    grounds.given ?? exported ?? namedKeys(grounds.genesis.keys, origin);
  const confirmed: ConfirmedCheckpoint[] = [];
  let confirmedSize = grounds.issuedSize;
  for (const kept of all) {
    tellMisfit(grounds.findings, { file: kept.file }, () => {
      const { checkpoint, confirmed: found } = judged(kept, keysFor);
      requireOnHistory(checkpoint, grounds.tree, confirmedSize);
      confirmedSize = Math.max(confirmedSize, found.size);
      confirmed.push(found);
    });
  }
  return confirmed;
}

/** What the export's folder says of keys must be sound even where the auditor brings others. */
function keysOfExport({ findings }: LogGrounds, folder: string): TrustedKeys | undefined {
  const vkeys =
    fileIn(folder, VKEYS_FILE)
      ?.toString('utf8')
      .split('\n')
      .filter((line) => line !== '') ?? [];
  const policy = fileIn(folder, POLICY_FILE)?.toString('utf8');
  try {
    return exportedKeys(vkeys, policy);
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    findings.add({
      code: 'signature_invalid',
      message: error.message,
      file: `${VKEYS_FILE}, ${POLICY_FILE}`,
    });
    return undefined;
  }
}

function servedSize(signed: readonly ConfirmedCheckpoint[]): number {
  return signed.find(({ file }) => file === CHECKPOINT_FILE)?.size ?? 0;
}

/** Where a file and an event differ, a checkpoint over the event says which of them was changed. */
function tellTileFaults(grounds: LogGrounds, confirmedSize: number, promisedSize: number): void {
  const { findings, tree, folder = '' } = grounds;
  const changedEvents = new Set<number>();
  for (const fault of tileFaults(folder, tree, promisedSize)) {
    const { leaf, ...told } = fault;
    if (leaf !== undefined && leaf >= confirmedSize) changedEvents.add(leaf);
    // Tiles above a leaf that differs differ because of it.
    else if (changedEvents.size === 0 || !isAboveLeaves(fault)) findings.add(told);
  }
  if (changedEvents.size > 0) findings.addFirst(findingOfLeaves(changedEvents, grounds.placeAt));
}

function findingOfLeaves(leaves: ReadonlySet<number>, placeAt: LogGrounds['placeAt']): Finding {
  const first = [...leaves].reduce((least, leaf) => Math.min(least, leaf));
  const place = placeAt(first + 1);
  const more = leaves.size > 1 ? `, and ${leaves.size - 1} more` : '';
  const message = `its leaf is not the one that the tiles hold${more}`;
  return { code: 'leaf_differs', message, ...(place === undefined ? {} : { event: place }) };
}

function isAboveLeaves({ code, file }: TileFault): boolean {
  return code === 'tile_differs' && !file.startsWith('tile/0/');
}

function tellModelFaults(grounds: LogGrounds, model: TransparencyModel, confirmedSize: number): void {
  const { findings, tree, differingLeaf } = grounds;
  if (differingLeaf === undefined) {
    tellMisfit(findings, { file: model.name }, () => model.checkTiles(tree));
    return;
  }
  const isModelChanged = (differingLeaf.sequence ?? 0) <= confirmedSize;
  findings.addFirst({
    code: isModelChanged ? 'read_model_differs' : 'leaf_differs',
    message: isModelChanged
      ? 'the leaf that it holds for an event is not the one that was promised'
      : `its leaf is not the one that ${model.name} holds`,
    event: differingLeaf,
    ...(isModelChanged ? { file: model.name } : {}),
  });
}

function tellMisfit(findings: Findings, where: Pick<Finding, 'file'>, check: () => void): void {
  try {
    check();
  } catch (error) {
    if (!(error instanceof Misfit)) throw error;
    findings.add({ code: error.code, message: error.message, ...where });
  }
}

function fileIn(folder: string, name: string): Buffer | undefined {
  const path = join(folder, name);
  return existsSync(path) ? readFileSync(path) : undefined;
}
