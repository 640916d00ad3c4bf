/**
 * What the JSON schema and the shapes of EPCIS 2.0 ask of an event, as far as events of this ledger go. In our own words:
 * GS1's files are not part of this project. They are stricter nowhere for what is allowed here.
 */
type Rule = (value: unknown) => boolean;

const URI = /^[a-z][a-z0-9+.-]*:[\w\-.~:/?#[\]@!$&'()*+,;=%]+$/i;
const UTC_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const OFFSET = /^[+-](?:(?:0\d|1[0-3]):[0-5]\d|14:00)$/;
const EVENT_ID = /^ni:\/\/\/sha-256;[0-9a-f]{64}\?ver=CBV2\.0$/;

const BIZ_STEPS =
  'accepting arriving assembling collecting commissioning consigning creating_class_instance cycle_counting decommissioning departing destroying disassembling dispensing encoding entering_exiting holding inspecting installing killing loading other packing picking receiving removing repackaging repairing replacing reserving retail_selling sampling sensor_reporting shipping staging_outbound stock_taking stocking storing transporting unloading unpacking void_shipping';
const DISPOSITIONS =
  'active available completeness_inferred completeness_verified conformant container_closed container_open damaged destroyed dispensed disposed encoded expired in_progress in_transit inactive mismatch_class mismatch_instance mismatch_quantity needs_replacement no_pedigree_match non_conformant non_sellable_other partially_dispensed recalled reserved retail_sold returned sellable_accessible sellable_not_accessible stolen unavailable unknown';
const TRANSACTION_TYPES = 'bol cert desadv inv pedigree po poc prodorder recadv rma testprd testres upevt';
const PARTY_TYPES = 'location owning_party possessing_party';

const matches =
  (pattern: RegExp): Rule =>
  (value) =>
    typeof value === 'string' && pattern.test(value);
const word =
  (words: string): Rule =>
  (value) =>
    words.split(' ').includes(value as string);
const uri = matches(URI);

/** An object of exactly these members; those whose name ends in `?` may be left out. */
const objectOf =
  (members: Readonly<Record<string, Rule>>): Rule =>
  (value) =>
    typeof value === 'object' && value !== null && faultsOfObject(value, members).length === 0;

const listOf =
  (rule: Rule, { max = 1000 } = {}): Rule =>
  (value) =>
    Array.isArray(value) &&
    value.length >= 1 &&
    value.length <= max &&
    value.every(rule) &&
    new Set(value.map((item) => JSON.stringify(item))).size === value.length;

/** Texts that Python's float() reads are rewritten by the reference implementation of event hash ids. */
const extensionText: Rule = (value) =>
  typeof value === 'string' &&
  value.trim() === value &&
  value !== '' &&
  !/^[+-]?[\d_.]+(?:e[+-]?\d+)?$/i.test(value);

const ilmd: Rule = (value) =>
  typeof value === 'object' &&
  value !== null &&
  Object.entries(value).every(([name, text]) => /^sourcebook:[A-Za-z]+$/.test(name) && extensionText(text));

const COMMON: Readonly<Record<string, Rule>> = {
  eventID: matches(EVENT_ID),
  eventTime: matches(UTC_TIME),
  eventTimeZoneOffset: matches(OFFSET),
  recordTime: matches(UTC_TIME),
  action: word('ADD OBSERVE DELETE'),
  'epcList?': listOf(uri),
  'quantityList?': listOf(objectOf({ epcClass: uri, 'quantity?': (value) => Number.isSafeInteger(value) })),
  'bizStep?': word(BIZ_STEPS),
  'disposition?': word(DISPOSITIONS),
  'readPoint?': objectOf({ id: uri }),
  'bizLocation?': objectOf({ id: uri }),
  'sourceList?': listOf(objectOf({ type: word(PARTY_TYPES), source: uri })),
  'destinationList?': listOf(objectOf({ type: word(PARTY_TYPES), destination: uri })),
  'sourcebook:event': uri,
};

const transactions = listOf(objectOf({ type: word(TRANSACTION_TYPES), bizTransaction: uri }));

const TYPES: Readonly<Record<string, Readonly<Record<string, Rule>>>> = {
  ObjectEvent: { ...COMMON, 'bizTransactionList?': transactions, 'ilmd?': ilmd },
  TransactionEvent: { ...COMMON, bizTransactionList: transactions },
};

function faultsOfObject(value: object, members: Readonly<Record<string, Rule>>): string[] {
  const entries = Object.entries(members).map(([name, rule]) => ({
    name: name.replace('?', ''),
    isOptional: name.endsWith('?'),
    rule,
  }));
  const known = new Set(entries.map(({ name }) => name));
  const unknown = Object.keys(value).filter((name) => !known.has(name));
  const faulty = entries.filter(({ name, isOptional, rule }) => {
    if (!Object.hasOwn(value, name)) return !isOptional;
    return !rule((value as Record<string, unknown>)[name]);
  });
  return [...unknown.map((name) => `${name} is unknown`), ...faulty.map(({ name }) => `${name} is wrong`)];
}

/** What is wrong with an event; empty where nothing is. */
export function faultsOfEvent(event: object): string[] {
  const { type, ...members } = event as { readonly type?: string } & Record<string, unknown>;
  const rules = TYPES[type ?? ''];
  if (rules === undefined) return [`${String(type)} is no type of event`];
  const faults = faultsOfObject(members, rules);
  if (members['epcList'] === undefined && members['quantityList'] === undefined)
    faults.push('it is about nothing');
  if (members['ilmd'] !== undefined && members['action'] !== 'ADD') faults.push('ilmd stands with ADD alone');
  if (members['sourceList'] !== undefined && members['destinationList'] !== undefined)
    faults.push('implementations of event hash ids disagree about source and destination together');
  return faults;
}
