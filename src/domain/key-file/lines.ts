/** A line that is longer than its bound: its text is not kept, whatever its length. */
export interface OverlongLine {
  /** Whether it is nothing but spaces and tabs. */
  readonly blank: boolean;
}

export type Line = string | OverlongLine;

const CARRIAGE_RETURN = '\r';
const ONLY_SPACES_AND_TABS = /^[ \t]*$/;

export function isBlank(text: string): boolean {
  return ONLY_SPACES_AND_TABS.test(text);
}

/**
 * Splits text that comes in pieces into lines. A line ends in LF or CRLF and in nothing else; a final line end opens
 * no further line. Of a line that is not finished at most its bound is held, so a file without line ends costs no
 * memory.
 */
export class LineSplitter {
  private held = '';
  private overlong: { blank: boolean; endsInReturn: boolean } | null = null;
  private first = true;

  /**
   * @param firstLengthMax the bound of the first line, in UTF-16 code units
   * @param lengthMax the bound of every other line, in UTF-16 code units
   */
  constructor(
    private readonly firstLengthMax: number,
    private readonly lengthMax: number,
  ) {}

  /** Hands over every line that ends within the piece. A line within one piece may be longer than its bound. */
  write(piece: string, emit: (line: Line) => void): void {
    let from = 0;
    for (let end = piece.indexOf('\n'); end !== -1; end = piece.indexOf('\n', from)) {
      this.finish(piece.slice(from, end), true, emit);
      from = end + 1;
    }
    if (from < piece.length) this.hold(piece.slice(from));
  }

  /** Hands over the last line, if it had no line end. */
  end(emit: (line: Line) => void): void {
    if (this.held !== '' || this.overlong !== null) this.finish('', false, emit);
  }

  private finish(rest: string, ended: boolean, emit: (line: Line) => void): void {
    if (this.overlong !== null) {
      this.passOver(rest);
      const strayReturn = this.overlong.endsInReturn && !ended;
      emit({ blank: this.overlong.blank && !strayReturn });
      this.overlong = null;
    } else {
      const text = this.held === '' ? rest : this.held + rest;
      emit(ended && text.endsWith(CARRIAGE_RETURN) ? text.slice(0, -1) : text);
    }
    this.held = '';
    this.first = false;
  }

  private hold(rest: string): void {
    if (this.overlong !== null) {
      this.passOver(rest);
      return;
    }
    this.held += rest;
    const lengthMax = this.first ? this.firstLengthMax : this.lengthMax;
    if (this.held.length <= lengthMax + CARRIAGE_RETURN.length) return;
    this.overlong = { blank: true, endsInReturn: false };
    this.passOver(this.held);
    this.held = '';
  }

  /** Of an overlong line only this is remembered: is it blank so far, and was its last character a CR? */
  private passOver(text: string): void {
    const line = this.overlong;
    if (line === null || text === '') return;
    const endsInReturn = text.endsWith(CARRIAGE_RETURN);
    line.blank &&= !line.endsInReturn && isBlank(endsInReturn ? text.slice(0, -1) : text);
    line.endsInReturn = endsInReturn;
  }
}
