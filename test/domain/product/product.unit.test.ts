import { products } from '../../../src/domain/product/decide.js';
import type { ProductDefined } from '../../../src/domain/product/events.js';
import { given } from '../../support/given-when-then.js';

const product: ProductDefined['payload'] = {
  sku: 'STEAM-100',
  name: 'Steam 充值卡 100 元',
  category: 'game',
  productClass: 'essential',
  fulfilment: 'card_key',
  faceValue: '100',
  currency: 'CNY',
};
const defined: ProductDefined = { type: 'ProductDefined', schemaVersion: 1, payload: product };

describe('a product', () => {
  it('is defined', () => {
    given(products).when({ kind: 'define', product }).records(defined).answers({ kind: 'done' });
  });

  it('is defined once: the same particulars change nothing', () => {
    given(products, defined)
      .when({ kind: 'define', product: { ...product } })
      .changesNothing();
  });

  it.each([{ name: '别的' }, { faceValue: '200' }, { currency: 'USD' }, { fulfilment: 'top_up' }])(
    'is not defined again with %p',
    (changes) => {
      given(products, defined)
        .when({ kind: 'define', product: { ...product, ...changes } })
        .isRefused('duplicate_product');
    },
  );

  it('that is defined by a repeated command is told that it is done', () => {
    expect(products.recall([defined])).toEqual({ kind: 'done' });
  });
});
