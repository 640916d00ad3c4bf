import { Contended } from '../shared/contended.js';

/** How often a protocol begins anew because another owner got in between. */
const ROUNDS_MAX = 16;

/** Runs a protocol's round until it comes to an answer. @throws Contended after sixteen rounds without one */
export async function untilSettled<Answer>(
  what: string,
  round: () => Promise<Answer | 'again'>,
): Promise<Answer> {
  for (let count = 0; count < ROUNDS_MAX; count += 1) {
    const answer = await round();
    if (answer !== 'again') return answer;
  }
  throw new Contended(what);
}
