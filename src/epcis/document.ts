/** Of the ledger's own members in EPCIS documents. */
export const EXTENSION_PREFIX = 'sourcebook';
export const EXTENSION_NAMESPACE = 'urn:sourcebook:epcis:';

export const SCHEMA_VERSION = '2.0';
export const EPCIS_VERSION = '2.0.0';
export const CBV_VERSION = '2.0.0';

const CONTEXT: readonly unknown[] = [
  'https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld',
  { [EXTENSION_PREFIX]: EXTENSION_NAMESPACE },
];

const HEAD = { '@context': CONTEXT, type: 'EPCISDocument', schemaVersion: SCHEMA_VERSION };

/** An EPCISDocument in three pieces, so that any number of events can be written one after the other. */
export const documentOpening = `${JSON.stringify(HEAD).slice(0, -1)},"epcisBody":{"eventList":[`;

export const EVENT_SEPARATOR = ',';

/** @param creationDate RFC 3339; said last, when the last event is known */
export function documentEnding(creationDate: string): string {
  return `]},"creationDate":${JSON.stringify(creationDate)}}`;
}

/** What the standard calls the query behind `GET /events`. */
const QUERY_NAME = 'SimpleEventQuery';

/** Events, each as JSON text, as the answer to a query. */
export function queryDocument(events: readonly string[], creationDate: string | undefined): string {
  const head = {
    ...HEAD,
    type: 'EPCISQueryDocument',
    ...(creationDate === undefined ? {} : { creationDate }),
  };
  const results = `{"queryName":"${QUERY_NAME}","resultsBody":{"eventList":[${events.join(',')}]}}`;
  return `${JSON.stringify(head).slice(0, -1)},"epcisBody":{"queryResults":${results}}}`;
}
