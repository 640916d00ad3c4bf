import type { EventStore } from '../event-store/event-store.js';
import type { ReadModels } from '../projection-runner/read-models.js';
import type { TransparencyQuestions } from '../../projections/transparency/questions.js';
import type { CheckpointSource, EvidenceSources } from './ports.js';

export interface OpenSources {
  readonly ledgerName: string;
  readonly store: Pick<EventStore, 'readStream'>;
  readonly readModels: Pick<ReadModels, 'read'>;
  readonly checkpoints: CheckpointSource;
}

/** What a pack is built from, over read models that somebody keeps up to date. */
export function evidenceSourcesOf(open: OpenSources): EvidenceSources {
  const { ledgerName, store, readModels, checkpoints } = open;
  const ask = <Value>(question: (tree: TransparencyQuestions) => Value): Value =>
    readModels.read(['transparency'], ({ transparency }) => question(transparency)).value;
  return {
    ledgerName,
    store,
    checkpoints,
    tree: {
      size: () => ask((tree) => tree.size()),
      rootAt: (size) => ask((tree) => tree.rootAt(size)),
      entries: (fromIndex, count) => ask((tree) => tree.entries(fromIndex, count)),
      sequenceOf: (eventId) => ask((tree) => tree.sequenceOf(eventId)),
      tile: (level, number, width) => ask((tree) => tree.tile(level, number, width)),
      consistencyProof: (oldSize, newSize) => ask((tree) => tree.consistencyProof(oldSize, newSize)),
    },
    skuOfLot: (lotId) =>
      readModels.read(['traceability'], ({ traceability }) => traceability.lot({}, lotId)?.sku).value,
  };
}
