import type { ConfirmedCheckpoint } from '../log/signed-checkpoints.js';
import type { Fork } from '../units/genesis.js';
import type { Verification } from '../verification.js';

/** What was held against the events beside themselves. */
export interface Compared {
  readonly reportCompared: boolean;
  readonly tilesCompared: boolean;
  /** Leaves that the service's own read model holds; undefined where there is none. */
  readonly modelSize: number | undefined;
}

type Found = Omit<Verification, 'proved' | 'notProved'>;

/** In plain words: what this run proves, and what it does not. */
export function statementsOf(
  found: Found,
  forks: readonly Fork[],
  compared: Compared,
): Pick<Verification, 'proved' | 'notProved'> {
  if (!found.verified)
    return { proved: [], notProved: ['the ledger does not verify: nothing else that is said of it counts'] };
  return {
    proved: [...provedOfEvents(found), ...provedOfCheckpoints(found), ...provedOfFiles(found, compared)],
    notProved: [
      ...missingPromises(found),
      ...forkNotes(forks),
      ...missingComparisons(compared),
      ...unfinished(found),
    ],
  };
}

function provedOfEvents({ ledger, goods }: Found): readonly string[] {
  return [
    `${counted(ledger.events, 'event')} in ${counted(ledger.streams, 'stream')}: none is missing within a stream, no id is used twice, every payload and metadata can be read`,
    `the tree over them (RFC 6962) has the root ${ledger.root}`,
    `${counted(goods.units, 'unit')} of ${counted(goods.lots, 'lot')}: each was received once, stands in one place, and left it only by an event that allows it, from a source that was authorised at that moment`,
    `${counted(goods.keys, 'key')} registered without a hole, none of them twice`,
    `${counted(goods.orders, 'order')}: each has the units that were reserved for it and no others; no place was settled twice, and no more was paid back than was paid`,
  ];
}

function provedOfCheckpoints({ checkpoints }: Found): readonly string[] {
  const own =
    checkpoints.issued === 0
      ? []
      : [
          `${counted(checkpoints.issued, 'checkpoint')} that the ledger kept of itself: each is of this history, in order`,
        ];
  return [...own, ...checkpoints.signed.filter(({ keys }) => keys !== 'none').map(signedStatement)];
}

function signedStatement({ file, origin, size, signedBy, witnessedBy }: ConfirmedCheckpoint): string {
  const witnesses = witnessedBy.length === 0 ? '' : `, cosigned by ${witnessedBy.join(', ')}`;
  return `${file}: signed by ${[...new Set(signedBy)].join(', ')} for the first ${counted(size, 'event')} of ${origin}${witnesses}, and these are still the same`;
}

function provedOfFiles(
  { ledger, checkpoints }: Found,
  { reportCompared, tilesCompared, modelSize }: Compared,
): readonly string[] {
  return [
    ...(reportCompared ? ['every figure of the report follows from the events'] : []),
    ...(tilesCompared
      ? [`the tiles and entries are those of the events, up to ${checkpoints.confirmedSize}`]
      : []),
    ...(modelSize === undefined
      ? []
      : [`the tree that the service keeps agrees, up to event ${Math.min(modelSize, ledger.events)}`]),
  ];
}

function missingPromises({ checkpoints, ledger }: Found): readonly string[] {
  const { signed, confirmedSize } = checkpoints;
  if (signed.length === 0) {
    return [
      'no signed checkpoint was given: nothing says that this is the history that was promised to anybody (--checkpoint, --vkey or --policy)',
    ];
  }
  const after = ledger.events - Math.max(...signed.map(({ size }) => size));
  return [
    ...signed.flatMap(weaknessesOf),
    ...(after > 0
      ? [`the last ${counted(after, 'event')} come after every signed checkpoint that was given`]
      : []),
    ...(confirmedSize === 0 ? ['the checkpoint is of an empty history'] : []),
  ];
}

function weaknessesOf({
  file,
  keys,
  isWitnessed,
  unknownSignatures,
}: ConfirmedCheckpoint): readonly string[] {
  const of = { given: '', export: 'the export itself', ledger: 'the ledger itself', none: '' }[keys];
  return [
    ...(keys === 'none'
      ? [`${file}: its signature was not judged, as no key is known (--vkey or --policy)`]
      : []),
    ...(of === ''
      ? []
      : [
          `${file}: KEYS TAKEN FROM ${of.toUpperCase()}: whoever could forge it could sign it; give the keys that you know (--vkey or --policy)`,
        ]),
    ...(isWitnessed || keys === 'none'
      ? []
      : [`${file}: no witness was asked for: that nobody else was shown another history is not proved`]),
    ...(unknownSignatures > 0
      ? [`${file}: ${counted(unknownSignatures, 'signature')} of unknown keys passed over`]
      : []),
  ];
}

function forkNotes(forks: readonly Fork[]): readonly string[] {
  return forks.map(
    ({ sequence, previousOrigin, origin }) =>
      `event ${sequence} says that the log of ${previousOrigin} broke off there, and goes on as ${origin}: what was promised under the old name may be another history`,
  );
}

function missingComparisons({ reportCompared }: Compared): readonly string[] {
  return reportCompared ? [] : ['no report was given: no figures were compared (--report)'];
}

function unfinished({ goods }: Found): readonly string[] {
  const { imports, reservations, refunds } = goods.unfinished;
  const left = [
    ...(imports > 0 ? [counted(imports, 'import')] : []),
    ...(reservations > 0 ? [counted(reservations, 'reservation')] : []),
    ...(refunds > 0 ? [counted(refunds, 'refund')] : []),
  ];
  return left.length === 0
    ? []
    : [`${left.join(', ')} still under way when the ledger was read; the service finishes what is left`];
}

function counted(count: number, name: string): string {
  return `${count.toLocaleString('en-US')} ${name}${count === 1 ? '' : 's'}`;
}
