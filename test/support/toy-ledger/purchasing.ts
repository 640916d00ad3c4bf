import { parseAmount } from '../../../src/domain/shared/money.js';
import { ToyMasterData } from './master-data.js';
import { momentOf, money, ranges, ToyRefusal, type ReceivedFile, type ToyLot } from './units.js';

/** What was ordered, and what came. */
export class ToyPurchasing extends ToyMasterData {
  readonly lots: ToyLot[] = [];
  readonly purchaseOrders = new Set<string>();
  readonly orderedLines = new Map<
    string,
    { supplierId: string; sku: string; unitCost: bigint; left: number }
  >();
  private attempts = 0;

  /** @param chunkKeys keys an event registers at most @param partRuns runs a part of a lot has at most */
  constructor(
    private readonly chunkKeys = 500,
    private readonly partRuns = 10_000,
  ) {
    super();
  }

  placeOrder(
    at: string,
    poId: string,
    supplierId: string,
    lines: readonly { sku: string; quantity: number; unitCost: string }[],
  ): void {
    if (this.purchaseOrders.has(poId)) throw new ToyRefusal('duplicate_po');
    if (!this.suppliers.has(supplierId)) throw new ToyRefusal('unknown_supplier');
    if (lines.length === 0 || new Set(lines.map(({ sku }) => sku)).size < lines.length)
      throw new ToyRefusal('invalid');
    const ordered = lines.map(({ sku, quantity, unitCost }) => {
      const cost = parseAmount(unitCost);
      if (!this.skus.includes(sku)) throw new ToyRefusal('unknown_sku');
      if (!Number.isInteger(quantity) || quantity < 1 || cost === undefined || cost <= 0n)
        throw new ToyRefusal('invalid');
      const authorisationId = this.authorisation(supplierId, sku, at);
      if (authorisationId === undefined) throw new ToyRefusal('unauthorised_source');
      return { sku, quantity, unitCost: money(cost), authorisationId };
    });
    this.purchaseOrders.add(poId);
    for (const { sku, quantity, unitCost } of ordered) {
      const cost = parseAmount(unitCost.amount) ?? 0n;
      this.orderedLines.set(`${poId}|${sku}`, { supplierId, sku, unitCost: cost, left: quantity });
    }
    this.told.tell(
      ['po', poId],
      'PurchaseOrderPlaced',
      { poId, supplierId, lines: ordered, saw: [] },
      { occurredAt: at },
    );
  }

  /** What comes before the file is looked at. */
  checkReceipt(lotId: string, poId: string, sku: string) {
    const line = this.orderedLines.get(`${poId}|${sku}`);
    if (!this.purchaseOrders.has(poId)) throw new ToyRefusal('unknown_po');
    if (this.lots.some((each) => each.lotId === lotId)) throw new ToyRefusal('duplicate_lot');
    if (line === undefined) throw new ToyRefusal('not_on_po');
    return line;
  }

  receive(
    at: string,
    lotId: string,
    poId: string,
    goods: { sku: string; expiresAt: string | null; file: ReceivedFile },
  ): void {
    const { sku, expiresAt, file } = goods;
    const line = this.checkReceipt(lotId, poId, sku);
    if (file.accepted.length === 0) throw new ToyRefusal('no_keys');
    if (file.accepted.length > line.left) throw new ToyRefusal('over_receipt');
    line.left -= file.accepted.length;
    const { supplierId, unitCost } = line;
    const lot: ToyLot = { lotId, poId, sku, supplierId, unitCost, expiresAt, units: [], quarantined: false };
    file.accepted.forEach(({ expiresOn }, index) =>
      lot.units.push({
        lot,
        serial: index + 1,
        expiresOn,
        expiresAt: momentOf(expiresOn),
        state: 'held',
        pool: 'main',
      }),
    );
    this.lots.push(lot);
    this.tellImport(at, lot, file);
  }

  protected tellImport(at: string, lot: ToyLot, file: ReceivedFile): void {
    const { lotId, poId, sku, supplierId } = lot;
    const attempt = `attempt-${++this.attempts}`;
    const when = { occurredAt: at };
    const keyFile = { name: file.name, sha256: file.sha256, bytes: file.sizeBytes };
    const terms = {
      attempt,
      lotId,
      poId,
      sku,
      supplierId,
      unitCost: money(lot.unitCost),
      lotExpiresAt: lot.expiresAt,
      file: keyFile,
      counts: file.counts,
    };
    const accepted = file.accepted.length;
    this.told.tell(['key.registry'], 'ImportOpened', { ...terms, saw: [] }, when);
    this.told.tell(['po', poId], 'LotReceiptRecorded', { poId, lotId, sku, attempt, accepted }, when);
    for (let start = 0; start < accepted; start += this.chunkKeys) {
      const keys = file.accepted.slice(start, start + this.chunkKeys);
      this.told.tell(
        ['key.registry'],
        'KeysRegistered',
        {
          attempt,
          lotId,
          firstSerial: start + 1,
          count: keys.length,
          fingerprints: '',
          ciphertext: '',
          commitment: '',
          lineRuns: keys.map(({ line }, index) => [start + 1 + index, line, 1] as const),
          expiryRuns: keys.map(({ expiresOn }, index) => [start + 1 + index, 1, expiresOn] as const),
        },
        when,
      );
    }
    this.told.tell(['key.registry'], 'ImportCompleted', terms, when);
    const runs = ranges(lot.units).map(({ lotId: _lot, ...run }) => ({ lotId, ...run }));
    const parts = Math.max(1, Math.ceil(runs.length / this.partRuns));
    for (let part = 1; part <= parts; part += 1) {
      const payload = {
        lotId,
        sku,
        poId,
        supplierId,
        unitCost: money(lot.unitCost),
        lotExpiresAt: lot.expiresAt,
        attempt,
        pool: 'main',
        part,
        parts,
      };
      const own = runs.slice((part - 1) * this.partRuns, part * this.partRuns);
      this.told.tell(['stock', sku], 'LotReceived', { ...payload, runs: own }, when);
    }
  }

  protected lot(lotId: string): ToyLot {
    const lot = this.lots.find((each) => each.lotId === lotId);
    if (lot === undefined) throw new ToyRefusal('unknown_lot');
    return lot;
  }
}
