import { both, html, type Html } from './html.js';

/** Runs of sequences that one figure shows; the rest of them stand in `answers.json`. */
const RUNS_SHOWN_MAX = 24;

/** Links figures to the table of events, and remembers which events were named. */
export class References {
  private readonly named = new Set<number>();

  /** `[12–14, 17]`, each leading to its event. */
  to(sequences: readonly number[]): Html {
    const runs = runsOf(sequences);
    const shown = runs.slice(0, RUNS_SHOWN_MAX);
    for (const { first, last } of shown) {
      this.named.add(first);
      this.named.add(last);
    }
    const links = shown.map(
      ({ first, last }, at) =>
        html`${at > 0 ? ', ' : ''}${link(first)}${last > first ? html`–${link(last)}` : ''}`,
    );
    const left = sequences.length - shown.reduce((sum, { first, last }) => sum + last - first + 1, 0);
    const more =
      left === 0 ? '' : html` ${both(`等 ${left} 条，见 answers.json`, `and ${left} more in answers.json`)}`;
    return html`<span class="ref">[${links}${more}]</span>`;
  }

  isNamed(sequence: number): boolean {
    return this.named.has(sequence);
  }
}

function link(sequence: number): Html {
  return html`<a href="#e${sequence}">${sequence}</a>`;
}

function runsOf(sequences: readonly number[]): { readonly first: number; readonly last: number }[] {
  const runs: { first: number; last: number }[] = [];
  for (const sequence of sequences) {
    const run = runs.at(-1);
    if (run !== undefined && sequence === run.last + 1) run.last = sequence;
    else runs.push({ first: sequence, last: sequence });
  }
  return runs;
}
