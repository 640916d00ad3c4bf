import type { ReadModels } from '../../../src/infrastructure/projection-runner/read-models.js';
import { orderHint } from '../../../src/infrastructure/write-path/order-hint.js';

type Read = ReadModels['read'];

/** Read models that know the order O-1 of MER-1, and stopped where there is a reason. */
function knowing(...stopped: object[]): Pick<ReadModels, 'read'> {
  const order = (_known: unknown, merchantId: string, orderNo: string): object | undefined =>
    merchantId === 'MER-1' && orderNo === 'O-1' ? {} : undefined;
  const read = (_names: unknown, question: (queries: unknown, known: unknown) => unknown): unknown => ({
    value: question({ traceability: { order } }, { position: 7, sequence: 7 }),
    stopped,
  });
  return { read: read as Read };
}

test('denies an order that the read models do not know, and no other', () => {
  const mayHold = orderHint(knowing());
  expect(mayHold('order', ['MER-1', 'O-2'])).toBe(false);
  expect(mayHold('order', ['MER-1', 'O-1'])).toBe(true);
  expect(mayHold('stock', ['SKU-1'])).toBe(true);
});

test('denies nothing where a read model stopped, or cannot be asked', () => {
  expect(orderHint(knowing({ model: 'traceability' }))('order', ['MER-1', 'O-2'])).toBe(true);
  const read: Read = () => {
    throw new Error('no such table');
  };
  expect(orderHint({ read })('order', ['MER-1', 'O-2'])).toBe(true);
});
