import {
  clientConnectionString,
  InvalidConnectionString,
} from '../../../../src/infrastructure/event-store/eventstoredb/connection-string.js';
import { openEventStoreDb } from '../../../../src/infrastructure/event-store/eventstoredb/open.js';

describe('the connection string of EventStoreDB', () => {
  const of = (connectionString: string, more: object = {}) =>
    clientConnectionString({ connectionString, ...more });

  test.each([
    ['esdb://localhost:2113?tls=false', 'esdb://localhost:2113?tls=false'],
    ['esdb://node-1.example,node-2.example:2114/', 'esdb://node-1.example,node-2.example:2114'],
    ['kurrentdb://localhost', 'esdb://localhost'],
    ['kurrentdb+discover://cluster.example:2113?tls=true', 'esdb+discover://cluster.example:2113?tls=true'],
    ['esdb://admin:p%40ss@localhost', 'esdb://admin:p%40ss@localhost'],
    [
      'esdb://localhost?nodePreference=leader&keepAliveInterval=10000',
      'esdb://localhost?nodePreference=leader&keepAliveInterval=10000',
    ],
  ])('%s is taken as %s', (given, taken) => {
    expect(of(given)).toBe(taken);
  });

  test('credentials and CA file are put in, encoded', () => {
    const credentials = { username: 'ledger', password: 'a:b@c/d?' };
    expect(of('esdb://localhost?tls=true', { credentials, tlsCaFile: '/etc/ca & co.pem' })).toBe(
      'esdb://ledger:a%3Ab%40c%2Fd%3F@localhost?tls=true&tlsCAFile=%2Fetc%2Fca%20%26%20co.pem',
    );
  });

  test.each([
    ['no scheme', 'localhost:2113'],
    ['another scheme', 'https://localhost:2113'],
    ['an IPv6 address, which the client takes apart at its colons', 'esdb://[::1]:2113'],
    [
      'an option that the client does not know and would print with the whole string',
      'esdb://u:secret@localhost?tlss=true',
    ],
    [
      'a check of certificates that the client would not switch off',
      'esdb://u:secret@localhost?tlsVerifyCert=false',
    ],
    ['a preference for followers, which lag', 'esdb://u:secret@localhost?nodePreference=follower'],
    ['keep-alives that are too frequent', 'esdb://u:secret@localhost?keepAliveInterval=100'],
    ['a switch that changes how appends fail', 'esdb://u:secret@localhost?throwOnAppendFailure=false'],
    ['credentials without a password', 'esdb://secret@localhost'],
    ['an option without a value', 'esdb://u:secret@localhost?tls'],
  ])('%s is refused, and the string is not repeated', (_, given) => {
    expect(() => of(given)).toThrow(InvalidConnectionString);
    expect(() => of(given)).not.toThrow(/secret/);
  });

  test('credentials twice are refused', () => {
    const credentials = { username: 'ledger', password: 'secret' };
    expect(() => of('esdb://admin:other@localhost', { credentials })).toThrow(/give them once/);
  });

  test('a CA file that is not there is named as the fault when the store is opened', () => {
    const open = () =>
      openEventStoreDb({
        connectionString: 'esdb://u:secret@localhost',
        ledger: 'l',
        tlsCaFile: 'missing-ca.pem',
      });
    expect(open).toThrow(/certificate file that is not there/);
    expect(open).not.toThrow(/secret/);
  });
});
