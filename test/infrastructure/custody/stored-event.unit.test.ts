import { custodyPayload, newestCustodyVersions } from '../../../src/infrastructure/custody/stored-event.js';
import { UnknownEvent } from '../../../src/infrastructure/event-codec/codec.js';
import type { StoredEvent } from '../../../src/infrastructure/event-store/event-store.js';

/** As the first release wrote them: these bytes must be read for ever. */
const GOLDEN = {
  DataKeyWrapped:
    '{"lotId":"LOT-0001","attempt":"3c2f0a52-7a43-4c79-9b63-0f6f0e1f2a11","wrapped":{"masterKeyId":"0123456789abcdef","sealed":"AAAA"}}',
  LedgerSecretsSealed:
    '{"ledgerId":"7d1f0f0e-57a1-4c0a-9a55-8f4c0e8f2b22","pepper":{"masterKeyId":"0123456789abcdef","sealed":"AAAA"},' +
    '"signingSeed":{"masterKeyId":"0123456789abcdef","sealed":"BBBB"}}',
  SigningSeedSealed:
    '{"ledgerId":"7d1f0f0e-57a1-4c0a-9a55-8f4c0e8f2b22","publicKey":"PUAXw+hDiVqStwqnTRt+vJyYLM8uxJaMwM1V8Sr0Zgw=",' +
    '"signingSeed":{"masterKeyId":"0123456789abcdef","sealed":"AAAA"}}',
} as const;

function stored(type: string, schemaVersion: number, data: string): StoredEvent {
  const metadata = JSON.stringify({ schemaVersion });
  return { eventId: 'e', type, data, metadata, stream: 'main.aside.x', revision: 0, position: 0 };
}

test.each(Object.keys(newestCustodyVersions) as (keyof typeof GOLDEN)[])(
  '%s of version 1 is read as it was written',
  (type) => {
    expect(JSON.stringify(custodyPayload(stored(type, 1, GOLDEN[type]), type))).toBe(GOLDEN[type]);
  },
);

test('another type or a newer version is not taken for it', () => {
  const data = GOLDEN.DataKeyWrapped;
  expect(() => custodyPayload(stored('DataKeyWrapped', 2, data), 'DataKeyWrapped')).toThrow(UnknownEvent);
  expect(() => custodyPayload(stored('LedgerSecretsSealed', 1, data), 'DataKeyWrapped')).toThrow(
    UnknownEvent,
  );
});
