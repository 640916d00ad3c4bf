import { InvalidConfiguration, readConfiguration } from '../../../src/infrastructure/host/configuration.js';

test('everything has a default that serves this machine only', () => {
  expect(readConfiguration({}, undefined)).toEqual({
    directory: 'data',
    ledger: 'main',
    origin: 'localhost/sourcebook',
    eventStoreUrl: undefined,
    masterKey: undefined,
    http: { host: '127.0.0.1', port: 3000, actor: 'operator', allowUnauthenticated: false },
  });
});

test('a directory on the command line goes before the environment', () => {
  const environment = { SOURCEBOOK_DATA: 'from-environment' };
  expect(readConfiguration(environment, undefined).directory).toBe('from-environment');
  expect(readConfiguration(environment, 'given').directory).toBe('given');
});

test('an empty setting counts as absent', () => {
  const configuration = readConfiguration(
    { SOURCEBOOK_DATA: '', SOURCEBOOK_MASTER_KEY: '', SOURCEBOOK_PORT: '' },
    undefined,
  );
  expect(configuration.directory).toBe('data');
  expect(configuration.masterKey).toBeUndefined();
  expect(configuration.http.port).toBe(3000);
});

test('callers who are not identified are served on this machine only, unless somebody says so', () => {
  const open = { SOURCEBOOK_HOST: '0.0.0.0' };
  expect(() => readConfiguration(open, undefined)).toThrow(InvalidConfiguration);
  const allowed = readConfiguration({ ...open, SOURCEBOOK_ALLOW_UNAUTHENTICATED: '1' }, undefined);
  expect(allowed.http).toMatchObject({ host: '0.0.0.0', allowUnauthenticated: true });
});

test.each([
  { SOURCEBOOK_PORT: 'http' },
  { SOURCEBOOK_PORT: '65536' },
  { SOURCEBOOK_PORT: '-1' },
  { SOURCEBOOK_LEDGER: 'Main' },
  { SOURCEBOOK_LEDGER: 'a.b' },
  { SOURCEBOOK_LEDGER: '' },
])('a setting that cannot be used is named: %j', (environment) => {
  expect(() => readConfiguration(environment, undefined)).toThrow(Object.keys(environment)[0]);
});
