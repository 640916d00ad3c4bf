import { SIGNATURE_TYPE, readNoteKey, vkeyOf } from '../../proof/keys.js';
import { Malformed } from '../../proof/malformed.js';
import { formatPolicy, NO_QUORUM, readPolicy, type Policy } from '../../proof/policy.js';
import { UnusableSource } from '../findings.js';
import type { NamedKey } from '../units/genesis.js';

/** Where the keys come from that signatures are judged with: only the first proves anything against the operator. */
export type KeySource = 'given' | 'export' | 'ledger';

export interface TrustedKeys {
  readonly policy: Policy;
  readonly source: KeySource;
}

const ALL_WITNESSES = 'all-witnesses';

/**
 * The policy of the keys that the auditor gives. Witnesses' keys given one by one must all have cosigned.
 * @throws UnusableSource for a key or a policy that is none
 */
export function givenKeys(vkeys: readonly string[], policyText: string | undefined): TrustedKeys | undefined {
  if (vkeys.length === 0 && policyText === undefined) return undefined;
  try {
    return {
      policy: withKeys(policyText === undefined ? undefined : readPolicy(policyText), vkeys),
      source: 'given',
    };
  } catch (error) {
    if (error instanceof Malformed)
      throw new UnusableSource(`the keys or the policy cannot be used: ${error.message}`);
    throw error;
  }
}

/** The policy of an export's own files. @throws Malformed */
export function exportedKeys(
  vkeys: readonly string[],
  policyText: string | undefined,
): TrustedKeys | undefined {
  if (vkeys.length === 0 && policyText === undefined) return undefined;
  const policy = policyText === undefined ? withKeys(undefined, vkeys) : readPolicy(policyText);
  for (const vkey of vkeys) readNoteKey(vkey);
  return { policy, source: 'export' };
}

/** The policy of the keys that the history itself names for an origin. */
export function namedKeys(keys: readonly NamedKey[], origin: string): TrustedKeys | undefined {
  const vkeys = keys.filter((key) => key.origin === origin).flatMap(vkeyOfNamed);
  return vkeys.length === 0 ? undefined : { policy: withKeys(undefined, vkeys), source: 'ledger' };
}

/** None for what is no key: nothing is signed with it. */
function vkeyOfNamed({ origin, publicKey }: NamedKey): readonly string[] {
  const vkey = vkeyOf({
    name: origin,
    signatureType: SIGNATURE_TYPE.note,
    publicKey: Buffer.from(publicKey, 'base64'),
  });
  try {
    readNoteKey(vkey);
    return [vkey];
  } catch {
    return [];
  }
}

function withKeys(policy: Policy | undefined, vkeys: readonly string[]): Policy {
  const base = policy ?? { logs: [], witnesses: [], groups: [], quorum: NO_QUORUM };
  const known = new Set([...base.logs, ...base.witnesses].map(({ vkey }) => vkey));
  const added = [...new Set(vkeys)].filter((vkey) => !known.has(vkey));
  const isWitness = (vkey: string): boolean => readNoteKey(vkey).signatureType === SIGNATURE_TYPE.cosignature;
  const logs = [...base.logs, ...added.filter((vkey) => !isWitness(vkey)).map((vkey) => ({ vkey }))];
  const more = added.filter(isWitness).map((vkey, index) => ({ name: `witness-${index + 1}-given`, vkey }));
  const joined = { ...base, logs, witnesses: [...base.witnesses, ...more] };
  const whole =
    more.length === 0
      ? joined
      : {
          ...joined,
          ...quorumWith(
            base,
            more.map(({ name }) => name),
          ),
        };
  // Written and read again: two names for one key are refused there.
  return readPolicy(formatPolicy(whole));
}

/** What the policy asks, and every witness that was given beside it. */
function quorumWith(base: Policy, names: readonly string[]): Pick<Policy, 'groups' | 'quorum'> {
  const members = base.quorum === NO_QUORUM ? names : [base.quorum, ...names];
  const group = { name: ALL_WITNESSES, threshold: members.length, members };
  return { groups: [...base.groups, group], quorum: ALL_WITNESSES };
}
