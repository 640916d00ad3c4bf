import type { Reply, RunningService } from './running-service.js';

/** A key file of numbered keys whose secrets begin with `SECRET-`. */
export function keyFile(count: number, from = 1): string {
  return Array.from(
    { length: count },
    (_, index) => `N-${from + index},SECRET-${from + index}-abcdefgh\n`,
  ).join('');
}

export const KEY_FILE_FORMAT = JSON.stringify({ separator: ',', columns: ['number', 'secret'] });

/** Sends a key file for a lot of a purchase order. */
export async function receiveLot(
  service: RunningService,
  { poId = 'PO-1', lotId = 'LOT-1', sku = 'SKU-1', content = keyFile(10), query = '' } = {},
): Promise<Reply> {
  const parameters = new URLSearchParams({ sku, format: KEY_FILE_FORMAT });
  const path = `/v1/purchase-orders/${encodeURIComponent(poId)}/lots/${encodeURIComponent(lotId)}`;
  return service.call('PUT', `${path}?${parameters.toString()}${query}`, {
    raw: content,
    type: 'application/octet-stream',
  });
}

/** A supplier with an authorisation, a product, a merchant and a purchase order; every step must be done. */
export async function openShop(service: RunningService, { ordered = 100 } = {}): Promise<void> {
  const steps: [string, object][] = [
    ['/v1/suppliers', { supplierId: 'SUP-1', name: '一号供应商', kind: 'issuer' }],
    [
      '/v1/products',
      {
        sku: 'SKU-1',
        name: 'Card',
        category: 'games',
        productClass: 'card',
        fulfilment: 'key',
        faceValue: '10',
        currency: 'CNY',
      },
    ],
    ['/v1/merchants', { merchantId: 'M-1', name: 'Shop', channel: 'web' }],
    [
      '/v1/suppliers/SUP-1/authorisations',
      { authorisationId: 'AUTH-1', issuer: 'Issuer', skus: ['SKU-1'], validFrom: '2020-01-01T00:00:00Z' },
    ],
    [
      '/v1/purchase-orders',
      { poId: 'PO-1', supplierId: 'SUP-1', lines: [{ sku: 'SKU-1', quantity: ordered, unitCost: '1.25' }] },
    ],
  ];
  for (const [path, body] of steps) done(await service.post(path, body));
}

/** As `openShop`, with a lot of ten keys in stock. */
export async function openStockedShop(service: RunningService): Promise<void> {
  await openShop(service);
  done(await receiveLot(service));
}

export function issue(
  service: RunningService,
  orderNo: string,
  body: object = {},
  headers: Readonly<Record<string, string>> = {},
): Promise<Reply> {
  const order = { orderNo, sku: 'SKU-1', quantity: 1, unitPrice: '2.5', ...body };
  return service.post('/v1/merchants/M-1/orders', order, headers);
}

/** The answer of a step that a test only needs done. */
export function done(reply: Reply): Reply {
  if (reply.status >= 300) throw new Error(`${reply.status}: ${reply.text}`);
  return reply;
}
