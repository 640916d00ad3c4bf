import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseStreamName, streamName } from '../../../src/domain/shared/identifiers.js';
import { encodeEvent } from '../../../src/infrastructure/event-codec/codec.js';
import type { StoredEvent } from '../../../src/infrastructure/event-store/event-store.js';
import {
  buildEvidence,
  type BuiltEvidence,
  type EvidenceRequest,
} from '../../../src/infrastructure/evidence/build-evidence.js';
import { PackFolder } from '../../../src/infrastructure/evidence/pack-folder.js';
import type { CheckpointSource, EvidenceSources } from '../../../src/infrastructure/evidence/ports.js';
import { formatCheckpoint } from '../../../src/proof/checkpoint.js';
import { CosignatureSigner } from '../../../src/proof/cosignature.js';
import { vkeyOf } from '../../../src/proof/keys.js';
import { addSignatures, Ed25519Signer, signatureLine, signNote } from '../../../src/proof/note.js';
import { formatPolicy } from '../../../src/proof/policy.js';
import { BuiltModels } from '../../support/built-models.js';

export const ORIGIN = 'ledger.example.com/test';
export const LEDGER_ID = '11111111-1111-4111-8111-111111111111';
const LEDGER = 'test';
const FOUNDED_AT = '2026-01-01T00:00:00+08:00';

const logSigner = new Ed25519Signer(ORIGIN, Buffer.alloc(32, 7));
const witness = new CosignatureSigner('witness.example.com', Buffer.alloc(32, 9));

/** What an auditor has from elsewhere. */
export const VKEY = vkeyOf(logSigner);
export const POLICY = formatPolicy({
  logs: [{ vkey: VKEY }],
  witnesses: [{ name: 'w1', vkey: vkeyOf(witness) }],
  groups: [],
  quorum: 'w1',
});

/** The toys' streams as the ledger itself names them. */
const CATEGORIES: Readonly<Record<string, string>> = {
  po: 'purchaseorder',
  'key.registry': 'keyregistry',
  supplier: 'suppliers',
  product: 'products',
  merchant: 'merchants',
};
const REGISTERS = new Set(['suppliers', 'products', 'merchants', 'keyregistry']);

/** A ledger in memory with its tree and its signed checkpoints. */
export class EvidenceLedger {
  readonly events: StoredEvent[] = [];
  readonly models = new BuiltModels();
  private readonly streams = new Map<string, StoredEvent[]>();
  private readonly packs: string[] = [];

  /** @param told as a toy tells them; the founding comes before */
  constructor(told: readonly StoredEvent[]) {
    this.add(founding());
    for (const event of told) this.add({ ...event, stream: realStream(event.stream) });
    this.models.apply(this.events, { only: ['transparency', 'traceability', 'cost'] });
  }

  get size(): number {
    return this.events.length;
  }

  /** A signed and witnessed checkpoint. */
  note(size = this.size): string {
    const text = formatCheckpoint({
      origin: ORIGIN,
      size,
      root: this.models.queries.transparency.rootAt(size),
    });
    return addSignatures(signNote(text, [logSigner]), [signatureLine(witness.cosign(text, 1_700_000_000))]);
  }

  readonly checkpoints: CheckpointSource = {
    latest: async () => ({ size: this.size, note: this.note() }),
    at: async (size) => (size > this.size ? undefined : { size, note: this.note(size) }),
    vkeys: async () => `${VKEY}\n${vkeyOf(witness)}\n`,
    policy: async () => POLICY,
  };

  get sources(): EvidenceSources {
    const { transparency, traceability } = this.models.queries;
    return {
      ledgerName: LEDGER,
      tree: transparency,
      checkpoints: this.checkpoints,
      skuOfLot: (lotId) => traceability.lot({}, lotId)?.sku,
      store: { readStream: (stream, options) => this.readStream(stream, options) },
    };
  }

  /** Builds a pack in a folder of its own. */
  async build(
    request: Partial<EvidenceRequest> & Pick<EvidenceRequest, 'question'>,
    sources: EvidenceSources = this.sources,
  ): Promise<BuiltEvidence & { readonly directory: string }> {
    const directory = mkdtempSync(join(tmpdir(), 'sourcebook-evidence-'));
    this.packs.push(directory);
    const built = await buildEvidence(sources, { leaves: true, ...request }, new PackFolder(directory));
    return { ...built, directory };
  }

  /** With the packs that were built. */
  close(): void {
    this.models.close();
    for (const pack of this.packs) rmSync(pack, { recursive: true, force: true });
  }

  private add(event: StoredEvent): void {
    const stream = this.streams.get(event.stream) ?? [];
    this.streams.set(event.stream, stream);
    const placed = { ...event, revision: stream.length, position: this.events.length * 3 };
    stream.push(placed);
    this.events.push(placed);
  }

  private async *readStream(
    stream: string,
    { fromRevision = 0, limit = Infinity }: { readonly fromRevision?: number; readonly limit?: number } = {},
  ): AsyncIterable<readonly StoredEvent[]> {
    const events = (this.streams.get(stream) ?? []).slice(fromRevision, fromRevision + limit);
    for (let at = 0; at < events.length; at += 100) yield events.slice(at, at + 100);
  }
}

function realStream(name: string): string {
  const identity = parseStreamName(name);
  if (identity === undefined) throw new RangeError(name);
  const category = CATEGORIES[identity.category] ?? identity.category;
  return streamName(LEDGER, category, ...(REGISTERS.has(category) ? [] : identity.parts));
}

function founding(): StoredEvent {
  const payload = {
    ledgerId: LEDGER_ID,
    origin: ORIGIN,
    signingKey: logSigner.publicKey.toString('base64'),
  };
  const context = {
    occurredAt: FOUNDED_AT,
    recordedAt: FOUNDED_AT,
    actor: 'sourcebook',
    onBehalfOf: null,
    channel: 'process',
    command: 'FoundLedger',
    commandId: 'found-ledger',
    correlationId: 'found-ledger',
    causationId: null,
  };
  const event = { type: 'LedgerFounded', schemaVersion: 2, payload } as const;
  const identity = { eventId: 'ffffffff-ffff-4fff-8fff-ffffffffffff', salt: null };
  return {
    ...encodeEvent(event, context, identity),
    stream: streamName(LEDGER, 'genesis'),
    revision: 0,
    position: 0,
  };
}
