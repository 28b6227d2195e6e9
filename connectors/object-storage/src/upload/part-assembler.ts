import { ByteSpool } from '../buffer/byte-spool.ts';
import type { Codec } from '../encode/codec.ts';
import type { ObjectOptions } from '../store/object-store.ts';
import { StoreError } from '../store/store-error.ts';
import type { ObjectDescription } from './object-description.ts';
import { ObjectUpload, type UploadOutcome } from './object-upload.ts';
import type { UploadContext } from './upload-context.ts';

/** Bytes that are compressed in one piece: enough that the pieces' seams cost nothing. */
const PIECE_BYTES = 8 * 1024 * 1024;

/** Settings of a {@link PartAssembler}. */
export interface PartAssemblerOptions {
  readonly context: UploadContext;
  /** Null for none. */
  readonly codec: Codec | null;
  readonly contentType: string;
  /** The object's key if it is known before its last record; null keeps everything until then. */
  readonly key: string | null;
  readonly startOffset: number;
}

/** Makes the parts of an object from the bytes of records, compresses them, and hands them to the upload. */
export class PartAssembler {
  readonly #context: UploadContext;
  readonly #codec: Codec | null;
  readonly #key: string | null;
  readonly #startOffset: number;
  readonly #raw: ByteSpool;
  readonly #compressed: ByteSpool;
  readonly #upload: ObjectUpload;
  #work: Promise<void> = Promise.resolve();
  #byteCount = 0;
  #isFirst = true;
  #hasParts = false;
  #isSealed = false;
  #isAborted = false;

  constructor({ context, codec, contentType, key, startOffset }: PartAssemblerOptions) {
    this.#context = context;
    this.#codec = codec;
    this.#key = key;
    this.#startOffset = startOffset;
    this.#raw = new ByteSpool(context.pool);
    this.#compressed = new ByteSpool(context.pool);
    const encoding: Omit<ObjectOptions, 'metadata'> =
      codec?.contentEncoding === undefined ? { contentType } : { contentType, contentEncoding: codec.contentEncoding };
    this.#upload = new ObjectUpload(context, encoding);
  }

  /** Bytes appended so far. */
  get byteCount(): number {
    return this.#byteCount;
  }

  /** Bytes of memory that {@link spill} would free. */
  get memoryBytes(): number {
    return this.#raw.memoryBytes + this.#compressed.memoryBytes;
  }

  /** Copies bytes to the end of the object. */
  append(bytes: Uint8Array): void {
    this.#raw.append(bytes);
    this.#byteCount += bytes.length;
    // Where a piece ends depends on the records alone, so a compressed object has the same bytes on every run.
    if (this.#raw.length >= this.#pieceBytes()) this.#next(false);
  }

  /** Moves what waits in memory to a file. @throws Error if the file cannot be written: the data is lost, and the task must fail. */
  async spill(): Promise<void> {
    await Promise.all([this.#raw.spill(), this.#compressed.spill()]);
  }

  /** Tries parts again that failed before. */
  resume(): void {
    if (this.#hasParts && !this.#isSealed && this.#key !== null) this.#upload.startEarly(this.#key, this.#startOffset);
  }

  /** Writes the object. May be called again after a failure. @throws StoreError */
  async finish(description: ObjectDescription): Promise<UploadOutcome> {
    // What was given up lacks its end, and must not become an object.
    if (this.#isAborted) throw new StoreError('gone', `${description.key} was given up`);
    if (!this.#isSealed) {
      this.#isSealed = true;
      this.#next(true);
    }
    await this.#work;
    return this.#upload.finish(description);
  }

  /** Gives everything up. Never rejects. */
  async abort(): Promise<void> {
    this.#isAborted = true;
    this.#isSealed = true;
    await Promise.allSettled([this.#work, this.#raw.discard()]);
    await Promise.allSettled([this.#compressed.discard(), this.#upload.abort()]);
  }

  #pieceBytes(): number {
    if (this.#codec !== null) return PIECE_BYTES;
    return this.#key === null ? Number.POSITIVE_INFINITY : this.#context.partBytes;
  }

  #next(isLast: boolean): void {
    const piece = this.#raw.take();
    this.#work = this.#work.then(async () => this.#process(await piece, isLast));
    // `finish` awaits it and tells.
    this.#work.catch(() => undefined);
  }

  async #process(piece: Buffer, isLast: boolean): Promise<void> {
    if (this.#codec === null) {
      this.#add(piece, isLast);
      return;
    }
    if (piece.length > 0 || this.#isFirst) {
      const compressed = await this.#codec.compress(piece, this.#isFirst);
      this.#isFirst = false;
      this.#compressed.append(compressed);
    }
    this.#raw.release(piece);
    const isPart = this.#key !== null && this.#compressed.length >= this.#context.partBytes;
    if (isPart || isLast) this.#add(await this.#compressed.take(), isLast);
  }

  #add(body: Buffer, isLast: boolean): void {
    if (body.length === 0 && this.#hasParts) return;
    this.#hasParts = true;
    const { partBytes } = this.#context;
    // Only an object that was kept to its end is longer than a part and a record.
    const step = this.#key === null ? partBytes : Math.max(1, body.length);
    for (let start = 0; start === 0 || start < body.length; start += step) this.#upload.add(body.subarray(start, start + step));
    if (!isLast && this.#key !== null) this.#upload.startEarly(this.#key, this.#startOffset);
  }
}
