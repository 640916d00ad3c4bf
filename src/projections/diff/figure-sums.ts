import type { FigureKind } from './questions.js';

/** Which figure is meant. */
export interface FigureKey {
  readonly kind: FigureKind;
  readonly name: string;
  readonly lotId: string | null;
  readonly currency: string | null;
}

/** One event's part in a difference: units, or millionths of a currency's unit. */
export interface Move {
  readonly sequence: number;
  moved: bigint;
}

/** What events added to one figure. */
export class FigureSum {
  /** The first that moved it. */
  readonly moves: Move[] = [];
  sum = 0n;
  eventCount = 0;
  private current: Move | undefined;

  constructor(
    readonly key: FigureKey,
    private readonly eventsMax: number,
  ) {}

  /** Postings of one event come one after the other; what cancels out within it moved nothing. */
  add(sequence: number, moved: bigint): void {
    if (this.current?.sequence !== sequence) {
      this.close();
      this.current = { sequence, moved: 0n };
    }
    this.current.moved += moved;
  }

  /** After the last posting. */
  close(): void {
    const { current } = this;
    this.current = undefined;
    if (current === undefined || current.moved === 0n) return;
    this.sum += current.moved;
    this.eventCount += 1;
    if (this.moves.length < this.eventsMax) this.moves.push(current);
  }
}

/** The figures of a SKU that its postings move. */
export class FigureSums {
  private readonly byName = new Map<string, FigureSum>();

  /** @param eventsMax how many events each figure names at most */
  constructor(private readonly eventsMax: number) {}

  add(key: FigureKey, sequence: number, moved: bigint): void {
    if (moved === 0n) return;
    const name = figureName(key);
    const known = this.byName.get(name) ?? new FigureSum(key, this.eventsMax);
    this.byName.set(name, known);
    known.add(sequence, moved);
  }

  /** Those that some event moved. */
  moved(): readonly FigureSum[] {
    const sums = [...this.byName.values()];
    for (const sum of sums) sum.close();
    return sums.filter(({ eventCount }) => eventCount > 0);
  }
}

/** A figure of a SKU as one text, no two alike. */
export function figureName({ kind, name, lotId, currency }: FigureKey): string {
  return JSON.stringify([kind, lotId, currency, name]);
}
