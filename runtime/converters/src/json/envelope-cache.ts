import type { Schema } from '@millrace/api';
import type { JsonRead } from './schemaless-reader.ts';

/** The beginning `{"schema":…,"payload":` that messages of one producer share, and what it means. */
export interface EnvelopePrefix {
  readonly bytes: Buffer;
  readonly schema: Schema | null;
  /** Reads a payload. */
  readonly read: JsonRead;
}

const payloadKey = Buffer.from('"payload"');

/**
 * Remembers the beginnings of envelopes, so that most of each message need only be compared and not parsed. Bounded: the beginning
 * that was not seen for the longest time is forgotten.
 */
export class EnvelopeCache {
  readonly #maxSize: number;
  #last: EnvelopePrefix | null = null;
  /** By the first place of the text `"payload"`, which two messages with the same beginning share. */
  readonly #byPlace = new Map<number, EnvelopePrefix[]>();
  /** In the order of their last use, where that is known: a hit in a row is not noted. */
  readonly #used = new Set<EnvelopePrefix>();

  /** @param maxSize prefixes to remember; nothing is remembered below 1 */
  constructor(maxSize: number) {
    this.#maxSize = maxSize;
  }

  /** The beginning of this message, if it is known. */
  find(message: Buffer): EnvelopePrefix | null {
    const last = this.#last;
    if (last !== null && startsWith(message, last.bytes)) return last;
    const candidates = this.#byPlace.get(message.indexOf(payloadKey)) ?? [];
    const found = candidates.find(({ bytes }) => startsWith(message, bytes)) ?? null;
    if (found !== null) this.#use(found);
    return found;
  }

  /** Remembers the first bytes of a message. They are copied. */
  add(message: Buffer, length: number, meaning: Omit<EnvelopePrefix, 'bytes'>): void {
    const place = message.indexOf(payloadKey);
    if (this.#maxSize < 1 || place < 0 || place >= length) return;
    const prefix = { ...meaning, bytes: Buffer.from(message.subarray(0, length)) };
    if (this.#used.size >= this.#maxSize) this.#forgetOldest();
    const others = this.#byPlace.get(place) ?? [];
    this.#byPlace.set(place, [...others, prefix]);
    this.#use(prefix);
  }

  get size(): number {
    return this.#used.size;
  }

  #use(prefix: EnvelopePrefix): void {
    this.#used.delete(prefix);
    this.#used.add(prefix);
    this.#last = prefix;
  }

  #forgetOldest(): void {
    const [oldest] = this.#used;
    if (oldest === undefined) return;
    this.#used.delete(oldest);
    const place = oldest.bytes.indexOf(payloadKey);
    const others = (this.#byPlace.get(place) ?? []).filter((other) => other !== oldest);
    if (others.length === 0) this.#byPlace.delete(place);
    else this.#byPlace.set(place, others);
  }
}

function startsWith(message: Buffer, prefix: Buffer): boolean {
  const { length } = prefix;
  // The last bytes of two schemas differ more often than their first ones, and are looked at without leaving JavaScript.
  if (message.length <= length || message[length - 1] !== prefix[length - 1]) return false;
  return message.compare(prefix, 0, length, 0, length) === 0;
}
