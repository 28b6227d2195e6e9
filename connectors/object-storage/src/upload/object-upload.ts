import { crc32 } from 'node:zlib';
import { ConnectException } from '@millrace/api';
import type { ObjectOptions, PartReceipt, UploadHandle } from '../store/object-store.ts';
import { StoreError, storeErrorOf } from '../store/store-error.ts';
import { endOffsetOf, fullMetadata, isSameObject, type ObjectDescription, offsetTags, startMetadata } from './object-description.ts';
import type { UploadContext } from './upload-context.ts';

/**
 * How the writing of an object ended:
 * - `stored`: the object is there, with the bytes that were to be written, whoever wrote them
 * - `occupied`: another object has the key; it holds records up to `endOffset`, null if it does not tell
 * - `lost`: the store forgot the upload, and what was uploaded with it
 */
export type UploadOutcome =
  | { readonly kind: 'stored' }
  | { readonly kind: 'occupied'; readonly endOffset: number | null }
  | { readonly kind: 'lost' };

interface Part {
  readonly number: number;
  /** Null once the store has it. */
  body: Buffer | null;
  readonly crc32: number;
  receipt: PartReceipt | null;
  isUnderWay: boolean;
}

/**
 * Writes one object: in one call if it is one part, in a multipart upload else. Parts that failed stay in memory, so {@link finish} can be
 * called again and continues where it was.
 */
export class ObjectUpload {
  readonly #context: UploadContext;
  readonly #options: Omit<ObjectOptions, 'metadata'>;
  readonly #parts: Part[] = [];
  readonly #early = new Set<Promise<void>>();
  #handle: Promise<UploadHandle> | null = null;
  #size = 0;
  #crc32 = 0;
  #state: 'open' | 'stored' | 'aborted' = 'open';

  constructor(context: UploadContext, options: Omit<ObjectOptions, 'metadata'>) {
    this.#context = context;
    this.#options = options;
  }

  /** Takes the next part over; it counts in the budget until the store has it. @throws ConnectException if there are too many. */
  add(body: Buffer): void {
    const { maxParts } = this.#context.capabilities;
    if (this.#parts.length >= maxParts) {
      throw new ConnectException(
        `An object outgrows ${maxParts} parts of ${this.#context.partBytes} bytes: set a larger part size or rotate earlier`,
      );
    }
    this.#size += body.length;
    this.#crc32 = crc32(body, this.#crc32);
    this.#parts.push({ number: this.#parts.length + 1, body, crc32: crc32(body), receipt: null, isUnderWay: false });
  }

  /** Begins to upload what there is, before the object is complete. Never rejects: what fails is tried again by the next call or {@link finish}. */
  startEarly(key: string, startOffset: number): void {
    this.#handle ??= this.#create(key, startMetadata(startOffset));
    for (const part of this.#parts) {
      if (part.receipt !== null || part.isUnderWay) continue;
      part.isUnderWay = true;
      const settled = (): void => {
        part.isUnderWay = false;
        this.#early.delete(work);
      };
      const work = this.#uploadPart(part).then(settled, settled);
      this.#early.add(work);
    }
  }

