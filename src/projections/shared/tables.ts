/** A value as SQLite keeps it. */
export type Value = string | number | bigint | Uint8Array | null;

/** By name (`$name` in the statement) or in order. */
export type Parameter = Value | Readonly<Record<string, Value>>;

/** A prepared statement; `Row` is what the caller knows its columns to be. */
export interface Statement<Row> {
  run(...parameters: readonly Parameter[]): unknown;
  get(...parameters: readonly Parameter[]): Row | undefined;
  all(...parameters: readonly Parameter[]): Row[];
  iterate(...parameters: readonly Parameter[]): IterableIterator<Row>;
}

/** A read model's own SQLite file, as far as its tables go: what projections need of infrastructure. */
export interface Tables {
  prepare<Row = unknown>(sql: string): Statement<Row>;
}
