import type { LedgerEventType } from '../../domain/events.js';

/** The newest version of every event of the ledger's sequence. A type missing here does not compile. */
export const newestVersions: Readonly<Record<LedgerEventType, number>> = {
  AuthorisationGranted: 1,
  AuthorisationRevoked: 1,
  DuplicateKeysFound: 1,
  ImportAbandoned: 1,
  ImportCompleted: 1,
  ImportOpened: 1,
  ImportRefused: 1,
  KeysRegistered: 1,
  KeysRevealed: 1,
  LedgerFounded: 2,
  LoadFinished: 1,
  LoadStarted: 1,
  LogForked: 1,
  LotQuarantined: 1,
  LotReceiptCancelled: 1,
  LotReceiptRecorded: 1,
  LotReceived: 1,
  LotReleased: 1,
  MerchantRegistered: 1,
  OperationsRecorded: 1,
  OrderAttemptAbandoned: 1,
  OrderConflictRecorded: 1,
  OrderFulfilled: 1,
  ProductDefined: 1,
  PurchaseOrderPlaced: 1,
  RefundCompleted: 1,
  RefundConflictRecorded: 1,
  RefundOpened: 1,
  RefundRefused: 1,
  ReservationConfirmed: 1,
  ReservationReleased: 1,
  ShortageRecorded: 1,
  SigningKeyAdded: 1,
  SigningKeyRetired: 1,
  SupplierRegistered: 1,
  UnauthorisedSourceRecorded: 1,
  UnitsReserved: 1,
  UnitsReturned: 1,
  UnitsSettled: 1,
  UnitsTransferred: 1,
  UnitsWrittenOff: 1,
};

/** The newest version of a type; undefined for a type that is none of the ledger's. */
export function newestVersionOf(type: string): number | undefined {
  return Object.hasOwn(newestVersions, type) ? newestVersions[type as LedgerEventType] : undefined;
}

/** Turns a payload of version n of its type into one of version n + 1. */
export type Upcaster = (payload: unknown) => unknown;

/** By `<type>@<version it reads>`; pure, and tested with the golden fixture of that version. */
export const upcasters: Readonly<Record<string, Upcaster>> = {
  // Version 1 did not publish the key that was sealed at the founding.
  'LedgerFounded@1': (payload) => ({ ...(payload as object), signingKey: null }),
};

/** Brings a payload to the newest version of its type, one version at a time. */
export function upcast(
  type: string,
  schemaVersion: number,
  payload: unknown,
  steps: Readonly<Record<string, Upcaster>> = upcasters,
): unknown {
  let current = payload;
  for (let version = schemaVersion; ; version += 1) {
    const step = steps[`${type}@${version}`];
    if (step === undefined) return current;
    current = step(current);
  }
}
