import { createHash } from 'node:crypto';
import type { CardKey, MalformedReason } from '../../domain/key-file/classify.js';
import type { KeyFileEncoding } from '../../domain/key-file/decoding.js';
import { EncodingDetector } from '../../domain/key-file/detection.js';
import { KeyFileReader, undecodableFile, type KeyFileLine } from '../../domain/key-file/key-file-reader.js';
import { maskKey } from '../../domain/key-file/masking.js';
import type { DuplicateLine, KeyFile } from '../../domain/key-registry/events.js';
import type { KeyFileSource, PlanRequest } from '../../domain/key-registry/import-desk.js';
import { keyId } from '../../domain/shared/identifiers.js';
import { Refusal } from '../../domain/shared/refusal.js';
import type { LineCounts } from '../../domain/shared/units.js';
import { FINGERPRINT_BYTES, type Fingerprinter } from '../custody/fingerprint.js';
import { FileFingerprints, TooManyKeys } from '../key-index/file-fingerprints.js';
import type { KeyIndex, KnownKey } from '../key-index/key-index.js';
import { LineMarks } from './line-marks.js';

/** Lines that are looked up together: the index is fastest on large batches. */
const LINES_TOGETHER_MIN = 8192;

/** How many duplicates an event lists. */
const DUPLICATES_LISTED_MAX = 1000;

/** One line of the line ledger: what would become of it, with nothing that could be used. */
export interface LineVerdict {
  readonly line: number;
  readonly outcome: 'header' | 'blank' | 'malformed' | 'duplicateInLedger' | 'duplicateInFile' | 'accepted';
  readonly reason: MalformedReason | null;
  readonly preview: string;
  /** For an accepted line its serial, for a duplicate the key that was there first. */
  readonly keyId: string | null;
}

/** What was read of a file when it was planned, and what sealing it needs. */
export interface ReadPlan {
  readonly request: PlanRequest;
  readonly encoding: KeyFileEncoding;
  readonly file: KeyFile;
  readonly counts: LineCounts;
  readonly duplicates: readonly DuplicateLine[];
  readonly accepted: LineMarks;
  readonly fingerprints: FileFingerprints;
}

type Counts = { -readonly [Name in keyof LineCounts]: number };

interface KeyLine {
  readonly line: number;
  readonly key: CardKey;
}

/** Reads a file once for its digest and encoding, once to class its lines against the index; constant memory a line. */
export class ImportPlanner {
  private readonly counts: Counts = {
    lines: 0,
    header: 0,
    blank: 0,
    accepted: 0,
    duplicateInFile: 0,
    duplicateInLedger: 0,
    malformed: 0,
  };
  private readonly duplicates: DuplicateLine[] = [];
  private readonly accepted = new LineMarks();
  private readonly fingerprints = new FileFingerprints();

  constructor(
    private readonly request: PlanRequest,
    private readonly index: KeyIndex,
    private readonly fingerprinter: Fingerprinter,
    private readonly observe?: (verdict: LineVerdict) => void,
  ) {}

  /** @throws Refusal `undecodable_file`, `bad_header`, or `invalid` for a file of more than ten million keys */
  async plan(): Promise<ReadPlan> {
    const { source, format, receivedAt } = this.request;
    const { file, encoding } = await inspect(source);
    const reader = new KeyFileReader({ format, encoding, receivedAt });
    try {
      let waiting: KeyFileLine[] = [];
      for await (const piece of source.open()) {
        for (const line of reader.read(piece)) waiting.push(line);
        if (waiting.length < LINES_TOGETHER_MIN) continue;
        this.classify(waiting);
        waiting = [];
      }
      this.classify([...waiting, ...reader.end()]);
    } catch (error) {
      if (error instanceof TooManyKeys) throw new Refusal('invalid', error.message);
      throw error;
    }
    const { request, counts, duplicates, accepted, fingerprints } = this;
    return { request, encoding, file, counts, duplicates, accepted, fingerprints };
  }

  private classify(lines: readonly KeyFileLine[]): void {
    const keyLines = lines.filter((line) => line.kind === 'key');
    const packed = this.fingerprinter.pack(keyLines.map(({ key }) => key));
    const known = this.index.lookup(packed);
    let ordinal = 0;
    for (const line of lines) {
      this.counts.lines += 1;
      if (line.kind === 'key') {
        this.judge(line, packed, ordinal, known.get(ordinal));
        ordinal += 1;
      } else {
        this.counts[line.kind] += 1;
        const malformed = line.kind === 'malformed';
        this.observe?.({
          line: line.line,
          outcome: line.kind,
          reason: malformed ? line.reason : null,
          preview: malformed ? line.preview : '',
          keyId: null,
        });
      }
    }
  }

  private judge(line: KeyLine, packed: Buffer, ordinal: number, known: KnownKey | undefined): void {
    if (known !== undefined && !this.isOwn(known)) {
      this.duplicate(line, 'duplicateInLedger', known);
      return;
    }
    const serial = this.fingerprints.add(packed, ordinal * FINGERPRINT_BYTES);
    if (serial > 0) {
      this.duplicate(line, 'duplicateInFile', { lotId: this.request.lotId, serial });
      return;
    }
    this.counts.accepted += 1;
    this.accepted.mark(line.line);
    if (this.observe === undefined) return;
    const id = keyId(this.request.lotId, this.fingerprints.count);
    this.observe({
      line: line.line,
      outcome: 'accepted',
      reason: null,
      preview: maskKey(line.key),
      keyId: id,
    });
  }

  /** What the resumed import itself registered so far. */
  private isOwn(known: KnownKey): boolean {
    return this.request.resumedAttempt !== undefined && known.lotId === this.request.lotId;
  }

  private duplicate({ line, key }: KeyLine, outcome: DuplicateLine['outcome'], first: KnownKey): void {
    this.counts[outcome] += 1;
    const id = keyId(first.lotId, first.serial);
    if (this.duplicates.length < DUPLICATES_LISTED_MAX) this.duplicates.push({ line, outcome, keyId: id });
    this.observe?.({ line, outcome, reason: null, preview: maskKey(key), keyId: id });
  }
}

async function inspect(source: KeyFileSource): Promise<{ file: KeyFile; encoding: KeyFileEncoding }> {
  const hash = createHash('sha256');
  const detector = new EncodingDetector();
  let bytes = 0;
  for await (const piece of source.open()) {
    hash.update(piece);
    detector.write(piece);
    bytes += piece.length;
  }
  const encoding = detector.end();
  if (encoding === 'undecodable') throw undecodableFile();
  return { file: { name: source.name, sha256: hash.digest('hex'), bytes }, encoding };
}
