import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EpcisContent, EpcisEvent } from '../../src/epcis/content.js';
import { eventHashId, preHashOf } from '../../src/epcis/event-hash-id.js';
import { epcisEventsOf, story } from './story.js';

/** Events of the story with the ids that RalphTro/epcis-event-hash-generator (5d2f1c3) gives them. */
const vectors = JSON.parse(readFileSync(join(__dirname, 'reference-vectors.json'), 'utf8')) as EpcisEvent[];

function contentOf({ eventID: _, ...content }: EpcisEvent): EpcisContent {
  return content;
}

describe('the event hash id', () => {
  it('is the reference implementation’s', () => {
    expect(vectors.length).toBeGreaterThan(15);
    expect(vectors.map((event) => eventHashId(contentOf(event)))).toEqual(
      vectors.map(({ eventID }) => eventID),
    );
  });

  it('and the event that it is of never change', () => {
    expect(story().flatMap(epcisEventsOf)).toEqual(vectors);
  });

  it('is of names and values in the standard’s order, lists sorted, words as web addresses', () => {
    const sale = vectors.find(({ bizStep }) => bizStep === 'retail_selling') as EpcisEvent;
    expect(preHashOf(contentOf(sale))).toBe(
      [
        'eventType=ObjectEvent',
        'eventTime=2026-09-01T01:30:00.123Z',
        'eventTimeZoneOffset=+08:00',
        'epcListepc=https://id.example.org/goods/obj/key/LOT-0001-000001',
        'action=OBSERVE',
        'bizStep=https://ref.gs1.org/cbv/BizStep-retail_selling',
        'disposition=https://ref.gs1.org/cbv/Disp-retail_sold',
        'readPointid=https://id.example.org/goods/loc/pool/main',
        'bizTransactionListtype=https://ref.gs1.org/cbv/BTT-pobizTransaction=https://id.example.org/goods/bt/so/M-0007~2026090100017',
        'destinationListtype=https://ref.gs1.org/cbv/SDT-owning_partydestination=https://id.example.org/goods/party/merchant/M-0007',
        `{urn:sourcebook:epcis:}event=${sale['sourcebook:event']}`,
      ].join(''),
    );
  });

  it('is the reference implementation’s for lists in any order and all members at once', () => {
    const base = 'https://id.example.org';
    const event: EpcisContent = {
      type: 'ObjectEvent',
      eventTime: '2026-09-01T01:30:00.123Z',
      eventTimeZoneOffset: '+08:00',
      recordTime: '2026-09-01T01:30:05.678Z',
      epcList: [`${base}/obj/key/B-000001`, `${base}/obj/key/A-000002`],
      quantityList: [{ epcClass: `${base}/class/lot/B`, quantity: 7 }, { epcClass: `${base}/class/lot/A` }],
      action: 'ADD',
      bizStep: 'shipping',
      disposition: 'in_transit',
      readPoint: { id: `${base}/loc/pool/a` },
      bizLocation: { id: `${base}/loc/pool/b` },
      bizTransactionList: [
        { type: 'rma', bizTransaction: `${base}/bt/rma/1` },
        { type: 'po', bizTransaction: `${base}/bt/po/2` },
      ],
      sourceList: [{ type: 'owning_party', source: `${base}/party/supplier/S` }],
      destinationList: [{ type: 'location', destination: `${base}/loc/pool/b` }],
      ilmd: { 'sourcebook:sku': `${base}/class/sku/S`, 'sourcebook:lot': `${base}/class/lot/A` },
      'sourcebook:event': `${base}/event/1`,
    };
    expect(eventHashId(event)).toBe(
      'ni:///sha-256;d87731060619bdd76e3c4bac23a3ced6f8729b5d086ac49e3dfa35a9db289947?ver=CBV2.0',
    );
  });

  it('does not depend on the order of lists or on when it was recorded, but on everything else', () => {
    const [first] = vectors.filter(({ bizTransactionList }) => (bizTransactionList?.length ?? 0) > 1);
    const content = contentOf(first as EpcisEvent);
    const reordered = { ...content, bizTransactionList: content.bizTransactionList?.toReversed() ?? [] };
    expect(eventHashId(reordered)).toBe(eventHashId(content));
    expect(eventHashId({ ...content, recordTime: '2030-01-01T00:00:00.000Z' })).toBe(eventHashId(content));
    for (const changed of [
      { action: 'DELETE' as const },
      { eventTimeZoneOffset: '+09:00' },
      { 'sourcebook:event': 'https://id.example.org/goods/event/other' },
      { epcList: ['https://id.example.org/goods/obj/key/LOT-0001-000003'] },
    ])
      expect(eventHashId({ ...content, ...changed })).not.toBe(eventHashId(content));
  });
});
