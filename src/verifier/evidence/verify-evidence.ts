import { encodeBase64 } from '../../proof/base64.js';
import type { Checkpoint } from '../../proof/checkpoint.js';
import { answersText } from '../../proof/evidence/answers-text.js';
import type { PackEvent } from '../../proof/evidence/lines.js';
import { PACK_FILES, type Manifest } from '../../proof/evidence/manifest.js';
import { REPORT_FORM, renderReport } from '../../proof/evidence/report/report.js';
import {
  checkConsistency,
  listedLogKeys,
  Trust,
  type BelievedCheckpoint,
  type TrustOptions,
} from './checkpoint-check.js';
import { checkEvents, checkRevisions } from './events-check.js';
import { checkFiles } from './files-check.js';
import { Failures, type EvidenceFindings } from './findings.js';
import { firstDifference } from './first-difference.js';
import { proveKey, requireCanonicalKey } from './key-proof.js';
import { checkLeaves } from './leaves.js';
import { readText, type PackSource } from './pack-source.js';
import { requirementsOf, type Requirements } from './requirements.js';
import { Story } from './story.js';
import { recomputeAnswers, recomputeDocuments } from './ways.js';

export interface EvidenceOptions extends TrustOptions {
  /** What a reveal answered, where the pack does not hold it: proves which key it is. */
  readonly keySecret?: string;
  readonly onProgress?: (step: string, done: number) => void;
}

/** Verifies a pack offline, and never throws for what is wrong with it. */
export async function verifyEvidence(
  pack: PackSource,
  options: EvidenceOptions = {},
): Promise<EvidenceFindings> {
  return new EvidenceVerification(pack, options).run();
}

class EvidenceVerification {
  private readonly failures = new Failures();
  private readonly notes: string[] = [];
  private events: PackEvent[] = [];
  private believed: BelievedCheckpoint | undefined;
  private trust: Trust | undefined;
  private consistentFrom: number | null = null;
  private isComplete = false;
  private provedKey: string | null = null;

  constructor(
    private readonly pack: PackSource,
    private readonly options: EvidenceOptions,
  ) {}

  run(): EvidenceFindings {
    const manifest = checkFiles(this.pack, this.failures);
    if (manifest !== undefined) this.verify(manifest);
    return this.findings(manifest);
  }

  private verify(manifest: Manifest): void {
    const { failures } = this;
    const file = PACK_FILES.checkpoint;
    this.believed = failures.attempt('checkpoint_signature', { file }, () => this.believe());
    const checkpoint = this.believed?.checkpoint;
    if (checkpoint !== undefined) this.compareManifest(manifest, checkpoint);
    const story = failures.attempt('event_form', { file: PACK_FILES.events }, () => this.readStory(manifest));
    if (story === undefined) return;
    const needed = failures.attempt('event_payload', {}, () => requirementsOf(manifest.question, story));
    if (needed !== undefined) this.checkWholeness(manifest, needed, checkpoint);
    this.compareAnswers(manifest, story);
    this.proveSecret(manifest, story);
  }

  /** Whether what the question calls for is in the pack: what events name, whole streams, and all leaves where they are. */
  private checkWholeness(manifest: Manifest, needed: Requirements, checkpoint: Checkpoint | undefined): void {
    const { failures, pack, events } = this;
    for (const what of needed.lacking) failures.add('event_missing', `no event of the pack is the ${what}`);
    checkRevisions(events, needed.wholeStreams, failures);
    if (checkpoint === undefined) return;
    const older = this.compareOlder(checkpoint);
    if (manifest.completeness !== 'proved') return;
    const held = new Set(events.map(({ sequence }) => sequence));
    const before = failures.list.length;
    const all = checkLeaves(pack, checkpoint, { requirements: needed, held, older }, failures);
    this.isComplete = all && failures.list.length === before && needed.lacking.length === 0;
    if (all && older !== undefined) this.consistentFrom = older.size;
  }

