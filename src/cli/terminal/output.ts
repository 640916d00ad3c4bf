import { once } from 'node:events';
import { coloursFor, type Colours } from './colours.js';
import { tableLines, type Column } from './table.js';

const REDRAW_INTERVAL_MS = 100;
const BAR_WIDTH = 30;

type Stream = NodeJS.WriteStream;

/** What the user sees: answers on stdout, progress and warnings on stderr. */
export class Output {
  readonly colours: Colours;
  private readonly readerGone = new AbortController();
  private drawnAtMs = 0;
  private drawn = false;

  constructor(
    private readonly stdout: Stream,
    private readonly stderr: Stream,
    environment: Readonly<Record<string, string | undefined>>,
  ) {
    this.colours = coloursFor(stdout.isTTY === true, environment);
    for (const stream of [stdout, stderr]) {
      stream.on('error', (error: NodeJS.ErrnoException) => {
        // A reader such as `head` has seen enough: that is no fault of the command.
        if (error.code !== 'EPIPE') throw error;
        this.readerGone.abort(error);
      });
    }
  }

  /** Aborts when nobody reads any more. */
  get closed(): AbortSignal {
    return this.readerGone.signal;
  }

  line(text = ''): void {
    if (!this.closed.aborted) this.stdout.write(`${text}\n`);
  }

  heading(text: string): void {
    this.line();
    this.line(this.colours.bold(text));
  }

  json(value: unknown): void {
    this.line(JSON.stringify(value, null, 1));
  }

  table<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): void {
    const [titles = '', rule = '', ...lines] = tableLines(columns, rows);
    this.line(this.colours.bold(titles));
    this.line(this.colours.dim(rule));
    for (const line of lines) this.line(line);
  }

  warn(text: string): void {
    this.clearProgress();
    if (!this.closed.aborted) this.stderr.write(`${text}\n`);
  }

  /** Waits until what was written has been taken, so that memory stays flat. */
  async drained(): Promise<void> {
    if (this.closed.aborted || !this.stdout.writableNeedDrain) return;
    await Promise.race([once(this.stdout, 'drain'), once(this.closed, 'abort')]);
  }

  /** A bar on a terminal; nothing anywhere else. */
  progress(label: string, done: number, total: number): void {
    if (this.stderr.isTTY !== true || this.closed.aborted) return;
    const nowMs = performance.now();
    if (this.drawn && nowMs - this.drawnAtMs < REDRAW_INTERVAL_MS && done < total) return;
    this.drawnAtMs = nowMs;
    this.drawn = true;
    const share = total === 0 ? 1 : Math.min(1, done / total);
    const filled = Math.round(share * BAR_WIDTH);
    const bar = '█'.repeat(filled) + '░'.repeat(BAR_WIDTH - filled);
    this.stderr.write(`\r\u001b[2K${label} ${bar} ${String(Math.floor(share * 100)).padStart(3)} %`);
  }

  clearProgress(): void {
    if (this.drawn) this.stderr.write('\r\u001b[2K');
    this.drawn = false;
  }
}
