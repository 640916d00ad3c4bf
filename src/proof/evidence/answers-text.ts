import { canonicalJson } from '../canonical-json.js';
import type { DocumentAnswer, EvidenceAnswers } from './answers.js';

const LONE_SURROGATE = /\p{Surrogate}/gu;

/** `answers.json` or `documents.json`: canonical JSON and a newline. Half a character of an id becomes U+FFFD. */
export function answersText(answers: EvidenceAnswers | readonly DocumentAnswer[]): string {
  return `${canonicalJson(wellFormed(answers))}\n`;
}

function wellFormed(value: unknown): unknown {
  if (typeof value === 'string') return value.replace(LONE_SURROGATE, '\uFFFD');
  if (Array.isArray(value)) return value.map(wellFormed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, wellFormed(member)]));
}