  private believe(): BelievedCheckpoint {
    this.trust = new Trust(this.options, this.pack);
    if (this.trust.keysFromPack)
      this.notes.push(
        'KEYS TAKEN FROM THE PACK ITSELF: whoever made the pack could have made these keys. Give --vkey or --policy with keys that you obtained yourself.',
      );
    return this.trust.believe(readText(this.pack, PACK_FILES.checkpoint));
  }

  private compareManifest(manifest: Manifest, checkpoint: Checkpoint): void {
    const { size, root } = manifest.checkpoint;
    const fits = size === checkpoint.size && root === encodeBase64(checkpoint.root);
    if (!fits || manifest.origin !== checkpoint.origin)
      this.failures.add('manifest', 'the manifest names another checkpoint than the one in the pack', {
        file: PACK_FILES.manifest,
      });
  }

  private compareOlder(checkpoint: Checkpoint) {
    const { oldCheckpoint } = this.options;
    if (this.trust === undefined) return undefined;
    const before = this.failures.list.length;
    const older = checkConsistency(this.pack, this.trust, { checkpoint, oldCheckpoint }, this.failures);
    if (older === undefined || this.failures.list.length > before) return older;
    if (this.isProvedBy(older, oldCheckpoint)) this.consistentFrom = older.size;
    else if (!this.pack.paths.some((path) => path.startsWith('leaves/')))
      this.failures.add(
        'consistency',
        `the pack holds no proof from your checkpoint of size ${older.size}; ask for one with --old-checkpoint`,
      );
    return older;
  }

  /** Whether the pack's own proof is from the very checkpoint that the auditor holds. */
  private isProvedBy(older: Checkpoint, held: string | undefined): boolean {
    if (!this.pack.paths.includes(PACK_FILES.consistency)) return false;
    if (held === undefined) return true;
    const { oldCheckpoint } = JSON.parse(readText(this.pack, PACK_FILES.consistency)) as {
      oldCheckpoint: string;
    };
    const named = this.trust?.signedByLog(oldCheckpoint);
    return named !== undefined && named.size === older.size && named.root.equals(older.root);
  }

  private readStory(manifest: Manifest): Story {
    const { failures, pack, options } = this;
    const onProgress = (done: number) => options.onProgress?.('events', done);
    this.events = checkEvents(pack, this.believed?.checkpoint, failures, onProgress);
    const genesis = this.events.find(({ stream }) => stream.endsWith('.genesis'));
    const story = new Story(genesis?.stream.slice(0, -'.genesis'.length) ?? '', failures);
    for (const event of this.events) story.tell(event);
    this.compareGenesis(manifest, story);
    return story;
  }

  /** The history itself names the ledger, its origin and the keys that speak for it. */
  private compareGenesis(manifest: Manifest, story: Story): void {
    const { failures } = this;
    const [founded] = story.of('LedgerFounded');
    const file = PACK_FILES.manifest;
    if (founded?.payload.ledgerId !== manifest.ledgerId)
      failures.add('manifest', 'the manifest names another ledger than the one that was founded', { file });
    const origins = [founded, ...story.of('LogForked')].map((told) => told?.payload.origin);
    if (!origins.includes(manifest.origin))
      failures.add('manifest', `the ledger was never called ${manifest.origin}`, { file });
    const keys = [
      founded?.payload.signingKey ?? null,
      ...story.of('SigningKeyAdded').map(({ payload }) => payload.publicKey),
    ];
    if (keys.includes(null)) {
      this.notes.push(
        "The ledger was founded before its history named its signing key; the key's origin is not proved by it.",
      );
      return;
    }
    const listed = failures.attempt('signing_key', { file: PACK_FILES.vkeys }, () =>
      listedLogKeys(this.pack),
    );
    for (const key of listed ?? [])
      if (!keys.includes(key))
        failures.add('signing_key', 'a key of the pack is none that the history names', {
          file: PACK_FILES.vkeys,
        });
  }

