import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readFormat } from '../../src/domain/key-file/format.js';
import { ReceiveLotBody } from '../../src/domain/key-registry/commands.js';
import { IssueBody } from '../../src/domain/order/commands.js';
import { issueOrder } from '../../src/domain/processes/issue-order.js';
import { placePurchaseOrder } from '../../src/domain/processes/place-purchase-order.js';
import { receiveLot } from '../../src/domain/processes/receive-lot.js';
import { refundOrder } from '../../src/domain/processes/refund-order.js';
import { merchantsTarget, productsTarget, suppliersTarget } from '../../src/domain/processes/targets.js';
import { PurchaseOrderBody } from '../../src/domain/purchase-order/commands.js';
import { RefundRequestBody } from '../../src/domain/refund/commands.js';
import type { CommandContext } from '../../src/domain/shared/ledger.js';
import { readConfiguration } from '../../src/infrastructure/host/configuration.js';
import { openLedgerOn } from '../../src/infrastructure/host/open.js';
import type { OpenLedger } from '../../src/infrastructure/host/open-ledger.js';
import { openEventStore } from '../../src/infrastructure/event-store/open.js';
import type { EventStore } from '../../src/infrastructure/event-store/event-store.js';
import { CrashingStore } from './crashing-store.js';

const MASTER_KEY = 'ab'.repeat(32);
const AT = '2026-09-01T08:00:00.000+08:00';

/** A log that outlives the processes that write to it. */
export interface SharedLog {
  readonly store: EventStore;
  readonly directory: string;
  /** Every process that was started on it, dead or alive: closed with it. */
  readonly processes: LedgerProcess[];
  close(): Promise<void>;
}

export async function openSharedLog(): Promise<SharedLog> {
  const directory = mkdtempSync(join(tmpdir(), 'sourcebook-log-'));
  const store = await openEventStore({ kind: 'embedded', directory, ledger: 'main', mode: 'write' });
  const processes: LedgerProcess[] = [];
  const close = async (): Promise<void> => {
    for (const { open } of processes) await open.close();
    await store.close();
    rmSync(directory, { recursive: true });
  };
  return { store, directory, processes, close };
}

let contexts = 0;

/** A command's context; a fresh command id unless one is given. */
export function contextOf(commandId?: string, at = AT): CommandContext {
  contexts += 1;
  const id = commandId ?? `test/${contexts}`;
  return {
    command: 'Test',
    commandId: id,
    actor: 'tester',
    onBehalfOf: null,
    channel: 'cli',
    correlationId: id,
    causationId: null,
    at,
  };
}

/** One process of the service, with everything that it keeps in memory: gone when it dies. */
export class LedgerProcess {
  private constructor(
    readonly open: OpenLedger,
    readonly store: CrashingStore,
  ) {}

  static async start(log: SharedLog, options: { stalledAfterMs?: number } = {}): Promise<LedgerProcess> {
    const store = new CrashingStore(log.store);
    const directory = mkdtempSync(join(log.directory, 'process-'));
    const configuration = readConfiguration({ SOURCEBOOK_MASTER_KEY: MASTER_KEY }, directory);
    const process = new LedgerProcess(await openLedgerOn(configuration, store, options), store);
    log.processes.push(process);
    return process;
  }

  async stock(
    sku = 'SKU-1',
    keys: readonly string[] = ['K1', 'K2', 'K3', 'K4', 'K5'],
    lotId = 'LOT-1',
  ): Promise<void> {
    await this.define(sku);
    await this.place(`PO-${lotId}`, sku, keys.length);
    await this.receive(lotId, `PO-${lotId}`, sku, keys);
  }

  async define(sku: string): Promise<void> {
    const { ledger } = this.open;
    const supplier = { supplierId: 'SUP-1', name: '星河数字', kind: 'issuer' };
    await ledger.execute(suppliersTarget, { kind: 'register', supplier }, contextOf());
    const authorisation = {
      authorisationId: `AUTH-${sku}`,
      issuer: 'ISSUER',
      supplierId: 'SUP-1',
      skus: [sku],
      validFrom: '2026-01-01T00:00:00+08:00',
      validTo: null,
    };
    await ledger.execute(suppliersTarget, { kind: 'grant', authorisation }, contextOf());
    const product = {
      sku,
      name: sku,
      category: 'game',
      productClass: 'staple',
      fulfilment: 'card_key',
      faceValue: '10',
      currency: 'CNY',
    };
    await ledger.execute(productsTarget, { kind: 'define', product }, contextOf());
    const merchant = { merchantId: 'MER-1', name: '商户', channel: 'direct' };
    await ledger.execute(merchantsTarget, { kind: 'register', merchant }, contextOf());
  }

  async place(poId: string, sku: string, quantity: number): Promise<void> {
    const lines = [{ sku, quantity, unitCost: '8.5' }];
    const body = Object.assign(new PurchaseOrderBody(), { poId, supplierId: 'SUP-1', lines });
    await placePurchaseOrder(this.open.ledger, body, contextOf());
  }

  receive(lotId: string, poId: string, sku: string, keys: readonly string[], commandId?: string) {
    const body = Object.assign(new ReceiveLotBody(), { lotId, poId, sku });
    const content = Buffer.from(keys.map((key) => `${key}\n`).join(''));
    const source = {
      name: `${lotId}.txt`,
      async *open() {
        yield content;
      },
    };
    const { ledger, desk } = this.open;
    const format = readFormat({ columns: ['secret'] });
    return receiveLot({ ledger, desk, context: contextOf(commandId) }, body, { format, source });
  }

  issue(orderNo: string, quantity: number, options: { sku?: string; commandId?: string } = {}) {
    const { sku = 'SKU-1', commandId } = options;
    const fields = { merchantId: 'MER-1', orderNo, sku, quantity, unitPrice: '10' };
    return issueOrder(this.open.ledger, Object.assign(new IssueBody(), fields), contextOf(commandId));
  }

  refund(
    refundNo: string,
    orderNo: string,
    units: readonly number[],
    options: { remedy?: 'refund' | 'replace'; commandId?: string } = {},
  ) {
    const { remedy = 'replace', commandId } = options;
    const fields = {
      merchantId: 'MER-1',
      orderNo,
      refundNo,
      units: [...units],
      reason: 'bad_key' as const,
      remedy,
    };
    return refundOrder(
      this.open.ledger,
      Object.assign(new RefundRequestBody(), fields),
      contextOf(commandId),
    );
  }
}
