import { streamName } from '../../domain/shared/identifiers.js';
import { DATA_KEY_CATEGORY } from '../../infrastructure/custody/events.js';
import type { EventStore } from '../../infrastructure/event-store/event-store.js';
import { openEventStore } from '../../infrastructure/event-store/open.js';
import { eventStoreConfig } from '../../infrastructure/host/open.js';
import { requireLedger } from '../access/reading.js';
import type { Call, CliCommand } from '../command.js';
import { JobFailed, UsageError } from '../usage-error.js';

export const destroySecretsCommand: CliCommand = {
  name: 'destroy-secrets',
  summary: 'make a lot’s card keys unreadable for good',
  usage: `destroy-secrets LOT --yes

Destroys the data key of LOT: none of its card keys can be revealed again, by anybody. Its history, stock and cost stay
as they are. An embedded ledger must not be in use by a service meanwhile. Backups made before still hold the data key.

  --yes   there is no way back`,
  options: { yes: { type: 'boolean' } },
  positionals: { min: 1, max: 1 },
  async run(call) {
    const lotId = call.positionals[0] ?? '';
    if (call.values['yes'] !== true)
      throw new UsageError(`say --yes to destroy the secrets of ${lotId} for good`);
    requireLedger(call.configuration);
    const store = await openEventStore(eventStoreConfig(call.configuration, 'write'));
    try {
      await destroySecrets(call, store, lotId);
    } finally {
      await store.close();
    }
  },
};

async function destroySecrets(
  { configuration, output, json }: Call,
  store: EventStore,
  lotId: string,
): Promise<void> {
  const stream = streamName(configuration.ledger, DATA_KEY_CATEGORY, lotId);
  let isThere = false;
  for await (const batch of store.readStream(stream, { limit: 1 })) isThere = batch.length > 0;
  if (!isThere)
    throw new JobFailed(`there is no data key of lot ${lotId}: it was never imported, or is destroyed`);
  await store.destroy(stream);
  if (json) output.json({ lotId, destroyed: true });
  else output.line(`the secrets of lot ${lotId} are destroyed`);
}
