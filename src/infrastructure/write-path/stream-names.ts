import { streamName, type StreamName } from '../../domain/shared/identifiers.js';

const REMEMBERED_MAX = 16_384;

/** The names of a ledger's streams. Those of at most one part are remembered: a product's is asked for again and again. */
export class StreamNames {
  private readonly remembered = new Map<string, StreamName>();

  constructor(private readonly ledgerName: string) {}

  of(category: string, parts: readonly string[]): StreamName {
    const [part, ...others] = parts;
    if (others.length > 0) return streamName(this.ledgerName, category, ...parts);
    // A category holds no blank, so no two streams share a key.
    const key = part === undefined ? category : `${category} ${part}`;
    return this.remembered.get(key) ?? this.remember(key, streamName(this.ledgerName, category, ...parts));
  }

  private remember(key: string, name: StreamName): StreamName {
    if (this.remembered.size >= REMEMBERED_MAX) this.remembered.clear();
    this.remembered.set(key, name);
    return name;
  }
}
