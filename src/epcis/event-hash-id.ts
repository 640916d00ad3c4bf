import { createHash } from 'node:crypto';
import type { EpcisContent } from './content.js';
import { EXTENSION_NAMESPACE, EXTENSION_PREFIX } from './document.js';

const VOCABULARY = 'https://ref.gs1.org/cbv/';

/**
 * The event hash id of CBV 2.0 (section 8.9.2), the same as the reference implementation's
 * (RalphTro/epcis-event-hash-generator): id, record time and error declarations do not count.
 *
 * For events as this ledger makes them, so that nothing has to be normalised: times in UTC with three decimals, words of
 * the vocabulary bare, identifiers no GS1 Digital Links, and no text that reads as a number (the reference rewrites it).
 */
export function eventHashId(event: EpcisContent): string {
  const digest = createHash('sha256').update(preHashOf(event)).digest('hex');
  return `ni:///sha-256;${digest}?ver=CBV2.0`;
}

/** What is hashed: names and values without separators, first in the standard's order, then the rest in that of bytes. */
export function preHashOf(event: EpcisContent): string {
  const parts = [
    field('eventType', event.type),
    field('eventTime', event.eventTime),
    field('eventTimeZoneOffset', event.eventTimeZoneOffset),
    list('epcList', event.epcList, (epc) => field('epc', epc)),
    list('quantityList', event.quantityList, quantityElement),
    field('action', event.action),
    word('bizStep', 'BizStep-', event.bizStep),
    word('disposition', 'Disp-', event.disposition),
    place('readPoint', event.readPoint),
    place('bizLocation', event.bizLocation),
    ...remaining(event).sort(),
  ];
  return parts.join('');
}

/** The reference puts these after all others, sorted: a destination before a source. */
function remaining(event: EpcisContent): string[] {
  return [
    list('bizTransactionList', event.bizTransactionList, ({ type, bizTransaction }) =>
      typed(`BTT-${type}`, 'bizTransaction', bizTransaction),
    ),
    list('sourceList', event.sourceList, ({ type, source }) => typed(`SDT-${type}`, 'source', source)),
    list('destinationList', event.destinationList, ({ type, destination }) =>
      typed(`SDT-${type}`, 'destination', destination),
    ),
    ilmd(event.ilmd),
    extension('sourcebook:event', event['sourcebook:event']),
  ];
}

function field(name: string, value: string | number | undefined): string {
  return value === undefined ? '' : `${name}=${value}`;
}

function list<Item>(name: string, items: readonly Item[] | undefined, write: (item: Item) => string): string {
  return items === undefined || items.length === 0 ? '' : name + items.map(write).sort().join('');
}

function word(name: string, kind: string, value: string | undefined): string {
  return value === undefined ? '' : field(name, `${VOCABULARY}${kind}${value}`);
}

function place(name: string, value: { readonly id: string } | undefined): string {
  return value === undefined ? '' : `${name}${field('id', value.id)}`;
}

function quantityElement({ epcClass, quantity }: { epcClass: string; quantity?: number }): string {
  return `quantityElement${field('epcClass', epcClass)}${field('quantity', quantity)}`;
}

/** The type stands before what it is the type of: the reference's text says otherwise, its code and vectors do not. */
function typed(type: string, name: string, value: string): string {
  return field('type', VOCABULARY + type) + field(name, value);
}

function ilmd(values: Readonly<Record<string, string>> | undefined): string {
  return list('ilmd', values && Object.entries(values), ([name, value]) => extension(name, value));
}

/** An extension stands under its whole namespace, whatever its prefix. */
function extension(name: string, value: string): string {
  return field(`{${EXTENSION_NAMESPACE}}${name.slice(EXTENSION_PREFIX.length + 1)}`, value);
}
