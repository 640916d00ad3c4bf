import type { EventFilter, Key } from '../../epcis/event-filter.js';
import type { EpcisIdentifiers } from '../../epcis/identifiers.js';
import { readCursor, writeCursor } from '../../projections/shared/page.js';
import type { QueryParameter } from '../openapi/route.js';
import { text, time } from '../openapi/schema.js';
import { ParameterReader, type QueryParameters } from '../queries/asked.js';
import type { EpcisCursor } from './event-page.js';

const PER_PAGE_DEFAULT = 30;
const PER_PAGE_MAX = 500;

/** How many keys a question may name at once. */
const KEYS_MAX = 20;

const EVENT_TYPES = [
  'ObjectEvent',
  'AggregationEvent',
  'TransactionEvent',
  'TransformationEvent',
  'AssociationEvent',
];

const PAGING: readonly QueryParameter[] = [
  {
    name: 'nextPageToken',
    schema: text,
    description: 'opaque; take it from the `Link` of the page before',
  },
];

const RECORDED: readonly QueryParameter[] = [
  {
    name: 'GE_recordTime',
    schema: time,
    description: 'recorded at or after; reading begins there, so it makes questions cheap',
  },
];

export const ONE_EVENT_PARAMETERS: readonly QueryParameter[] = [...RECORDED, ...PAGING];

export const EPC_PARAMETERS: readonly QueryParameter[] = [
  { name: 'eventType', schema: text, description: 'one or several types, separated by `|`' },
  { name: 'EQ_bizStep', schema: text, description: 'one or several business steps, separated by `|`' },
  { name: 'GE_eventTime', schema: time, description: 'happened at or after' },
  { name: 'LT_eventTime', schema: time, description: 'happened before' },
  ...RECORDED,
  {
    name: 'perPage',
    schema: { type: 'integer', minimum: 1, maximum: PER_PAGE_MAX, default: PER_PAGE_DEFAULT },
    description: 'events at most; a page may hold fewer, even none, while its `Link` leads on',
  },
  ...PAGING,
];

export const EVENTS_PARAMETERS: readonly QueryParameter[] = [
  ...EPC_PARAMETERS,
  {
    name: 'MATCH_epc',
    schema: text,
    description: `one to ${KEYS_MAX} URIs of keys, separated by \`|\`: events that name any of them`,
  },
];

export interface EpcisQuestion {
  readonly filter: EventFilter;
  readonly perPage: number;
  /** Undefined for a first page. */
  readonly from: EpcisCursor | undefined;
}

/** @throws Refusal `invalid` @throws UnknownCursor */
export function readQuestion(
  parameters: QueryParameters,
  known: readonly QueryParameter[],
  identifiers: EpcisIdentifiers,
): EpcisQuestion {
  const reader = new ParameterReader(parameters);
  const filter = {
    ...defined('eventTypes', readEventTypes(reader)),
    ...defined('bizSteps', listOf(reader.text('EQ_bizStep'))?.map(bareWord)),
    ...defined('eventTimeFrom', reader.instant('GE_eventTime')),
    ...defined('eventTimeUntil', reader.instant('LT_eventTime')),
    ...defined('recordTimeFrom', reader.instant('GE_recordTime')),
    ...defined('keys', readKeys(reader, identifiers)),
  };
  const perPage = reader.wholeNumber('perPage', 1, PER_PAGE_MAX) ?? PER_PAGE_DEFAULT;
  const token = reader.text('nextPageToken');
  reader.done(known);
  return { filter, perPage, from: token === undefined ? undefined : readPageToken(token) };
}

function readPageToken(token: string): EpcisCursor {
  const [sequence, index] = readCursor(token, 2) as [number, number];
  return { sequence, index };
}

/** The page after, with what else was asked. */
export function linkTo(path: string, parameters: QueryParameters, next: EpcisCursor): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    if (name !== 'nextPageToken' && typeof value === 'string') query.set(name, value);
  }
  query.set('nextPageToken', writeCursor(next.sequence, next.index));
  return `<${path}?${query.toString()}>; rel="next"`;
}

function readEventTypes(reader: ParameterReader): string[] | undefined {
  const types = listOf(reader.text('eventType'));
  const unknown = types?.find((type) => !EVENT_TYPES.includes(type));
  if (unknown === undefined) return types;
  return reader.fault('eventType', `must be one or several of ${EVENT_TYPES.join(', ')}, separated by |`);
}

/** A URI of something else is no key: nothing names it. */
function readKeys(reader: ParameterReader, identifiers: EpcisIdentifiers): Key[] | undefined {
  const uris = listOf(reader.text('MATCH_epc', KEYS_MAX * 1000));
  if (uris === undefined) return undefined;
  if (uris.length > KEYS_MAX) return reader.fault('MATCH_epc', `must name at most ${KEYS_MAX} keys`);
  return uris.flatMap((uri) => identifiers.parseKey(uri) ?? []);
}

function listOf(value: string | undefined): string[] | undefined {
  return value?.split('|');
}

/** Business steps are asked for as bare words; their web addresses and URNs mean the same. */
function bareWord(bizStep: string): string {
  return bizStep.replace(
    /^(https:\/\/ref\.gs1\.org\/cbv\/BizStep-|urn:epcglobal:cbv:bizstep:|cbv:BizStep-)/,
    '',
  );
}

function defined<Name extends string, Value>(
  name: Name,
  value: Value | undefined,
): { [Key in Name]?: Value } {
  return value === undefined ? {} : ({ [name]: value } as { [Key in Name]: Value });
}
