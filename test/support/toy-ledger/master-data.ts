import { compareCodePoints } from '../../../src/domain/shared/code-points.js';
import { instantOf } from '../../../src/domain/shared/time.js';
import { ToldEvents } from '../told-events.js';
import { ToyRefusal, type ToyAuthorisation } from './units.js';

/** Who and what there is, and which supplier may sell what. */
export class ToyMasterData {
  readonly told = new ToldEvents();
  readonly skus: string[] = [];
  readonly merchants = new Set<string>();
  readonly suppliers = new Set<string>();
  readonly authorisations: ToyAuthorisation[] = [];

  supplier(at: string, supplierId: string): void {
    this.suppliers.add(supplierId);
    this.told.tell(
      ['supplier', supplierId],
      'SupplierRegistered',
      { supplierId, name: supplierId, kind: 'issuer' },
      { occurredAt: at },
    );
  }

  product(at: string, sku: string): void {
    this.skus.push(sku);
    const payload = {
      sku,
      name: sku,
      category: 'game',
      productClass: 'staple',
      fulfilment: 'card_key',
      faceValue: '1',
      currency: 'CNY',
    };
    this.told.tell(['product', sku], 'ProductDefined', payload, { occurredAt: at });
  }

  merchant(at: string, merchantId: string): void {
    this.merchants.add(merchantId);
    this.told.tell(
      ['merchant', merchantId],
      'MerchantRegistered',
      { merchantId, name: merchantId, channel: 'direct' },
      { occurredAt: at },
    );
  }

  grant(
    at: string,
    id: string,
    supplierId: string,
    terms: { skus: readonly string[]; validFrom: string; validTo: string | null },
  ): void {
    const to = terms.validTo === null ? Infinity : instantOf(terms.validTo);
    this.authorisations.push({
      id,
      supplierId,
      skus: terms.skus,
      from: instantOf(terms.validFrom),
      to,
      revokedAt: Infinity,
    });
    this.told.tell(
      ['supplier', supplierId],
      'AuthorisationGranted',
      { authorisationId: id, issuer: 'ISSUER', supplierId, ...terms },
      { occurredAt: at },
    );
  }

  revoke(at: string, id: string): void {
    const authorisation = this.authorisations.find((each) => each.id === id);
    if (authorisation === undefined) throw new ToyRefusal('unknown_authorisation');
    if (authorisation.revokedAt !== Infinity) throw new ToyRefusal('already_revoked');
    authorisation.revokedAt = instantOf(at);
    const { supplierId } = authorisation;
    this.told.tell(
      ['supplier', supplierId],
      'AuthorisationRevoked',
      { authorisationId: id, supplierId, revokedAt: at, reason: null },
      { occurredAt: at },
    );
  }

  authorisation(supplierId: string, sku: string, at: string): string | undefined {
    const moment = instantOf(at);
    return this.authorisations
      .filter(
        (a) =>
          a.supplierId === supplierId &&
          a.skus.includes(sku) &&
          a.from <= moment &&
          moment < a.to &&
          moment < a.revokedAt,
      )
      .map((a) => a.id)
      .sort(compareCodePoints)[0];
  }
}
