import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { composeFile, dockerFile, dockerStages, type ComposeService } from './docker-files.js';

const SOURCE = resolve(__dirname, '../../src');
const COMPOSE_FILES = ['compose.yaml', 'compose.cluster.yaml'] as const;
const VARIABLE = /\bSOURCEBOOK_[A-Z_]+\b/g;

const configuration = readFileSync(join(SOURCE, 'infrastructure/host/configuration.ts'), 'utf8');
const final = dockerStages(dockerFile('Dockerfile')).at(-1) ?? [];
const valueOf = (name: string): string | undefined => final.findLast((line) => line.name === name)?.text;

describe('the image', () => {
  test('runs as a user of its own, by number, so that an orchestrator can tell that it is not root', () => {
    expect(valueOf('USER')).toMatch(/^[1-9]\d{3,}:[1-9]\d{3,}$/);
    const afterUser = final.slice(final.findLastIndex(({ name }) => name === 'USER'));
    expect(afterUser.map(({ name }) => name)).not.toContain('RUN');
  });

  test('is made in stages: compilers and development dependencies stay behind', () => {
    const stages = dockerStages(dockerFile('Dockerfile'));
    expect(stages.length).toBeGreaterThan(1);
    expect(final.map(({ text }) => text).join('\n')).not.toMatch(/apt-get|npm (ci|install)|g\+\+/);
    expect(stages[0]?.some(({ text }) => text.includes('npm prune --omit=dev'))).toBe(true);
  });

  test('says whether it is well by a route that the service has', () => {
    const route = /http:\/\/127\.0\.0\.1:3000\/([a-z]+)\/([a-z]+)/.exec(valueOf('HEALTHCHECK') ?? '');
    const controller = readFileSync(join(SOURCE, 'api/health/health.controller.ts'), 'utf8');
    expect(controller).toContain(`@Controller('${route?.[1]}')`);
    expect(controller).toContain(`@Get('${route?.[2]}')`);
  });

  test('is stopped by the signal that the service puts everything away at', () => {
    expect(readFileSync(join(SOURCE, 'main.ts'), 'utf8')).toContain(`'${valueOf('STOPSIGNAL')}'`);
    // A shell in between would keep the signal to itself.
    expect(dockerFile('entrypoint.sh')).toMatch(/^exec "\$@"$/m);
    expect(valueOf('CMD')).toMatch(/^\["node", /);
  });

  test('starts the service as npm start does', () => {
    const { scripts } = JSON.parse(readFileSync(resolve(SOURCE, '../package.json'), 'utf8')) as {
      scripts: { start: string };
    };
    expect((JSON.parse(valueOf('CMD') ?? '[]') as string[]).join(' ')).toBe(scripts.start);
  });

  test('takes nothing from the checkout that it is not told to: no key, ledger or history', () => {
    const [first, ...others] = dockerFile('Dockerfile.dockerignore')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'));
    expect(first).toBe('*');
    expect(others.every((line) => line.startsWith('!'))).toBe(true);
    for (const name of others.map((line) => line.slice(1)))
      expect(statSync(resolve(SOURCE, '..', name))).toBeDefined();
  });
});

describe.each(COMPOSE_FILES)('%s', (name) => {
  const compose = composeFile(name);
  const services = Object.entries(compose.services);
  const instances = services.filter(([, { image }]) => image === 'sourcebook:local');

  test('publishes ports on this machine alone', () => {
    const published = services.flatMap(([, { ports = [] }]) => ports);
    expect(published.length).toBeGreaterThan(0);
    for (const port of published) expect(port).toMatch(/^127\.0\.0\.1:\d+:\d+$/);
  });

  test('lets nobody reach the log but the instances', () => {
    expect(compose.networks['log']?.internal).toBe(true);
    const onLog = services
      .filter(([, { networks = [] }]) => networks.includes('log'))
      .map(([service]) => service);
    expect(onLog.every((service) => /eventstore|sourcebook/.test(service))).toBe(true);
  });

  test('every service that stays up says whether it is well, and starts again', () => {
    const lasting = services.filter(([, { network_mode }]) => network_mode !== 'none');
    for (const [service, { healthcheck, restart, image }] of lasting) {
      // The image of the service brings its own check.
      const checked = healthcheck !== undefined || image === 'sourcebook:local';
      expect([service, checked, restart]).toEqual([service, true, 'unless-stopped']);
    }
  });

  test('images are named by version, so that a restart is no upgrade', () => {
    for (const [, { image = '' }] of services) expect(image).toMatch(/:(local|\d[\w.-]+)$/);
  });

  test('an instance has no rights that it does not need, and time to put everything away', () => {
    expect(instances.length).toBeGreaterThan(0);
    for (const [, instance] of instances) {
      expect(instance).toMatchObject({ read_only: true, cap_drop: ['ALL'], stop_grace_period: '60s' });
      expect(instance).toMatchObject({ security_opt: ['no-new-privileges:true'] });
    }
  });

  test('the master key comes as a secret from outside, and stands in no file', () => {
    for (const [, { secrets = [] }] of instances) expect(secrets).toContain('master_key');
    expect(compose.secrets['master_key']).toEqual({ environment: 'SOURCEBOOK_MASTER_KEY' });
    for (const [, { environment = {} }] of instances)
      expect(environment).not.toHaveProperty('SOURCEBOOK_MASTER_KEY');
  });

  test('passwords are asked for, never given', () => {
    for (const value of services.flatMap(([, service]) => secretValuesOf(service))) {
      expect(value).toMatch(/^\$\{[A-Z_]+:\?/);
    }
  });
});

/** Values of variables that hold something secret. */
function secretValuesOf({ environment = {} }: ComposeService): string[] {
  return Object.entries(environment).flatMap(([name, value]) =>
    /PASSWORD|SECRET|TOKEN/.test(name) ? [value] : [],
  );
}

describe('several instances', () => {
  const { services } = composeFile('compose.cluster.yaml');

  test('there are two, and three nodes with TLS', () => {
    expect(Object.keys(services).filter((name) => /^sourcebook\d$/.test(name))).toHaveLength(2);
    const nodes = Object.entries(services).filter(([name]) => name.endsWith('.eventstore'));
    expect(nodes).toHaveLength(3);
    for (const [, { environment = {} }] of nodes) {
      expect(environment).not.toHaveProperty('EVENTSTORE_INSECURE');
      expect(environment).toMatchObject({
        EVENTSTORE_CLUSTER_SIZE: '3',
        EVENTSTORE_CERTIFICATE_FILE: expect.stringContaining('node.crt') as string,
      });
    }
  });

  test('the proxy knows every one of them by its name and port', () => {
    const proxied = [...dockerFile('haproxy.cfg').matchAll(/^ {2}server (\S+) (\S+):(\d+)$/gm)];
    expect(proxied.map(([, name, host, port]) => [name, host, port])).toEqual([
      ['sourcebook1', 'sourcebook1', '3000'],
      ['sourcebook2', 'sourcebook2', '3000'],
    ]);
  });
});

describe('settings', () => {
  const known = new Set(configuration.match(VARIABLE));

  test.each(readdirSync(resolve(SOURCE, '../docker')))(
    '%s names only variables that the service reads',
    (name) => {
      const used = (dockerFile(name).match(VARIABLE) ?? []) as string[];
      expect(used.filter((variable) => !known.has(variable))).toEqual([]);
    },
  );

  test('every variable is documented', () => {
    const documented = new Set(
      readFileSync(resolve(SOURCE, '../docs/operations.md'), 'utf8').match(VARIABLE),
    );
    expect([...known].filter((variable) => !documented.has(variable))).toEqual([]);
    expect([...documented].filter((variable) => !known.has(variable))).toEqual([]);
  });
});
