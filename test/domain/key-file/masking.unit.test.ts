import { maskKey } from '../../../src/domain/key-file/masking.js';

describe('the preview of a key', () => {
  it('shows the end of a long number and a little of a long secret', () => {
    expect(maskKey({ number: '7936449507138140', secret: 'RUNX-P9HK-Y8HW' })).toBe('••••••8140 ••••••HW');
    expect(maskKey({ number: null, secret: 'RUNX-P9HK-Y8HW' })).toBe('••••••HW');
  });

  it('shows nothing of what is short, nor how short it is', () => {
    expect(maskKey({ number: '1234567', secret: '12345678901' })).toBe('•••••• ••••••');
    expect(maskKey({ number: '1', secret: '1' })).toBe('•••••• ••••••');
  });

  it('counts characters, not their halves', () => {
    expect(maskKey({ number: null, secret: '😀'.repeat(11) })).toBe('••••••');
    expect(maskKey({ number: null, secret: '😀'.repeat(12) })).toBe('••••••😀😀');
  });
});
