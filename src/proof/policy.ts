import { openCheckpoint, type ReadCheckpoint } from './checkpoint.js';
import { readWitnessVkey } from './cosignature.js';
import { type NoteKey } from './keys.js';
import { Malformed } from './malformed.js';
import { UnverifiedNote, identityOf, openNote, readVkey, type NoteSignature, type Verifier } from './note.js';

export interface PolicyLog {
  readonly vkey: string;
  readonly url?: string;
}

export interface PolicyWitness {
  /** Within this policy alone; its key has a name of its own. */
  readonly name: string;
  readonly vkey: string;
  readonly url?: string;
}

export interface PolicyGroup {
  readonly name: string;
  /** How many of its members must have witnessed a checkpoint. */
  readonly threshold: number;
  /** Names of witnesses and of groups that stand before this one. */
  readonly members: readonly string[];
}

/** Which checkpoints somebody is ready to believe (C2SP tlog-policy). */
export interface Policy {
  readonly logs: readonly PolicyLog[];
  readonly witnesses: readonly PolicyWitness[];
  readonly groups: readonly PolicyGroup[];
  /** The name of a witness or group, or `none`. */
  readonly quorum: string;
}

export interface JudgedCheckpoint {
  readonly checkpoint: ReadCheckpoint;
  /** Signatures of the policy's logs of that origin. */
  readonly logSignatures: readonly NoteSignature[];
  /** Names, within the policy, of the witnesses that cosigned. */
  readonly witnesses: readonly string[];
  /** Whether they are the quorum. */
  readonly isWitnessed: boolean;
}

export const NO_QUORUM = 'none';

/** The policy's text. @throws Malformed for a policy that `readPolicy` would refuse */
export function formatPolicy({ logs, witnesses, groups, quorum }: Policy): string {
  const lines = [
    ...logs.map(({ vkey, url }) => ['log', vkey, url]),
    ...witnesses.map(({ name, vkey, url }) => ['witness', name, vkey, url]),
    ...groups.map(({ name, threshold, members }) => ['group', name, String(threshold), ...members]),
    ['quorum', quorum],
  ];
  const text = lines.map((items) => `${items.filter((item) => item !== undefined).join(' ')}\n`).join('');
  readPolicy(text);
  return text;
}

const UNPRINTABLE = /[\0-\x08\x0b-\x1f\x7f]/;

/** @throws Malformed, naming the line */
export function readPolicy(text: string): Policy {
  const draft = new PolicyDraft();
  text.split('\n').forEach((line, at) => {
    try {
      if (UNPRINTABLE.test(line)) throw new Malformed('it holds a control character');
      const [keyword, ...items] = line.split(/[ \t]+/).filter((item) => item !== '');
      if (keyword !== undefined && !keyword.startsWith('#')) draft.add(keyword, items);
    } catch (error) {
      if (!(error instanceof Malformed)) throw error;
      throw new Malformed(`line ${at + 1} of the policy: ${error.message}`);
    }
  });
  return draft.finished();
}

/** How many items may follow a line's keyword. */
const ITEMS = new Map<string, readonly [min: number, max: number]>([
  ['log', [1, 2]],
  ['witness', [2, 3]],
  ['group', [3, Infinity]],
  ['quorum', [1, 1]],
]);

class PolicyDraft {
  private readonly logs: PolicyLog[] = [];
  private readonly witnesses: PolicyWitness[] = [];
  private readonly groups: PolicyGroup[] = [];
  private quorum: string | undefined;
  private readonly logKeys = new Set<string>();
  private readonly witnessKeys = new Set<string>();
  private readonly defined = new Set<string>();
  private readonly grouped = new Set<string>();

  add(keyword: string, items: readonly string[]): void {
    const [itemsMin, itemsMax] = ITEMS.get(keyword) ?? [1, 0];
    const [first = '', second = '', third] = items;
    if (items.length < itemsMin || items.length > itemsMax)
      throw new Malformed(`"${[keyword, ...items].join(' ')}" is no log, witness, group or quorum`);
    if (keyword === 'log') this.addLog(first, items[1]);
    else if (keyword === 'witness') this.addWitness(first, second, third);
    else if (keyword === 'group') this.addGroup(first, second, items.slice(2));
    else this.setQuorum(first);
  }

