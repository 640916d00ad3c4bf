import { merchants } from '../../../src/domain/merchant/decide.js';
import type { MerchantRegistered } from '../../../src/domain/merchant/events.js';
import { given } from '../../support/given-when-then.js';

const merchant = { merchantId: 'M-1', name: '大麦数码', channel: 'taobao' };
const registered: MerchantRegistered = { type: 'MerchantRegistered', schemaVersion: 1, payload: merchant };

describe('a merchant', () => {
  it('is registered', () => {
    given(merchants).when({ kind: 'register', merchant }).records(registered).answers({ kind: 'done' });
  });

  it('is registered once: the same particulars change nothing', () => {
    given(merchants, registered)
      .when({ kind: 'register', merchant: { ...merchant } })
      .changesNothing();
  });

  it.each([{ name: '别家' }, { channel: 'douyin' }])('is not registered again with %p', (changes) => {
    given(merchants, registered)
      .when({ kind: 'register', merchant: { ...merchant, ...changes } })
      .isRefused('duplicate_merchant');
  });

  it('is told apart from others by its id', () => {
    const other = { ...merchant, merchantId: 'M-2' };
    given(merchants, registered)
      .when({ kind: 'register', merchant: other })
      .records({ ...registered, payload: other });
  });

  it('that is registered by a repeated command is told that it is done', () => {
    expect(merchants.recall([registered])).toEqual({ kind: 'done' });
  });
});
