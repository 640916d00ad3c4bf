import type { EventOf, LedgerEventType } from '../../../src/domain/events.js';
import type { ImportTerms } from '../../../src/domain/key-registry/events.js';
import type { Demand } from '../../../src/domain/stock/events.js';
import type { SourcedRange } from '../../../src/domain/shared/units.js';

function registers() {
  return {
    SupplierRegistered: { supplierId: 'SUP-001', name: '星河数字科技有限公司', kind: 'issuer' },
    AuthorisationGranted: {
      authorisationId: 'AUTH-2026-001',
      issuer: 'Valve',
      supplierId: 'SUP-001',
      skus: ['STEAM-100', 'STEAM-200'],
      validFrom: '2026-01-01T00:00:00+08:00',
      validTo: null,
    },
    AuthorisationRevoked: {
      authorisationId: 'AUTH-2026-001',
      supplierId: 'SUP-001',
      revokedAt: '2026-09-20T10:00:00+08:00',
      reason: '授权终止',
    },
    ProductDefined: {
      sku: 'STEAM-100',
      name: 'Steam 充值卡 100 元',
      category: 'game',
      productClass: 'essential',
      fulfilment: 'card_key',
      faceValue: '100.00',
      currency: 'CNY',
    },
    MerchantRegistered: { merchantId: 'M-0007', name: '大麦数码', channel: 'taobao' },
    PurchaseOrderPlaced: {
      poId: 'PO-2026-0001',
      supplierId: 'SUP-001',
      lines: [
        {
          sku: 'STEAM-100',
          quantity: 5000,
          unitCost: { amount: '88.500000', currency: 'CNY' },
          authorisationId: 'AUTH-2026-001',
        },
      ],
      saw: [
        { stream: 'main.suppliers', revision: 12 },
        { stream: 'main.products', revision: -1 },
      ],
    },
  };
}

function imports() {
  const terms: ImportTerms = {
    attempt: '0191f0c2-7a10-7cc3-98c4-dc0c0c073990',
    lotId: 'LOT-0001',
    poId: 'PO-2026-0001',
    sku: 'STEAM-100',
    supplierId: 'SUP-001',
    unitCost: { amount: '88.500000', currency: 'CNY' },
    lotExpiresAt: '2027-12-31T16:00:00Z',
    file: {
      name: '星河-0901.csv',
      sha256: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
      bytes: 4096,
    },
    counts: {
      lines: 7,
      header: 1,
      blank: 1,
      accepted: 2,
      duplicateInFile: 1,
      duplicateInLedger: 1,
      malformed: 1,
    },
  };
  const { attempt, lotId, poId, sku, file, counts } = terms;
  const receipt = { poId, lotId, sku, attempt, accepted: 2 };
  return {
    LotReceiptRecorded: receipt,
    LotReceiptCancelled: { ...receipt, reason: 'the import made no progress for 60 s' },
    ImportOpened: { ...terms, saw: [{ stream: 'main.purchaseorder-PO%2D2026%2D0001', revision: 0 }] },
    KeysRegistered: {
      attempt,
      lotId,
      firstSerial: 1,
      count: 2,
      fingerprints: 'q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA=',
      ciphertext: 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=',
      commitment: 'LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=',
      lineRuns: [[1, 2, 1] as const, [2, 4, 1] as const],
      expiryRuns: [[1, 1, '2026-12-31'] as const, [2, 1, null] as const],
    },
    DuplicateKeysFound: {
      attempt: null,
      lotId,
      poId,
      sku,
      file,
      duplicateInFile: 1,
      duplicateInLedger: 1,
      listed: [
        { line: 5, outcome: 'duplicateInFile' as const, keyId: null },
        { line: 6, outcome: 'duplicateInLedger' as const, keyId: 'LOT-0000-000042' },
      ],
    },
    ImportRefused: { lotId, poId, sku, file, code: 'over_receipt' as const, counts },
    ImportCompleted: terms,
    ImportAbandoned: {
      attempt,
      lotId,
      poId,
      sku,
      accepted: 2,
      reason: 'the import made no progress for 60 s',
    },
  };
}

const ISSUED: SourcedRange = {
  lotId: 'LOT-0001',
  firstSerial: 1,
  count: 1,
  expiresOn: '2026-12-31',
  supplierId: 'SUP-001',
  authorisationId: 'AUTH-2026-001',
  unitCost: { amount: '88.500000', currency: 'CNY' },
};

const RESERVATION = 'M%2D0007~2026090100017@0.41';

