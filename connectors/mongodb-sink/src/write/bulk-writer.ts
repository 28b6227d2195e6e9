import { ConnectException, DataException, RetriableException } from '@millrace/api';
import type { MongoClient } from 'mongodb';
import { isIdempotent } from '../write-models/write-model.ts';
import { type ConcernFailure, failureOf, isTransientCode, type RefusedWrite } from './failure.ts';
import type { Chunk, Planned } from './plan.ts';
import type { Reports } from './report.ts';
import { WriteConcernException, WriteException, WriteSkippedException } from './write-exceptions.ts';

const DUPLICATE_KEY = 11_000;

/** Writes chunks, and finds the record that is to blame for each error. */
export class BulkWriter {
  readonly #client: MongoClient;
  readonly #reports: Reports;

  constructor(client: MongoClient, reports: Reports) {
    this.#client = client;
    this.#reports = reports;
  }

  /**
   * Writes what is left of a chunk. When it throws, the chunk holds what is still to be written.
   *
   * @throws RetriableException when the failure will pass. @throws DataException for a record, unless errors are tolerated
   * @throws ConnectException when no record is to blame
   */
  async write(chunk: Chunk, signal: AbortSignal): Promise<void> {
    while (chunk.items.length > 0) await this.#writeSome(chunk, chunk.items.length, signal);
  }

  /** Writes the first items of a chunk and takes off what is settled. */
  async #writeSome(chunk: Chunk, count: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const items = chunk.items.slice(0, count);
    try {
      await abortable(this.#bulkWrite(chunk, items), signal);
      chunk.items = chunk.items.slice(count);
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      await this.#handle({ chunk, items, error, signal });
    }
  }

  #bulkWrite({ namespace, config }: Chunk, items: readonly Planned[]): Promise<unknown> {
    const ordered = config.keys['bulk.write.ordered'];
    return this.#client
      .db(namespace.database)
      .collection(namespace.collection)
      .bulkWrite(
        items.map(({ model }) => model),
        { ordered, forceServerObjectId: true },
      );
  }

  async #handle({ chunk, items, error, signal }: Failed): Promise<void> {
    const failure = failureOf(error);
    const { message } = error as Error;
    switch (failure.kind) {
      case 'transient':
        // Invariant 4: an outage is no fault of the records, so none of them is reported.
        chunk.isUncertain = true;
        throw new RetriableException(`Writing to ${nameOf(chunk)} failed for now: ${message}`, { cause: error });
      case 'fatal':
        throw new ConnectException(`Writing to ${nameOf(chunk)} failed: ${message}`, { cause: error });
      case 'data':
        return this.#narrow({ chunk, items, error, signal });
      case 'refused':
        if (failure.concern !== null) await this.#concern(chunk, items, failure.concern, failure.writes);
        return this.#refused(chunk, items, failure.writes);
    }
  }

  /** Halves the batch until the record is alone that the batch was refused for. */
  async #narrow({ chunk, items, error, signal }: Failed): Promise<void> {
    const [first] = items;
    if (items.length > 1) return this.#writeSome(chunk, Math.ceil(items.length / 2), signal);
    if (first !== undefined) await this.#reports.refuse(chunk.config, first.record, unwritable(error));
    chunk.items = chunk.items.slice(1);
  }

  async #refused(chunk: Chunk, items: readonly Planned[], writes: readonly RefusedWrite[]): Promise<void> {
    for (const write of writes.toSorted((left, right) => left.index - right.index)) {
      const item = items[write.index];
      if (item !== undefined && !isAlreadyWritten(chunk, item, write)) {
        await this.#reports.refuse(chunk.config, item.record, new WriteException(write));
      }
    }
    const last = writes.at(-1)?.index ?? items.length - 1;
    if (!chunk.config.keys['bulk.write.ordered']) {
      chunk.items = chunk.items.slice(items.length);
    } else if (chunk.config.keys['mongo.ordered.skip.mode'] === 'report') {
      for (const { record } of items.slice(last + 1)) await this.#reports.refuse(chunk.config, record, new WriteSkippedException());
      chunk.items = chunk.items.slice(items.length);
    } else {
      // Records behind a refused one are innocent: they are written next.
      chunk.items = chunk.items.slice(last + 1);
    }
  }

  /** The writes were done, but not everywhere. Those that can be done twice are, when the reason will pass; the others are reported. */
  async #concern(chunk: Chunk, items: readonly Planned[], concern: ConcernFailure, writes: readonly RefusedWrite[]): Promise<void> {
    if (isTransientCode(concern.code) && items.every(({ model }) => isIdempotent(model))) {
      chunk.isUncertain = true;
      throw new RetriableException(`Writing to ${nameOf(chunk)} did not meet the write concern for now: ${concern.message}`);
    }
    const refused = new Set(writes.map(({ index }) => index));
    const end = writes.length > 0 && chunk.config.keys['bulk.write.ordered'] ? (writes.at(-1)?.index ?? 0) : items.length;
    for (const [index, { record }] of items.entries()) {
      if (index < end && !refused.has(index)) {
        await this.#reports.refuse(chunk.config, record, new WriteConcernException(concern, concern.codeName));
      }
    }
  }
}

interface Failed {
  readonly chunk: Chunk;
  readonly items: readonly Planned[];
  readonly error: unknown;
  readonly signal: AbortSignal;
}

/** Whether a duplicate is no error: the document is there because of us, or duplicates are to be ignored. */
function isAlreadyWritten({ config, isUncertain }: Chunk, { model, hasRandomId }: Planned, { code, message }: RefusedWrite): boolean {
  if (code !== DUPLICATE_KEY || !('insertOne' in model)) return false;
  if (config.keys['mongo.ignore.duplicate.key']) return true;
  return isUncertain && hasRandomId && / index: _id_ /.test(message);
}

function unwritable(error: unknown): DataException {
  const { message } = error as Error;
  const text = error instanceof RangeError ? `Document is larger than the maximum size of 16 MB (${message})` : message;
  return new DataException(text, { cause: error });
}

function nameOf({ namespace }: Chunk): string {
  return `${namespace.database}.${namespace.collection}`;
}

/** The outcome of the work, or the reason of the signal when that comes first; the work then goes on and nobody hears of it. */
function abortable<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason as Error);
    signal.addEventListener('abort', onAbort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
