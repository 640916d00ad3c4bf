import { isKeyName } from '../../proof/keys.js';

/** Everything that is set from outside, read once at the start. */
export interface Configuration {
  /** The data directory: the embedded log, read models, indexes, the master key's file. */
  readonly directory: string;
  /** The ledger's name: the first part of every stream's name. */
  readonly ledger: string;
  /** The ledger's origin in checkpoints and CloudEvents, a schema-less URL; recorded when the ledger is founded. */
  readonly origin: string;
  /** `esdb://…`; undefined for the embedded engine. */
  readonly eventStoreUrl: string | undefined;
  /** As given in the environment; undefined: from the key's file. */
  readonly masterKey: string | undefined;
  /** A file with the witnesses to ask and what they amount to (C2SP tlog-policy); undefined: none are asked. */
  readonly witnessPolicy: string | undefined;
  readonly http: HttpConfiguration;
  /** What EPCIS identifiers begin with; undefined: made of the ledger's origin. */
  readonly epcisBase?: string | undefined;
}

export interface HttpConfiguration {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** Who callers are taken for until they can be identified. */
  readonly actor: string;
  readonly allowUnauthenticated: boolean;
}

/** A setting that cannot be used. The message names it and says what it must be. */
export class InvalidConfiguration extends Error {
  override readonly name = 'InvalidConfiguration';
}

const ORIGIN_CHARACTERS_MAX = 200;
/** An actor stands in every event and in its leaf, which is bounded. */
export const ACTOR_CHARACTERS_MAX = 200;

const LOOPBACK_HOSTS = new Set(['127.0.0.1', '::1', 'localhost']);
const PORT_DEFAULT = 3000;

type Environment = Readonly<Record<string, string | undefined>>;

/** @throws InvalidConfiguration */
export function readConfiguration(environment: Environment, directory: string | undefined): Configuration {
  return {
    directory: directory ?? nonEmpty(environment['SOURCEBOOK_DATA']) ?? 'data',
    ledger: ledgerName(environment['SOURCEBOOK_LEDGER'] ?? 'main'),
    origin: originOf(nonEmpty(environment['SOURCEBOOK_ORIGIN']) ?? 'localhost/sourcebook'),
    eventStoreUrl: nonEmpty(environment['SOURCEBOOK_EVENT_STORE']),
    masterKey: nonEmpty(environment['SOURCEBOOK_MASTER_KEY']),
    witnessPolicy: nonEmpty(environment['SOURCEBOOK_WITNESS_POLICY']),
    http: httpConfiguration(environment),
    epcisBase: nonEmpty(environment['SOURCEBOOK_EPCIS_BASE']),
  };
}

function nonEmpty(value: string | undefined): string | undefined {
  return value === '' ? undefined : value;
}

function ledgerName(name: string): string {
  if (/^[a-z][a-z0-9]{0,31}$/.test(name)) return name;
  throw new InvalidConfiguration(
    'SOURCEBOOK_LEDGER must be 1 to 32 lower-case letters and digits, beginning with a letter',
  );
}

export function isActor(text: string): boolean {
  return text.length <= ACTOR_CHARACTERS_MAX;
}

function originOf(origin: string): string {
  if (isKeyName(origin) && origin.length <= ORIGIN_CHARACTERS_MAX) return origin;
  throw new InvalidConfiguration(
    `SOURCEBOOK_ORIGIN must be a name of at most ${ORIGIN_CHARACTERS_MAX} characters without spaces and "+", such as ledger.example/a`,
  );
}

function httpConfiguration(environment: Environment): HttpConfiguration {
  const host = nonEmpty(environment['SOURCEBOOK_HOST']) ?? '127.0.0.1';
  const allowUnauthenticated = environment['SOURCEBOOK_ALLOW_UNAUTHENTICATED'] === '1';
  if (!LOOPBACK_HOSTS.has(host) && !allowUnauthenticated) {
    throw new InvalidConfiguration(
      `SOURCEBOOK_HOST=${host} would serve callers who are not identified; bind to 127.0.0.1, or set ` +
        'SOURCEBOOK_ALLOW_UNAUTHENTICATED=1 where something in front of the service identifies them',
    );
  }
  const actor = nonEmpty(environment['SOURCEBOOK_ACTOR']) ?? 'operator';
  if (!isActor(actor)) {
    throw new InvalidConfiguration(`SOURCEBOOK_ACTOR must have at most ${ACTOR_CHARACTERS_MAX} characters`);
  }
  return { host, port: portOf(environment['SOURCEBOOK_PORT']), actor, allowUnauthenticated };
}

function portOf(text: string | undefined): number {
  const port = text === undefined || text === '' ? PORT_DEFAULT : Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new InvalidConfiguration('SOURCEBOOK_PORT must be a port from 0 to 65535');
}
