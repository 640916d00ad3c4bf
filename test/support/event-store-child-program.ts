import { randomUUID } from 'node:crypto';
import { streamName } from '../../src/domain/shared/identifiers.js';
import { openEmbedded } from '../../src/infrastructure/event-store/embedded/open.js';

/** A process of its own that takes a ledger and appends to it for ever, saying each event's id once it is acknowledged. */
async function appendForEver(directory: string, ledger: string): Promise<never> {
  const store = openEmbedded({ directory, ledger, mode: 'write' });
  process.stdout.write('opened\n');
  for (;;) {
    const eventId = randomUUID();
    const stream = streamName(ledger, 'order', eventId);
    await store.append(stream, -1, [{ eventId, type: 'SomethingHappened', data: '{}', metadata: '{}' }]);
    process.stdout.write(`${eventId}\n`);
  }
}

const [, , directory, ledger] = process.argv;
appendForEver(directory as string, ledger as string).catch((error: Error) => {
  process.stdout.write(`${error.name}\n`);
  process.exit(1);
});