  finished(): Policy {
    if (this.quorum === undefined) throw new Malformed('the policy has no quorum line');
    const { logs, witnesses, groups, quorum } = this;
    return { logs, witnesses, groups, quorum };
  }

  private addLog(vkey: string, url: string | undefined): void {
    checkNewKey(this.logKeys, readVkey(vkey));
    this.logs.push(url === undefined ? { vkey } : { vkey, url });
  }

  private addWitness(name: string, vkey: string, url: string | undefined): void {
    this.define(name);
    checkNewKey(this.witnessKeys, readWitnessVkey(vkey));
    this.witnesses.push(url === undefined ? { name, vkey } : { name, vkey, url });
  }

  private addGroup(name: string, threshold: string, members: readonly string[]): void {
    for (const member of members) {
      this.checkDefined(member);
      if (this.grouped.has(member)) throw new Malformed(`${member} is a member of a group already`);
      this.grouped.add(member);
    }
    this.define(name);
    this.groups.push({ name, threshold: readThreshold(threshold, members.length), members });
  }

  private setQuorum(name: string): void {
    if (this.quorum !== undefined) throw new Malformed('there is a quorum already');
    if (name !== NO_QUORUM) this.checkDefined(name);
    this.quorum = name;
  }

  private define(name: string): void {
    if (name === NO_QUORUM) throw new Malformed(`no witness and no group is called ${NO_QUORUM}`);
    if (this.defined.has(name)) throw new Malformed(`${name} is defined already`);
    this.defined.add(name);
  }

  private checkDefined(name: string): void {
    if (!this.defined.has(name)) throw new Malformed(`${name} is not defined before this line`);
  }
}

/** Two names for one key would let one signature count twice. */
function checkNewKey(known: Set<string>, { name, publicKey }: NoteKey): void {
  const key = publicKey.toString('hex');
  if (known.has(key)) throw new Malformed(`the key of ${name} is listed already`);
  known.add(key);
}

function readThreshold(text: string, members: number): number {
  let threshold = /^[1-9][0-9]{0,3}$/.test(text) ? Number(text) : 0;
  if (text === 'any') threshold = 1;
  if (text === 'all') threshold = members;
  if (members < 1 || threshold < 1 || threshold > members)
    throw new Malformed(`a group needs any, all or from 1 to ${members} of its ${members} members`);
  return threshold;
}

/** Whether these witnesses, by their names within the policy, are its quorum. */
export function isSatisfied({ groups, quorum }: Policy, witnessNames: Iterable<string>): boolean {
  const witnessed = new Set(witnessNames);
  // A group's members stand before it.
  for (const { name, threshold, members } of groups) {
    if (members.filter((member) => witnessed.has(member)).length >= threshold) witnessed.add(name);
  }
  return quorum === NO_QUORUM || witnessed.has(quorum);
}

/**
 * Judges a signed checkpoint under a policy: one of its logs must have signed it, under a key that bears the origin's
 * name; a wrong signature of any key that the policy knows refuses it whole.
 * @throws Malformed @throws UnverifiedNote
 */
export function judgeCheckpoint(policy: Policy, note: Uint8Array | string): JudgedCheckpoint {
  const logs = policy.logs.map(({ vkey }) => readVkey(vkey));
  const { checkpoint } = openCheckpoint(note, logs);
  const ofOrigin = logs.filter(({ name }) => name === checkpoint.origin);
  const witnesses = new Map(
    policy.witnesses.map(({ name, vkey }): [string, string] => [identityOf(readWitnessVkey(vkey)), name]),
  );
  const verifiers: Verifier[] = [...logs, ...policy.witnesses.map(({ vkey }) => readWitnessVkey(vkey))];
  const { verified } = openNote(note, verifiers);
  const origins = new Set(ofOrigin.map(identityOf));
  const logSignatures = verified.filter((signature) => origins.has(identityOf(signature)));
  if (logSignatures.length === 0)
    throw new UnverifiedNote(`no key of a log called ${checkpoint.origin} has signed the checkpoint`);
  const cosigners = verified.flatMap((signature) => witnesses.get(identityOf(signature)) ?? []);
  return { checkpoint, logSignatures, witnesses: cosigners, isWitnessed: isSatisfied(policy, cosigners) };
}