function stock() {
  const sku = 'STEAM-100';
  const lotId = 'LOT-0001';
  const demand: Demand = { kind: 'order', merchantId: 'M-0007', orderNo: '2026090100017' };
  const saw = [{ stream: 'main.suppliers', revision: 12 }];
  const runs = [
    { lotId, firstSerial: 1, count: 1, expiresOn: '2026-12-31' },
    { lotId, firstSerial: 2, count: 1 },
  ];
  const removed = {
    lotId,
    sku,
    quantity: 1,
    reason: '无法读取',
    units: [{ lotId, firstSerial: 2, count: 1, pool: 'main' }],
  };
  return {
    LotReceived: {
      lotId,
      sku,
      poId: 'PO-2026-0001',
      supplierId: 'SUP-001',
      unitCost: { amount: '88.500000', currency: 'CNY' },
      lotExpiresAt: '2027-12-31T16:00:00Z',
      attempt: '0191f0c2-7a10-7cc3-98c4-dc0c0c073990',
      pool: 'main',
      part: 1,
      parts: 1,
      runs,
    },
    UnitsTransferred: { sku, from: 'main', to: 'platform', quantity: 2, units: runs, saw },
    UnitsReserved: {
      sku,
      reservationId: RESERVATION,
      demand,
      asked: '["STEAM-100",1,"95.000000","main"]',
      pool: 'main',
      quantity: 1,
      units: [ISSUED],
      saw,
    },
    ReservationConfirmed: { sku, reservationId: RESERVATION },
    ReservationReleased: { sku, reservationId: RESERVATION, reason: 'the attempt was abandoned' },
    LotQuarantined: { lotId, sku, reason: '买家投诉' },
    LotReleased: { lotId, sku, reason: null },
    UnitsWrittenOff: removed,
    UnitsReturned: { ...removed, reason: null },
    ShortageRecorded: { sku, pool: 'main', demand, requested: 3, free: 2, authorised: 2, saw },
    UnauthorisedSourceRecorded: {
      sku,
      pool: 'platform',
      demand: { kind: 'refund' as const, merchantId: 'M-0007', refundNo: 'RF-1', orderNo: '2026090100017' },
      requested: 2,
      free: 2,
      authorised: 0,
      saw,
    },
  };
}

function orders() {
  const order = { merchantId: 'M-0007', orderNo: '2026090100017' };
  const terms = { sku: 'STEAM-100', pool: 'main', unitPrice: { amount: '95.000000', currency: 'CNY' } };
  const refund = { merchantId: 'M-0007', refundNo: 'RF-1', orderNo: '2026090100017' };
  const remedy = { units: [1], reason: 'bad_key' as const, remedy: 'replace' as const };
  const saw = [{ stream: 'main.stock-STEAM%2D100', revision: 40 }];
  const replacement: SourcedRange = { ...ISSUED, firstSerial: 2 };
  return {
    OrderFulfilled: {
      ...order,
      sku: 'STEAM-100',
      pool: 'main',
      quantity: 1,
      unitPrice: terms.unitPrice,
      reservationId: RESERVATION,
      units: [ISSUED],
      saw,
    },
    OrderAttemptAbandoned: { ...order, reservationId: RESERVATION, reason: 'its owner is gone' },
    OrderConflictRecorded: {
      ...order,
      offered: { sku: 'STEAM-100', quantity: '2', unitPrice: '95', pool: 'main' },
    },
    UnitsSettled: {
      ...order,
      refundNo: 'RF-1',
      ...terms,
      reason: 'bad_key' as const,
      remedy: 'replace' as const,
      reservationId: 'refund~M%2D0007~RF%2D1~1@1.42',
      places: [{ place: 1, voided: ISSUED, replacement }],
      saw,
    },
    KeysRevealed: { ...order, purpose: '发货', keys: [{ place: 1, lotId: 'LOT-0001', serial: 2 }] },
    RefundOpened: { ...refund, ...remedy, attempt: 1, commandId: 'b7d1c6de-1d0c-4f6c-9d0f-2f7a3c1b0e11' },
    RefundCompleted: { ...refund, ...remedy, attempt: 1 },
    RefundRefused: {
      ...refund,
      attempt: 1,
      code: 'shortage' as const,
      message: 'pool main has too few free units of STEAM-100',
    },
    RefundConflictRecorded: {
      merchantId: 'M-0007',
      refundNo: 'RF-1',
      offered: { orderNo: '2026090100018', units: '[1,2]', reason: 'goodwill', remedy: 'refund' },
    },
  };
}

/**
 * One payload of every event in its newest version, typed by the contract and equal to the golden fixture of that
 * version: whoever changes a type without adding a version finds that this no longer compiles, and whoever changes
 * this finds that it no longer equals the fixture.
 */
export const goldenPayloads: { readonly [Type in LedgerEventType]: EventOf<Type>['payload'] } = {
  ...registers(),
  ...imports(),
  ...stock(),
  ...orders(),
  LedgerFounded: {
    ledgerId: '0191f0c2-7a10-7cc3-98c4-dc0c0c07398f',
    origin: 'ledger.example/a',
    signingKey: '11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=',
  },
  LogForked: {
    previousOrigin: 'ledger.example/a',
    origin: 'ledger.example/a/2',
    promised: { size: 1204, root: '47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=' },
    reason: '恢复了前一天的备份',
  },
  SigningKeyAdded: { publicKey: 'PUAXw+hDiVqStwqnTRt+vJyYLM8uxJaMwM1V8Sr0Zgw=' },
  SigningKeyRetired: { publicKey: '11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=' },
  LoadStarted: {
    packDigest: 'b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9',
    name: 'first-month',
  },
  OperationsRecorded: {
    packDigest: 'b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9',
    outcomes: [
      { line: 1, op: 'place_po', outcome: 'done', code: null, ids: null },
      { line: 2, op: 'issue', outcome: 'replayed', code: null, ids: null },
      {
        line: 3,
        op: 'issue',
        outcome: 'refused',
        code: 'shortage',
        ids: { merchantId: 'M-0007', orderNo: '2026090100017', sku: 'STEAM-100' },
      },
    ],
    at: '2026-09-01T09:30:00+08:00',
  },
  LoadFinished: {
    packDigest: 'b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9',
    lines: 3,
    done: 1,
    replayed: 1,
    refused: 1,
    at: '2026-09-01T09:30:00+08:00',
  },
};
