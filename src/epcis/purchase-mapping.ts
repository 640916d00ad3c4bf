import type { Mapping } from './payload-mapping.js';

/** What is ordered from suppliers. */
export const purchaseMapping = {
  PurchaseOrderPlaced: ({ poId, supplierId, lines }, identifiers) => [
    {
      type: 'TransactionEvent',
      action: 'ADD',
      keys: [],
      quantities: lines.map(({ sku, quantity }) => ({ epcClass: identifiers.sku(sku), quantity })),
      bizTransactions: [{ type: 'po', bizTransaction: identifiers.purchaseOrder(poId) }],
      source: { type: 'owning_party', uri: identifiers.supplier(supplierId) },
    },
  ],
} satisfies Mapping;
