/** Told while a long run goes on: events taken, of about how many. */
export type TellProgress = (done: number, expected: number) => void;

/** Lets timers, signals and a terminal have their turn. */
export function breathe(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

const TERMINAL_INTERVAL_MS = 100;
const LINE_INTERVAL_MS = 5_000;

/** Where progress is told: a terminal has it redrawn, anything else gets a line every few seconds. */
export interface ProgressStream {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** Tells progress on stderr; a run that is over soon tells none. */
export class Progress {
  private readonly intervalMs: number;
  private readonly beganAtMs: number;
  private toldAtMs: number;
  private isDrawn = false;

  constructor(
    private readonly stream: ProgressStream,
    private readonly nowMs: () => number = () => performance.now(),
  ) {
    this.intervalMs = stream.isTTY === true ? TERMINAL_INTERVAL_MS : LINE_INTERVAL_MS;
    this.beganAtMs = nowMs();
    this.toldAtMs = this.beganAtMs;
  }

  readonly tell: TellProgress = (done, expected) => {
    const nowMs = this.nowMs();
    if (nowMs - this.toldAtMs < this.intervalMs) return;
    this.toldAtMs = nowMs;
    const share = Math.min(99, Math.floor((100 * done) / Math.max(1, expected)));
    const perSecond = Math.round((1_000 * done) / (nowMs - this.beganAtMs));
    const text = `verifying: ${done.toLocaleString('en-US')} events, ${share} %, ${perSecond.toLocaleString('en-US')} a second`;
    this.stream.write(this.stream.isTTY === true ? `\r\u001b[2K${text}` : `${text}\n`);
    this.isDrawn = this.stream.isTTY === true;
  };

  /** Leaves the terminal's line as it was. */
  end(): void {
    if (this.isDrawn) this.stream.write('\r\u001b[2K');
    this.isDrawn = false;
  }
}
