import { execFileSync } from 'node:child_process';
import { GenericContainer, Wait } from 'testcontainers';

const IMAGE = 'eventstore/eventstore:24.10.0-bookworm-slim';
const PORT = 2113;
const STARTUP_TIMEOUT_MS = 180_000;
const HEALTH_INTERVAL_MS = 1_000;

/** A server of EventStoreDB that is not ours to imitate. */
export interface RealServer {
  readonly connectionString: string;
  stop(): Promise<void>;
}

/** How a real server can be had here; undefined when it cannot. */
export function realServerSource(): (() => Promise<RealServer>) | undefined {
  const running = process.env['EVENTSTORE_TEST_URL'];
  if (running !== undefined && running !== '') {
    return async () => ({ connectionString: running, stop: () => Promise.resolve() });
  }
  return dockerAnswers() ? startContainer : undefined;
}

/** The line that a run without a real server ends with. */
export const HOW_TO_RUN =
  'NOT RUN on a real EventStoreDB: set EVENTSTORE_TEST_URL=esdb://host:2113?tls=false, or start Docker ' +
  '(EVENTSTORE_TEST_IMAGE names another image)';

async function startContainer(): Promise<RealServer> {
  const container = await new GenericContainer(process.env['EVENTSTORE_TEST_IMAGE'] ?? IMAGE)
    .withEnvironment({
      EVENTSTORE_INSECURE: 'true',
      EVENTSTORE_CLUSTER_SIZE: '1',
      EVENTSTORE_TELEMETRY_OPTOUT: 'true',
    })
    .withExposedPorts(PORT)
    .withHealthCheck({
      test: ['CMD-SHELL', `curl --fail --silent http://localhost:${PORT}/health/live`],
      interval: HEALTH_INTERVAL_MS,
      timeout: HEALTH_INTERVAL_MS * 5,
      retries: STARTUP_TIMEOUT_MS / HEALTH_INTERVAL_MS,
    })
    .withWaitStrategy(Wait.forHealthCheck())
    .withStartupTimeout(STARTUP_TIMEOUT_MS)
    .start();
  const connectionString = `esdb://${container.getHost()}:${container.getMappedPort(PORT)}?tls=false`;
  return { connectionString, stop: async () => void (await container.stop()) };
}

/** Asked in a process of its own, because Jest wants to know which tests there are before anything can be awaited. */
function dockerAnswers(): boolean {
  const ping = `
    const host = process.env.DOCKER_HOST ?? 'unix:///var/run/docker.sock';
    const url = new URL(host.replace(/^tcp:/, 'http:'));
    const target = url.protocol === 'unix:' ? { socketPath: url.pathname } : { host: url.hostname, port: url.port };
    require('node:http')
      .get({ ...target, path: '/_ping', timeout: 3000 }, (answer) => process.exit(answer.statusCode === 200 ? 0 : 1))
      .on('timeout', () => process.exit(1))
      .on('error', () => process.exit(1));`;
  try {
    execFileSync(process.execPath, ['-e', ping], { stdio: 'ignore' });
    return true;
  } catch {
    // Any failure of the probe is its answer.
    return false;
  }
}
