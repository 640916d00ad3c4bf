/** What payloads hold of what a pack's answers need, as they are stored. */

export interface Money {
  amount: string;
  currency: string;
}

export interface Serials {
  lotId: string;
  firstSerial: number;
  count: number;
}

export interface SoldSerials extends Serials {
  supplierId: string;
  authorisationId: string;
  unitCost: Money;
}

interface OrderNamed {
  merchantId: string;
  orderNo: string;
}

interface Terms {
  attempt: string;
  lotId: string;
  poId: string;
  sku: string;
  file: { name: string; sha256: string; bytes: number };
  counts: { accepted: number };
}

interface Removed {
  lotId: string;
  sku: string;
  units: Serials[];
}

interface LotNamed {
  lotId: string;
  sku: string;
  reason: string | null;
}

/** By type and version. A version that is not here is one that this verifier does not know. */
export interface Payloads {
  LedgerFounded: { ledgerId: string; origin: string; signingKey?: string | null };
  SigningKeyAdded: { publicKey: string };
  SigningKeyRetired: { publicKey: string };
  LogForked: { origin: string };
  SupplierRegistered: { supplierId: string; name: string };
  ProductDefined: { sku: string; name: string };
  MerchantRegistered: { merchantId: string; name: string };
  AuthorisationGranted: {
    authorisationId: string;
    issuer: string;
    supplierId: string;
    skus: string[];
    validFrom: string;
    validTo: string | null;
  };
  AuthorisationRevoked: { authorisationId: string; revokedAt: string; reason: string | null };
  PurchaseOrderPlaced: {
    poId: string;
    supplierId: string;
    lines: { sku: string; authorisationId: string }[];
  };
  LotReceiptRecorded: { poId: string; attempt: string };
  ImportOpened: Terms;
  ImportCompleted: Terms;
  DuplicateKeysFound: { attempt: string | null };
  KeysRegistered: {
    attempt: string;
    lotId: string;
    firstSerial: number;
    count: number;
    commitment: string;
    lineRuns: [number, number, number][];
    expiryRuns: [number, number, string | null][];
  };
  LotReceived: {
    lotId: string;
    sku: string;
    poId: string;
    supplierId: string;
    unitCost: Money;
    lotExpiresAt: string | null;
    attempt: string;
    part: number;
    parts: number;
    runs: Serials[];
  };
  LotQuarantined: LotNamed;
  LotReleased: LotNamed;
  UnitsWrittenOff: Removed;
  UnitsReturned: Removed;
  UnitsReserved: {
    sku: string;
    reservationId: string;
    demand: { kind: string; merchantId: string; orderNo: string; refundNo?: string };
    units: SoldSerials[];
  };
  OrderFulfilled: OrderNamed & {
    sku: string;
    pool: string;
    quantity: number;
    unitPrice: Money;
    reservationId: string;
    units: SoldSerials[];
  };
  UnitsSettled: OrderNamed & {
    refundNo: string;
    sku: string;
    unitPrice: Money;
    reason: string;
    remedy: string;
    reservationId: string | null;
    places: { place: number; voided: SoldSerials; replacement: SoldSerials | null }[];
  };
  KeysRevealed: OrderNamed & {
    purpose: string;
    keys: { place: number; lotId: string; serial: number }[];
  };
}

export type KnownType = keyof Payloads;

/** The newest version of each type that this verifier reads; older ones read the same. */
export const KNOWN_VERSIONS: Readonly<Record<KnownType, number>> = {
  LedgerFounded: 2,
  SigningKeyAdded: 1,
  SigningKeyRetired: 1,
  LogForked: 1,
  SupplierRegistered: 1,
  ProductDefined: 1,
  MerchantRegistered: 1,
  AuthorisationGranted: 1,
  AuthorisationRevoked: 1,
  PurchaseOrderPlaced: 1,
  LotReceiptRecorded: 1,
  ImportOpened: 1,
  ImportCompleted: 1,
  DuplicateKeysFound: 1,
  KeysRegistered: 1,
  LotReceived: 1,
  LotQuarantined: 1,
  LotReleased: 1,
  UnitsWrittenOff: 1,
  UnitsReturned: 1,
  UnitsReserved: 1,
  OrderFulfilled: 1,
  UnitsSettled: 1,
  KeysRevealed: 1,
};

/** The categories of stream that each type may stand in. */
export const CATEGORY_OF: Readonly<Record<KnownType, string>> = {
  LedgerFounded: 'genesis',
  SigningKeyAdded: 'genesis',
  SigningKeyRetired: 'genesis',
  LogForked: 'genesis',
  SupplierRegistered: 'suppliers',
  ProductDefined: 'products',
  MerchantRegistered: 'merchants',
  AuthorisationGranted: 'suppliers',
  AuthorisationRevoked: 'suppliers',
  PurchaseOrderPlaced: 'purchaseorder',
  LotReceiptRecorded: 'purchaseorder',
  ImportOpened: 'keyregistry',
  ImportCompleted: 'keyregistry',
  DuplicateKeysFound: 'keyregistry',
  KeysRegistered: 'keyregistry',
  LotReceived: 'stock',
  LotQuarantined: 'stock',
  LotReleased: 'stock',
  UnitsWrittenOff: 'stock',
  UnitsReturned: 'stock',
  UnitsReserved: 'stock',
  OrderFulfilled: 'order',
  UnitsSettled: 'order',
  KeysRevealed: 'order',
};
