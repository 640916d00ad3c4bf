/** What the reference model remembers. */
export interface Operation {
  readonly at: string;
  readonly op: string;
  // The fields differ by operation, and a pack may hold anything.
  readonly [field: string]: unknown;
}

export interface Unit {
  readonly lot: Lot;
  readonly serial: number;
  readonly line: number;
  readonly expiresAt: number;
  pool: string;
  state: 'held' | 'issued' | 'void' | 'writtenOff' | 'returned';
  issuedTo: { merchantId: string; orderNo: string; unit: number; role: string } | null;
  authorisationId: string | null;
}

export interface Lot {
  readonly id: string;
  readonly sku: string;
  readonly poId: string;
  readonly supplierId: string;
  readonly cost: bigint;
  readonly file: string;
  readonly expiresAt: number;
  readonly counts: Readonly<Record<string, number>>;
  quarantined: boolean;
}

export interface Authorisation {
  readonly id: string;
  readonly supplierId: string;
  readonly skus: readonly string[];
  readonly from: number;
  readonly to: number;
  revokedAt: number;
}

export interface PurchaseLine {
  readonly sku: string;
  readonly quantity: number;
  readonly cost: bigint;
  accepted: number;
}

export interface Order {
  readonly merchantId: string;
  readonly orderNo: string;
  readonly sku: string;
  readonly quantity: number;
  readonly price: bigint;
  readonly pool: string;
  /** For each place its keys in order, the last being the present one. */
  readonly places: Unit[][];
  readonly settled: Set<number>;
}

export interface Accounts {
  costOfGoodsSold: bigint;
  revenue: bigint;
  supplierClaims: bigint;
  inventoryLosses: bigint;
  returnedToSupplier: bigint;
}
