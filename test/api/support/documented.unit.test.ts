import { DocumentedInterface } from './documented.js';

const schema = {
  type: 'object',
  properties: { id: { type: 'string' }, next: { anyOf: [{ type: 'integer' }, { type: 'null' }] } },
  required: ['id'],
  additionalProperties: false,
};
const responses = { 200: { content: { 'application/json': { schema } } } };
const document = { paths: { '/v1/lots/{lotId}': { get: { responses } } } };

describe('what the tests hold every answer to', () => {
  const checked = new DocumentedInterface(document);
  const mismatches = (json: unknown, status = 200): number =>
    checked.mismatches(
      { method: 'GET', path: '/v1/lots/a?b=c' },
      { status, headers: new Headers({ 'content-type': 'application/json' }), json: json },
    ).length;

  it('lets pass what is documented', () => {
    expect(mismatches({ id: 'x' })).toBe(0);
    expect(mismatches({ id: 'x', next: null })).toBe(0);
  });

  it('finds what is missing, too much, of another type or status', () => {
    expect(mismatches({})).toBe(1);
    expect(mismatches({ id: 'x', more: 1 })).toBe(1);
    expect(mismatches({ id: 7 })).toBe(1);
    expect(mismatches({ id: 'x', next: 'y' })).toBe(1);
    expect(mismatches({ id: 'x' }, 404)).toBe(1);
  });
});