  private compareAnswers(manifest: Manifest, story: Story): void {
    const { failures, pack } = this;
    const size = manifest.checkpoint.size;
    const answers = failures.attempt('answers', {}, () => recomputeAnswers(manifest.question, story, size));
    if (answers === undefined) return;
    const documents = recomputeDocuments(answers, story);
    const told = [
      { code: 'answers', file: PACK_FILES.answers, expected: answersText(answers) },
      { code: 'documents', file: PACK_FILES.documents, expected: answersText(documents) },
    ] as const;
    for (const { code, file, expected } of told) {
      const text = failures.attempt(code, { file }, () => readText(pack, file));
      if (text === undefined || text === expected) continue;
      failures.add(code, `the events say otherwise at ${firstDifference(text, expected)}`, { file });
    }
    failures.attempt('report', { file: PACK_FILES.report }, () => {
      const report = readText(pack, PACK_FILES.report);
      if (report === renderReport({ manifest, answers, documents, events: this.events })) return;
      if (report.includes(REPORT_FORM))
        throw new RangeError('the report is not the one that these answers give');
      this.notes.push(
        `report.html is of another form than ${REPORT_FORM}: it was not compared with the answers.`,
      );
    });
  }

  private proveSecret({ question }: Manifest, story: Story): void {
    const { failures, pack, options } = this;
    if (question.kind !== 'key') {
      if (options.keySecret !== undefined) failures.add('key_proof', 'the pack is not about one key');
      return;
    }
    const isInPack = pack.paths.includes(PACK_FILES.key);
    const file = isInPack ? { file: PACK_FILES.key } : {};
    const texts = [
      ...(isInPack ? [readText(pack, PACK_FILES.key)] : []),
      ...(options.keySecret === undefined ? [] : [options.keySecret]),
    ];
    if (isInPack) failures.attempt('key_proof', file, () => requireCanonicalKey(texts[0] ?? ''));
    const proved = texts.map((text) =>
      failures.attempt('key_proof', file, () => {
        proveKey(text, question.keyId, story);
        return true;
      }),
    );
    if (texts.length === 0) this.notes.push('No secret was given: which secret the key has is not proved.');
    else if (proved.every((each) => each === true)) this.provedKey = question.keyId;
  }

  private findings(manifest: Manifest | undefined): EvidenceFindings {
    const { failures, believed, notes } = this;
    const ok = failures.list.length === 0;
    const completeness = this.isComplete ? 'proved' : 'genuine';
    if (completeness === 'genuine')
      notes.push(
        'Genuine, not proved complete: without all leaves nothing shows that no further event concerns the question.',
      );
    if (this.consistentFrom === null)
      notes.push(
        'No older checkpoint was compared: nothing shows that this history continues one that you knew.',
      );
    return {
      ok,
      failures: failures.list,
      ...subjectOf(manifest),
      ...signaturesOf(believed),
      keysFromPack: this.trust?.keysFromPack ?? true,
      completeness,
      consistentFrom: ok ? this.consistentFrom : null,
      events: this.events.length,
      provedKey: ok ? this.provedKey : null,
      notes,
    };
  }
}

function signaturesOf(
  believed: BelievedCheckpoint | undefined,
): Pick<EvidenceFindings, 'signedBy' | 'cosignedBy'> {
  const { signedBy = [], cosignedBy = [] } = believed ?? {};
  return { signedBy, cosignedBy };
}

/** What the pack says that it is about. */
function subjectOf(
  manifest: Manifest | undefined,
): Pick<EvidenceFindings, 'question' | 'ledgerId' | 'origin' | 'checkpoint'> {
  if (manifest === undefined) return { question: null, ledgerId: null, origin: null, checkpoint: null };
  const { question, ledgerId, origin, checkpoint } = manifest;
  return { question, ledgerId, origin, checkpoint };
}