  /**
   * Writes what is left and makes the object visible.
   * @throws StoreError if the store refuses, or all tries failed; those that are retriable may be tried again.
   */
  async finish(description: ObjectDescription): Promise<UploadOutcome> {
    if (this.#state === 'stored') return { kind: 'stored' };
    await Promise.all(this.#early);
    // The parts of an upload that was given up are gone, and what is left of them is no object.
    if (this.#state === 'aborted') throw new StoreError('gone', `The upload of ${description.key} was given up`);
    try {
      if (this.#handle === null && this.#parts.length <= 1) await this.#put(description);
      else await this.#finishParts(description);
    } catch (error) {
      return this.#explained(error, description);
    }
    this.#state = 'stored';
    this.#releaseAll();
    return { kind: 'stored' };
  }

  /** Gives up: frees the memory, and the store's room. Never rejects: what stays behind is found and removed by a later start. */
  async abort(): Promise<void> {
    if (this.#state === 'open') this.#state = 'aborted';
    this.#releaseAll();
    const opening = this.#handle;
    this.#handle = null;
    if (opening === null) return;
    try {
      await this.#context.store.abort(await opening);
    } catch (error) {
      this.#context.log.debug('an upload could not be aborted', { error: storeErrorOf(error).message });
    }
  }

  #create(key: string, metadata: Record<string, string>): Promise<UploadHandle> {
    const { retry, store, signal } = this.#context;
    const handle = retry.run(() => store.createMultipart(key, { ...this.#options, metadata }), signal);
    // Whoever uploads a part awaits it and tells; the next part asks anew.
    handle.catch(() => {
      if (this.#handle === handle) this.#handle = null;
    });
    return handle;
  }

  async #uploadPart(part: Part): Promise<void> {
    const { retry, store, semaphore, signal } = this.#context;
    const handle = await this.#handle;
    const { number, body, crc32 } = part;
    if (part.receipt !== null || body === null || handle === null) return;
    part.receipt = await semaphore.run(() => retry.run(() => store.uploadPart(handle, { number, crc32 }, body), signal));
    this.#release(part);
  }

  async #put(description: ObjectDescription): Promise<void> {
    const { retry, store, semaphore, signal, conditional, capabilities } = this.#context;
    const body = this.#parts[0]?.body ?? Buffer.alloc(0);
    const options = {
      ...this.#options,
      metadata: fullMetadata(description),
      ifNoneMatch: conditional && capabilities.conditionalPut,
      crc32: this.#crc32,
    };
    const put = () => store.putObject(description.key, body, options).catch(againAfterConflict);
    await semaphore.run(() => retry.run(put, signal));
  }

  async #finishParts(description: ObjectDescription): Promise<void> {
    this.#handle ??= this.#create(description.key, fullMetadata(description));
    await Promise.all(this.#parts.map((part) => this.#uploadPart(part)));
    await this.#complete(description);
    await this.#tag(description);
  }

  async #complete(description: ObjectDescription): Promise<void> {
    const { retry, store, signal, conditional, capabilities } = this.#context;
    const handle = await this.#handle;
    if (handle === null) throw new StoreError('gone', `The upload of ${description.key} was aborted`);
    const receipts = this.#parts.map(({ receipt }) => receipt).filter((receipt) => receipt !== null);
    if (receipts.length !== this.#parts.length) throw new StoreError('gone', `The upload of ${description.key} misses a part`);
    const condition = { ifNoneMatch: conditional && capabilities.conditionalComplete, crc32: this.#crc32 };
    await retry.run(() => store.complete(handle, receipts, condition), signal);
  }

  /** A refusal says little: the answer to an earlier try may have been lost. What is there decides. */
  async #explained(error: unknown, description: ObjectDescription): Promise<UploadOutcome> {
    const failure = storeErrorOf(error);
    if (failure.kind !== 'exists' && failure.kind !== 'conflict' && failure.kind !== 'gone') throw failure;
    const { retry, store, signal } = this.#context;
    const there = await retry.run(() => store.head(description.key), signal);
    if (there !== null && isSameObject(there, description, this.#size, this.#crc32)) {
      // The object is there already, so the upload of its double is of no use.
      this.#state = 'stored';
      await this.abort();
      return { kind: 'stored' };
    }
    await this.abort();
    if (there === null || failure.kind === 'gone') return { kind: 'lost' };
    return { kind: 'occupied', endOffset: endOffsetOf(there) };
  }

  async #tag(description: ObjectDescription): Promise<void> {
    const { store, retry, signal, tagsEnd, log } = this.#context;
    if (!tagsEnd) return;
    try {
      await retry.run(() => store.tag(description.key, offsetTags(description)), signal);
    } catch (error) {
      log.warn(`${description.key} could not be tagged with its offsets; a run that finds it will not know what it holds`, {
        error: storeErrorOf(error).message,
      });
    }
  }

  #releaseAll(): void {
    for (const part of this.#parts) this.#release(part);
  }

  #release(part: Part): void {
    if (part.body === null) return;
    this.#context.pool.budget.remove(part.body.length);
    part.body = null;
  }
}

/** A single put can simply be made again. */
function againAfterConflict(error: unknown): never {
  const failure = storeErrorOf(error);
  throw failure.kind === 'conflict' ? new StoreError('transient', failure.message, failure) : failure;
}
