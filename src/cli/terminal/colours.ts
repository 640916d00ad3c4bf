export interface Colours {
  bold(text: string): string;
  dim(text: string): string;
  good(text: string): string;
  bad(text: string): string;
}

function marked(begin: number, end: number): (text: string) => string {
  return (text) => `\u001b[${begin}m${text}\u001b[${end}m`;
}

const NONE: Colours = {
  bold: (text) => text,
  dim: (text) => text,
  good: (text) => text,
  bad: (text) => text,
};

const ANSI: Colours = { bold: marked(1, 22), dim: marked(2, 22), good: marked(32, 39), bad: marked(31, 39) };

/** Colours only on a terminal, and never where NO_COLOR is set (https://no-color.org). */
export function coloursFor(
  isTerminal: boolean,
  environment: Readonly<Record<string, string | undefined>>,
): Colours {
  const unwanted = (environment['NO_COLOR'] ?? '') !== '';
  return isTerminal && !unwanted ? ANSI : NONE;
}
