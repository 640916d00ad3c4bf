import type { CommandContext } from '../../src/domain/shared/ledger.js';
import { idsOf, operationOf } from '../../src/infrastructure/pack/operations.js';
import { PackFolder } from '../support/pack-folder.js';

const CONTEXT = { at: '2026-09-01T08:00:00Z' } as CommandContext;

interface Translated {
  readonly body: Readonly<Record<string, unknown>>;
  readonly file: { readonly format: unknown; readonly source: { readonly name: string } | undefined };
}

async function translate(
  fields: Readonly<Record<string, unknown>>,
  directory = '/nowhere',
): Promise<Translated> {
  const operation = operationOf(fields['op']);
  if (operation === undefined) throw new RangeError('an unknown operation');
  return (await operation.translate(fields, CONTEXT, directory)) as unknown as Translated;
}

describe('an operation of a pack', () => {
  it.each([
    ['place_po', 'PlacePurchaseOrder'],
    ['receive_lot', 'ReceiveLot'],
    ['transfer', 'TransferUnits'],
    ['issue', 'IssueOrder'],
    ['refund', 'RefundOrder'],
    ['revoke_authorisation', 'RevokeAuthorisation'],
    ['quarantine_lot', 'QuarantineLot'],
    ['release_lot', 'ReleaseLot'],
    ['write_off', 'WriteOffUnits'],
    ['return_to_supplier', 'ReturnToSupplier'],
  ])('%s is the command %s', async (op, command) => {
    expect(operationOf(op)?.command).toBe(command);
    expect((await operationOf(op)?.translate({ op }, CONTEXT, '/nowhere'))?.constructor.name).toBe(command);
  });

  it.each(['burn', 'constructor', '__proto__', 'Issue', '', undefined, 5])('%p is unknown', (op) => {
    expect(operationOf(op)).toBeUndefined();
  });

  it('passes quantities, prices and units on as they came: the rules judge them in their turn', async () => {
    const issue = await translate({ op: 'issue', quantity: '5', unit_price: 5, sku: 'S' });
    expect({ ...issue.body }).toEqual({ quantity: '5', unitPrice: 5, sku: 'S' });
    const refund = await translate({ op: 'refund', units: [1, '2', null], reason: 'bored', remedy: 'gift' });
    expect({ ...refund.body }).toEqual({ units: [1, '2', null], reason: 'bored', remedy: 'gift' });
    const order = await translate({ op: 'place_po', lines: [{ sku: 'S', quantity: 1.5, unit_cost: 5 }, 7] });
    expect(order.body['lines']).toEqual([{ sku: 'S', quantity: 1.5, unitCost: 5 }, {}]);
  });

  it('hands on what should be a list and is none', async () => {
    expect((await translate({ op: 'place_po', lines: 'none' })).body['lines']).toBe('none');
  });

  it('takes an id that is no text as absent', async () => {
    const { body } = await translate({ op: 'issue', merchant_id: 5, order_no: ['1'], sku: true, pool: 7 });
    expect({ ...body }).toEqual({});
  });

  it('drops a remark that is no text, and cuts one that is too long', async () => {
    expect({ ...(await translate({ op: 'quarantine_lot', lot_id: 'L', reason: 5 })).body }).toEqual({
      lotId: 'L',
    });
    expect({ ...(await translate({ op: 'write_off', lot_id: 'L', reason: 'x'.repeat(2000) })).body }).toEqual(
      {
        lotId: 'L',
        reason: 'x'.repeat(1000),
      },
    );
  });

  it('offers the key file within the pack, named as the operation names it', async () => {
    const pack = new PackFolder({ 'keys/a.txt': 'K' });
    const fields = {
      op: 'receive_lot',
      file: './keys/a.txt',
      separator: '\t',
      quoted: true,
      header: true,
      columns: { secret: '卡密' },
    };
    const { file } = await translate(fields, pack.path);
    expect(file.source?.name).toBe('./keys/a.txt');
    expect(file.format).toEqual({ separator: '\t', quoted: true, header: true, columns: { secret: '卡密' } });
    expect((await translate({ ...fields, file: '../a.txt' }, pack.path)).file.source).toBeUndefined();
    pack.remove();
  });

  it('names in a refusal the ids that it carried at its top level, in the answer’s names', () => {
    const fields = {
      po_id: 'P',
      lot_id: 'L',
      merchant_id: 'M',
      order_no: 'O',
      refund_no: 'R',
      authorisation_id: 'A',
      sku: 'S',
      supplier_id: 'X',
      lines: [{ sku: 'T' }],
    };
    expect(idsOf(fields)).toEqual({
      poId: 'P',
      lotId: 'L',
      merchantId: 'M',
      orderNo: 'O',
      refundNo: 'R',
      authorisationId: 'A',
      sku: 'S',
    });
    expect(idsOf({ po_id: 5, sku: ['S'], order_no: '' })).toEqual({ orderNo: '' });
  });
});
