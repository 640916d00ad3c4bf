/** One figure of a run, as `--json` prints it. */
export interface Row {
  readonly measurement: string;
  /** Null where it could not be measured here; why is told on stderr. */
  readonly value: number | null;
  readonly unit: string;
  /** The same work done as barely as it can be, measured by the same run; null where there is no such thing. */
  readonly floor: number | null;
  /** Value to floor. */
  readonly ratio: number | null;
  readonly target: string | null;
  readonly met: boolean | null;
}

interface Figure {
  readonly measurement: string;
  readonly value: number;
  readonly unit: string;
}

/** A throughput that must reach a part of its floor; without a part it is only told. */
export function againstFloor(figure: Figure, floor: number, atLeast: number | null): Row {
  const ratio = figure.value / floor;
  const target = atLeast === null ? null : `>= ${atLeast.toFixed(2)} of the floor`;
  return { ...figure, floor, ratio, target, met: atLeast === null ? null : ratio >= atLeast };
}

export function atLeast(figure: Figure, limit: number): Row {
  return {
    ...figure,
    floor: null,
    ratio: null,
    target: `>= ${limit} ${figure.unit}`.trim(),
    met: figure.value >= limit,
  };
}

export function atMost(figure: Figure, limit: number): Row {
  return {
    ...figure,
    floor: null,
    ratio: null,
    target: `<= ${limit} ${figure.unit}`.trim(),
    met: figure.value <= limit,
  };
}

/** A figure without a target. */
export function told(figure: Figure): Row {
  return { ...figure, floor: null, ratio: null, target: null, met: null };
}

export function notMeasured(measurement: string, unit: string, target: string | null = null): Row {
  return { measurement, value: null, unit, floor: null, ratio: null, target, met: null };
}
