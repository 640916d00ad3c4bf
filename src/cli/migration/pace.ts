import type { MigrationProgress } from '../../infrastructure/migration/migrate-ledger.js';

/** A phase that has only just begun says nothing about how long it takes. */
const FORESEEN_AFTER_MS = 1_000;

const WORDS: Readonly<Record<MigrationProgress['phase'], string>> = {
  comparing: 'compared',
  copying: 'copied',
  verifying: 'compared again',
};

/** Tells how fast a move goes and how much longer its phase takes. */
export class Pace {
  private phase: MigrationProgress['phase'] | undefined;
  private beganMs = 0;
  private shareAtBegin = 0;

  /** @param nowMs of a clock that never goes back */
  describe({ phase, events, share }: MigrationProgress, nowMs: number): string {
    if (phase !== this.phase) {
      this.phase = phase;
      this.beganMs = nowMs;
      // What is there already is passed over in no time.
      this.shareAtBegin = share;
    }
    const counted = `${WORDS[phase]} ${events} events`;
    const elapsedMs = nowMs - this.beganMs;
    const shareDone = share - this.shareAtBegin;
    if (elapsedMs < FORESEEN_AFTER_MS || shareDone <= 0) return counted;
    const perSecond = Math.round((events * 1000) / elapsedMs);
    const leftMs = (elapsedMs * (1 - share)) / shareDone;
    return `${counted}, ${perSecond}/s, ${durationText(leftMs)} left`;
  }
}

/** As a person says it: 42 s, 3 min 20 s, 5 h 10 min. */
export function durationText(durationMs: number): string {
  const seconds = Math.ceil(durationMs / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${seconds % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
