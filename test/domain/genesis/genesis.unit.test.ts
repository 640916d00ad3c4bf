import { genesis } from '../../../src/domain/genesis/decide.js';
import type { LedgerFounded, LogForked, SigningKeyAdded } from '../../../src/domain/genesis/events.js';
import { given } from '../../support/given-when-then.js';

const FIRST = '11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=';
const SECOND = 'PUAXw+hDiVqStwqnTRt+vJyYLM8uxJaMwM1V8Sr0Zgw=';

const founded: LedgerFounded = {
  type: 'LedgerFounded',
  schemaVersion: 2,
  payload: { ledgerId: 'L-1', origin: 'ledger.example/a', signingKey: FIRST },
};
const added = (publicKey: string): SigningKeyAdded => ({
  type: 'SigningKeyAdded',
  schemaVersion: 1,
  payload: { publicKey },
});
const forked: LogForked = {
  type: 'LogForked',
  schemaVersion: 1,
  payload: {
    previousOrigin: 'ledger.example/a',
    origin: 'ledger.example/a/2',
    promised: null,
    reason: 'backup',
  },
};

describe('the keys that sign', () => {
  it('are joined by another, once', () => {
    given(genesis, founded)
      .when({ kind: 'add-signing-key', publicKey: SECOND })
      .records(added(SECOND))
      .answers({ kind: 'done' });
    given(genesis, founded, added(SECOND))
      .when({ kind: 'add-signing-key', publicKey: SECOND })
      .changesNothing();
  });

  it('are four at most', () => {
    const keys = ['A', 'B', 'C'].map(added);
    given(genesis, founded, ...keys)
      .when({ kind: 'add-signing-key', publicKey: SECOND })
      .isRefused('too_many_signing_keys');
  });

  it('are retired, but never the last', () => {
    given(genesis, founded, added(SECOND))
      .when({ kind: 'retire-signing-key', publicKey: FIRST })
      .records({ type: 'SigningKeyRetired', schemaVersion: 1, payload: { publicKey: FIRST } });
    given(genesis, founded)
      .when({ kind: 'retire-signing-key', publicKey: FIRST })
      .isRefused('last_signing_key');
    given(genesis, founded, added(SECOND))
      .when({ kind: 'retire-signing-key', publicKey: 'other' })
      .isRefused('unknown_signing_key');
  });

  it('include the one that a founding of version 1 did not publish, which is retired without its name', () => {
    const old = { ...founded, payload: { ...founded.payload, signingKey: null } };
    given(genesis, old, added(SECOND))
      .when({ kind: 'retire-signing-key', publicKey: null })
      .records({ type: 'SigningKeyRetired', schemaVersion: 1, payload: { publicKey: null } });
  });
});

describe('a fork', () => {
  const promised = { size: 12, root: 'AAAA' };

  it('names the origin that it breaks with, and what that had promised', () => {
    given(genesis, founded)
      .when({ kind: 'fork', origin: 'ledger.example/a/2', promised, reason: 'backup' })
      .records({ ...forked, payload: { ...forked.payload, promised } });
    given(genesis, founded, forked)
      .when({ kind: 'fork', origin: 'ledger.example/a/3', promised: null, reason: 'again' })
      .records({
        ...forked,
        payload: {
          previousOrigin: 'ledger.example/a/2',
          origin: 'ledger.example/a/3',
          promised: null,
          reason: 'again',
        },
      });
  });

  it.each(['ledger.example/a', 'ledger.example/a/2'])('never goes back to %s', (origin) => {
    given(genesis, founded, forked)
      .when({ kind: 'fork', origin, promised: null, reason: 'again' })
      .isRefused('origin_used');
  });
});
