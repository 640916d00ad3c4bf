/** How a cluster is reached; what is given beside the connection string overrides nothing in it. */
export interface ConnectionOptions {
  /** `esdb://host:2113?tls=false`, `esdb+discover://name:2113`; the scheme `kurrentdb` is the same. */
  readonly connectionString: string;
  readonly credentials?: { readonly username: string; readonly password: string };
  /** A PEM file with the authority that signed the nodes' certificates. */
  readonly tlsCaFile?: string;
}

/** The text is never repeated: it may hold a password. */
export class InvalidConnectionString extends Error {
  override readonly name = 'InvalidConnectionString';

  constructor(fault: string) {
    super(
      `the EventStoreDB connection string ${fault}; write esdb://host:2113?tls=true or esdb+discover://…`,
    );
  }
}

const SHAPE = /^(?:esdb|kurrentdb)(\+discover)?:\/\/(?:([^@/?]+)@)?([^@/?]+)\/?(?:\?(.*))?$/s;
const HOSTS = /^[A-Za-z0-9._-]+(:\d{1,5})?(,[A-Za-z0-9._-]+(:\d{1,5})?)*$/;

/** The client prints an option it does not know together with the whole string, so none may reach it. */
const OPTIONS: Readonly<Record<string, RegExp>> = {
  connectionname: /^[^&?=]+$/,
  defaultdeadline: /^\d{1,9}$/,
  discoveryinterval: /^\d{1,9}$/,
  gossiptimeout: /^\d{1,9}$/,
  keepaliveinterval: /^(-1|\d{5,9})$/,
  keepalivetimeout: /^(-1|\d{5,9})$/,
  maxdiscoverattempts: /^\d{1,9}$/,
  // Followers lag: an append that was acknowledged might not be read.
  nodepreference: /^leader$/i,
  tls: /^(true|false)$/,
  tlscafile: /^[^&?=]+$/,
  // The client ignores `false`; whoever wrote it would believe otherwise.
  tlsverifycert: /^true$/,
  usercertfile: /^[^&?=]+$/,
  userkeyfile: /^[^&?=]+$/,
};

/**
 * The connection string as `@eventstore/db-client` takes it, checked, with credentials and CA file put in.
 * @throws InvalidConnectionString
 */
export function clientConnectionString(options: ConnectionOptions): string {
  const match = SHAPE.exec(options.connectionString.trim());
  if (match === null)
    throw new InvalidConnectionString('is not of the form esdb://[user:password@]host[:port][?option=value]');
  const [, discover = '', userInfo, hosts = '', query = ''] = match;
  checkHosts(hosts);
  const pairs = query === '' ? [] : query.split('&');
  pairs.forEach(checkOption);
  if (options.tlsCaFile !== undefined) pairs.push(`tlsCAFile=${encodeURIComponent(options.tlsCaFile)}`);
  const credentials = userInfoOf(options, userInfo);
  return `esdb${discover}://${credentials}${hosts}${pairs.length === 0 ? '' : `?${pairs.join('&')}`}`;
}

function checkHosts(hosts: string): void {
  if (HOSTS.test(hosts)) return;
  // The client takes an address apart at its colons when it reconnects.
  throw new InvalidConnectionString('names hosts other than names or IPv4 addresses with an optional port');
}

function checkOption(pair: string): void {
  const equals = pair.indexOf('=');
  const key = pair.slice(0, Math.max(equals, 0)).trim();
  const allowed = OPTIONS[key.toLowerCase().replace(/[_-]/g, '')];
  if (allowed === undefined) {
    throw new InvalidConnectionString(`has an unknown option; known are ${Object.keys(OPTIONS).join(', ')}`);
  }
  if (!allowed.test(pair.slice(equals + 1).trim()))
    throw new InvalidConnectionString(`has a value for ${key} that is not allowed`);
}

function userInfoOf({ credentials }: ConnectionOptions, given: string | undefined): string {
  if (credentials !== undefined && given !== undefined) {
    throw new InvalidConnectionString('holds credentials although others are configured; give them once');
  }
  if (credentials !== undefined) {
    return `${encodeURIComponent(credentials.username)}:${encodeURIComponent(credentials.password)}@`;
  }
  if (given === undefined) return '';
  if (!/^[^:]+:[^:]+$/.test(given)) {
    throw new InvalidConnectionString('has credentials other than user:password, percent-encoded');
  }
  return `${given}@`;
}
