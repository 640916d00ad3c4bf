import fc from 'fast-check';
import { suppliers } from '../../../src/domain/supplier/decide.js';
import type {
  AuthorisationGranted,
  AuthorisationRevoked,
  SupplierRegistered,
} from '../../../src/domain/supplier/events.js';
import { authorisationInForce, authorisationsForSku } from '../../../src/domain/supplier/state.js';
import { instantOf } from '../../../src/domain/shared/time.js';
import { fold, given } from '../../support/given-when-then.js';

const supplier = (supplierId: string, name = '源头科技'): SupplierRegistered => ({
  type: 'SupplierRegistered',
  schemaVersion: 1,
  payload: { supplierId, name, kind: 'issuer' },
});

const FROM = '2026-09-01T00:00:00+08:00';
const TO = '2026-10-01T00:00:00+08:00';

const granted = (
  authorisationId: string,
  changes: Partial<AuthorisationGranted['payload']> = {},
): AuthorisationGranted => ({
  type: 'AuthorisationGranted',
  schemaVersion: 1,
  payload: {
    authorisationId,
    issuer: '发行方',
    supplierId: 'SUP-A',
    skus: ['STEAM-100'],
    validFrom: FROM,
    validTo: TO,
    ...changes,
  },
});

const revoked = (
  authorisationId: string,
  revokedAt: string,
  reason: string | null = null,
): AuthorisationRevoked => ({
  type: 'AuthorisationRevoked',
  schemaVersion: 1,
  payload: { authorisationId, supplierId: 'SUP-A', revokedAt, reason },
});

describe('a supplier', () => {
  it('is registered', () => {
    const { payload } = supplier('SUP-A');
    given(suppliers)
      .when({ kind: 'register', supplier: payload })
      .records(supplier('SUP-A'))
      .answers({ kind: 'done' });
  });

  it('is registered once, and not with other particulars', () => {
    const history = given(suppliers, supplier('SUP-A'));
    history.when({ kind: 'register', supplier: supplier('SUP-A').payload }).changesNothing();
    history
      .when({ kind: 'register', supplier: supplier('SUP-A', '别家').payload })
      .isRefused('duplicate_supplier');
    const { payload } = supplier('SUP-A');
    history
      .when({ kind: 'register', supplier: { ...payload, kind: 'reseller' } })
      .isRefused('duplicate_supplier');
  });
});

describe('an authorisation', () => {
  it('is granted to a supplier that is known', () => {
    const { payload } = granted('AUTH-1');
    given(suppliers, supplier('SUP-A'))
      .when({ kind: 'grant', authorisation: payload })
      .records(granted('AUTH-1'));
    given(suppliers).when({ kind: 'grant', authorisation: payload }).isRefused('unknown_supplier');
  });

  it('is granted once: the same terms change nothing, however their times are written', () => {
    const history = given(suppliers, supplier('SUP-A'), granted('AUTH-1'));
    const sameMoment = granted('AUTH-1', { validFrom: '2026-08-31T16:00:00Z' });
    history.when({ kind: 'grant', authorisation: sameMoment.payload }).changesNothing();
  });

  it.each<[string, Partial<AuthorisationGranted['payload']>]>([
    ['issuer', { issuer: '别家' }],
    ['products', { skus: ['STEAM-200'] }],
    ['beginning', { validFrom: '2026-09-02T00:00:00+08:00' }],
    ['end', { validTo: null }],
  ])('is not granted again with another %s', (_, changes) => {
    const { payload } = granted('AUTH-1', changes);
    given(suppliers, supplier('SUP-A'), granted('AUTH-1'))
      .when({ kind: 'grant', authorisation: payload })
      .isRefused('duplicate_authorisation');
  });

  it('is revoked from a moment on, with its reason', () => {
    given(suppliers, supplier('SUP-A'), granted('AUTH-1'))
      .when({ kind: 'revoke', authorisationId: 'AUTH-1', at: TO, reason: 'grey source' })
      .records(revoked('AUTH-1', TO, 'grey source'));
  });

  it('is revoked only where it is known, and only once', () => {
    const revoke = { kind: 'revoke', authorisationId: 'AUTH-1', at: TO, reason: null } as const;
    given(suppliers, supplier('SUP-A')).when(revoke).isRefused('unknown_authorisation');
    given(suppliers, supplier('SUP-A'), granted('AUTH-1'), revoked('AUTH-1', FROM))
      .when(revoke)
      .isRefused('already_revoked');
  });
});

