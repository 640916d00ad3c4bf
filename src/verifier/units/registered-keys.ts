import { Misfit } from '../findings.js';
import { SetOf128Bits } from '../history/set-of-128-bits.js';
import { countOf, listOf, misshapen, textOf, type Members } from '../history/payloads.js';
import type { Numbered } from './lots.js';

const FINGERPRINT_BYTES = 16;
/** [first serial, count, number of the day plus one, 0 for none]. */
type ExpiryRun = readonly [first: number, count: number, expiry: number];

interface Chunk {
  readonly sequence: number;
  readonly firstSerial: number;
  readonly fingerprints: Buffer;
}

/** The keys of one import while it is open: serials 1 to n without a hole, and what tells each key from every other. */
export class RegisteredKeys {
  nextSerial = 1;
  private lastLine = 0;
  private readonly chunks: Chunk[] = [];
  private readonly expiryRuns: ExpiryRun[] = [];

  constructor(
    private readonly lines: number,
    private readonly days: Numbered,
  ) {}

  /** @throws Misfit where a chunk leaves a hole, overlaps, or does not say where its keys stood in the file */
  add(payload: Members, sequence: number): void {
    const firstSerial = countOf(payload, 'firstSerial', 1);
    const count = countOf(payload, 'count', 1);
    if (firstSerial !== this.nextSerial) {
      const fault = firstSerial > this.nextSerial ? 'leave a hole' : 'were registered before';
      throw new Misfit(
        'serials_do_not_fit',
        `serials from ${firstSerial} ${fault}: ${this.nextSerial} was expected`,
      );
    }
    const fingerprints = Buffer.from(textOf(payload, 'fingerprints'), 'base64');
    if (fingerprints.length !== count * FINGERPRINT_BYTES)
      throw new Misfit(
        'serials_do_not_fit',
        `it has fingerprints of ${fingerprints.length / FINGERPRINT_BYTES} keys, not ${count}`,
      );
    this.checkLines(payload, firstSerial, count);
    this.addExpiries(payload, firstSerial, count);
    this.chunks.push({ sequence, firstSerial, fingerprints });
    this.nextSerial += count;
  }

  /** Makes the keys known. @throws Misfit where one was known before */
  makeKnown(known: SetOf128Bits): void {
    for (const { sequence, firstSerial, fingerprints } of this.chunks) {
      for (let at = 0; at < fingerprints.length; at += FINGERPRINT_BYTES) {
        if (addTo(known, fingerprints, at)) continue;
        const serial = firstSerial + at / FINGERPRINT_BYTES;
        throw new Misfit(
          'key_received_twice',
          `the key of serial ${serial} (event ${sequence}) was received before`,
        );
      }
    }
  }

  /** By serial - 1; undefined where no key has an expiry of its own. */
  expiries(size: number): Uint16Array | undefined {
    if (this.expiryRuns.every(([, , expiry]) => expiry === 0)) return undefined;
    const expiries = new Uint16Array(size);
    for (const [first, count, expiry] of this.expiryRuns) expiries.fill(expiry, first - 1, first - 1 + count);
    return expiries;
  }

  /** Serials stand on lines of the file in its order. */
  private checkLines(payload: Members, firstSerial: number, count: number): void {
    let next = firstSerial;
    for (const run of listOf(payload, 'lineRuns')) {
      const [serial, line, units] = numbersOf(run, 'lineRuns');
      if (serial !== next || line <= this.lastLine || line + units - 1 > this.lines)
        throw new Misfit(
          'serials_do_not_fit',
          `serial ${next} is not told on a line of the file after line ${this.lastLine}`,
        );
      next += units;
      this.lastLine = line + units - 1;
    }
    requireCovered(next, firstSerial + count);
  }

  private addExpiries(payload: Members, firstSerial: number, count: number): void {
    let next = firstSerial;
    for (const run of listOf(payload, 'expiryRuns')) {
      const [first, units, day] = Array.isArray(run) ? (run as unknown[]) : [];
      if (first !== next || !isPositive(units) || !(day === null || typeof day === 'string'))
        throw misshapen('expiryRuns', 'runs of serials with a day or null');
      this.expiryRuns.push([next, units, day === null ? 0 : this.days.numberOf(day) + 1]);
      next += units;
    }
    requireCovered(next, firstSerial + count);
  }
}

function requireCovered(next: number, end: number): void {
  if (next !== end)
    throw new Misfit(
      'serials_do_not_fit',
      `its runs end before serial ${next}, its keys before serial ${end}`,
    );
}

function numbersOf(run: unknown, name: string): readonly [number, number, number] {
  if (Array.isArray(run) && run.length === 3 && run.every(isPositive)) return run as [number, number, number];
  throw misshapen(name, 'runs of three numbers');
}

function isPositive(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 1;
}

function addTo(known: SetOf128Bits, bytes: Buffer, at: number): boolean {
  return known.add(
    bytes.readInt32LE(at),
    bytes.readInt32LE(at + 4),
    bytes.readInt32LE(at + 8),
    bytes.readInt32LE(at + 12),
  );
}
