import { readFormat } from '../../../src/domain/key-file/format.js';
import { told } from './reading.js';

describe('the format of a key file', () => {
  it('has nothing absent: no separator, no quotation marks, no header', () => {
    const bare = { separator: '', quoted: false, header: false, columns: null };
    expect(readFormat({})).toEqual(bare);
    expect(readFormat({ separator: null, quoted: null, header: null, columns: null })).toEqual(bare);
    expect(readFormat({ separator: 5, quoted: 'true', header: 1, columns: 'secret' })).toEqual(bare);
  });

  it('takes a list as it is, since every entry is one cell', () => {
    expect(readFormat({ columns: ['secret', null, 7, 'note'] }).columns).toEqual(['secret', null, 7, 'note']);
  });

  it('keeps of a mapping the three roles, and null counts as absent', () => {
    const columns = { secret: 'PIN', number: null, note: 5 };
    expect(readFormat({ header: true, columns })).toMatchObject({ header: true, columns: { secret: 'PIN' } });
  });

  it.each([[undefined], [null], ['secret'], [['secret']], [{ secret: 5 }], [{ secret: 'a', number: ['b'] }]])(
    'refuses every file with a header when the columns are %j',
    (columns) => {
      expect(told('a,b\n1,2\n', { separator: ',', header: true, columns })).toBe('bad_header');
    },
  );

  it.each([[undefined], [null], ['secret'], [{ secret: 'a' }], [5], [[]]])(
    'makes every line malformed without a header when the columns are %j',
    (columns) => {
      expect(told('a\n \nb\n', { columns })).toEqual(['wrong_cell_count', 'blank', 'wrong_cell_count']);
    },
  );

  it('is not fooled by names that every object inherits', () => {
    const columns = Object.create({ secret: 'a' }) as unknown;
    expect(told('a\nb\n', { header: true, columns })).toEqual(['header', 'secret_empty']);
  });
});