describe('the authorisation in force', () => {
  const inForce = (
    at: string,
    ...events: readonly (AuthorisationGranted | AuthorisationRevoked)[]
  ): string | undefined =>
    authorisationInForce(
      fold(suppliers, [supplier('SUP-A'), ...events]),
      'SUP-A',
      'STEAM-100',
      instantOf(at),
    );

  it('begins at its first moment and ends before its last', () => {
    expect(inForce('2026-08-31T23:59:59.999999+08:00', granted('AUTH-1'))).toBeUndefined();
    expect(inForce(FROM, granted('AUTH-1'))).toBe('AUTH-1');
    expect(inForce('2026-09-30T23:59:59.999999+08:00', granted('AUTH-1'))).toBe('AUTH-1');
    expect(inForce(TO, granted('AUTH-1'))).toBeUndefined();
  });

  it('has no end where none was given', () => {
    expect(inForce('2099-01-01T00:00:00Z', granted('AUTH-1', { validTo: null }))).toBe('AUTH-1');
  });

  it('is over at the very moment it is revoked, and was in force before', () => {
    const revocation = revoked('AUTH-1', '2026-09-10T12:00:00+08:00');
    expect(inForce('2026-09-10T11:59:59.999999+08:00', granted('AUTH-1'), revocation)).toBe('AUTH-1');
    expect(inForce('2026-09-10T12:00:00+08:00', granted('AUTH-1'), revocation)).toBeUndefined();
  });

  it('names the supplier and the SKU', () => {
    expect(inForce(FROM, granted('AUTH-1', { skus: ['OTHER'] }))).toBeUndefined();
    expect(inForce(FROM, granted('AUTH-1', { supplierId: 'SUP-B' }))).toBeUndefined();
    expect(inForce(FROM, granted('AUTH-1', { skus: ['OTHER', 'STEAM-100', 'STEAM-100'] }))).toBe('AUTH-1');
  });

  it('is the one with the lowest id of several', () => {
    expect(inForce(FROM, granted('AUTH-2'), granted('AUTH-10'), granted('AUTH-3'))).toBe('AUTH-10');
    expect(inForce(FROM, granted('AUTH-2'), granted('AUTH-10'), revoked('AUTH-10', FROM))).toBe('AUTH-2');
  });

  it('is the lowest by code points, also where UTF-16 would order otherwise', () => {
    expect(inForce(FROM, granted('授\u{1F511}'), granted('授\uFF21'))).toBe('授\uFF21');
    expect(inForce(FROM, granted('授\uFF21'), granted('授\u{1F511}'))).toBe('授\uFF21');
  });

  it('is told for every supplier of a SKU at once, as for each of them alone', () => {
    const grant = fc.record({
      supplierId: fc.constantFrom('SUP-A', 'SUP-B'),
      skus: fc.subarray(['STEAM-100', 'STEAM-200'], { minLength: 1 }),
      validFrom: fc.constantFrom(FROM, '2026-09-10T00:00:00Z'),
      validTo: fc.constantFrom(null, TO, '2026-09-11T00:00:00Z'),
      revokedAt: fc.constantFrom(null, FROM, '2026-09-10T12:00:00Z'),
    });
    const moment = fc.constantFrom(
      FROM,
      '2026-09-10T00:00:00Z',
      '2026-09-10T12:00:00Z',
      '2026-09-11T00:00:00Z',
      TO,
    );
    fc.assert(
      fc.property(fc.array(grant, { maxLength: 8 }), moment, (grants, at) => {
        const events = grants.flatMap(({ revokedAt, ...terms }, index) => [
          granted(`AUTH-${index}`, terms),
          ...(revokedAt === null ? [] : [revoked(`AUTH-${index}`, revokedAt)]),
        ]);
        const state = fold(suppliers, [supplier('SUP-A'), supplier('SUP-B'), ...events]);
        const now = instantOf(at);
        const expected = ['SUP-A', 'SUP-B'].flatMap((supplierId) => {
          const index = grants.findIndex(
            (terms) =>
              terms.supplierId === supplierId &&
              terms.skus.includes('STEAM-100') &&
              instantOf(terms.validFrom) <= now &&
              (terms.validTo === null || now < instantOf(terms.validTo)) &&
              (terms.revokedAt === null || now < instantOf(terms.revokedAt)),
          );
          return index < 0 ? [] : [[supplierId, `AUTH-${index}`] as const];
        });
        expect([...authorisationsForSku(state, 'STEAM-100', now)].sort()).toEqual(expected);
        for (const [supplierId, authorisationId] of expected)
          expect(authorisationInForce(state, supplierId, 'STEAM-100', now)).toBe(authorisationId);
      }),
    );
  });
});

it('a repeated command of the register is told that it is done', () => {
  expect(suppliers.recall([supplier('SUP-A')])).toEqual({ kind: 'done' });
});

it('a history that revokes what was never granted stops the fold', () => {
  expect(() => fold(suppliers, [revoked('AUTH-9', FROM)])).toThrow(RangeError);
});
