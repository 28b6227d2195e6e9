import { ConnectException, type Schema, type SinkRecord } from '@millrace/api';
import type { NextRecord, RotationReason } from '../rotation/rotation-rule.ts';
import { needsOtherFile, projected } from '../rotation/schema-compatibility.ts';
import type { UploadContext } from '../upload/upload-context.ts';
import { HeldRecords } from './held-records.ts';
import { OpenFile } from './open-file.ts';
import { RotationCounter } from './rotation-counter.ts';
import { isDeterministic, type SinkPlan } from './sink-plan.ts';
import { UploadQueue } from './upload-queue.ts';

/** A record could not be written because of what it is; it may go to the dead letter queue. */
export class UnwritableRecord extends ConnectException {}

/** Divides the records of one topic partition into files, and knows which offset may be committed. */
export class TopicPartitionWriter {
  readonly #plan: SinkPlan;
  readonly #context: UploadContext;
  readonly #now: () => number;
  readonly #counter: RotationCounter;
  readonly #held = new HeldRecords();
  readonly #queue: UploadQueue;
  /** By directory, in the order in which they were opened. */
  readonly #files = new Map<string, OpenFile>();
  #headOffset: number | null = null;
  /** Offset behind the last record that was taken; null before the first one. */
  #position: number | null = null;
  /** Where reading starts again when everything in memory is given up. */
  #restartOffset: number | null = null;

  constructor(plan: SinkPlan, context: UploadContext, now: () => number) {
    this.#plan = plan;
    this.#context = context;
    this.#now = now;
    this.#counter = new RotationCounter(plan.rules, now());
    this.#queue = new UploadQueue(context.finishing, this.#held, {
      isDeterministic: isDeterministic(plan),
      hasFixedDirectories: plan.partitioner.isDeterministic,
    });
  }

  get queue(): UploadQueue {
    return this.#queue;
  }

  /** Everything that holds memory. */
  get files(): readonly OpenFile[] {
    return [...this.#files.values(), ...this.#queue.files];
  }

  /** Whether this record was taken before: a batch is delivered again after a `RetriableException`. */
  hasTaken(record: SinkRecord): boolean {
    return this.#position !== null && record.originalKafkaOffset < this.#position;
  }

  /**
   * Takes a record.
   * @throws UnwritableRecord if it cannot be written; {@link skip} goes on behind it
   * @throws ConnectException or DataException if it has no place
   */
  write(record: SinkRecord): void {
    const offset = record.originalKafkaOffset;
    this.#restartOffset ??= offset;
    const next = this.#next(record);
    const directory = `${record.topic}\0${next.encodedPartition}${this.#schemaMark(record)}`;
    if (this.#held.has(directory, offset)) {
      this.skip(offset);
      return;
    }
    const before = this.#counter.before(next);
    if (before !== null) this.#rotate(before);
    this.#append(record, next, directory);
    this.#position = offset + 1;
    const after = this.#counter.after();
    if (after !== null) this.#rotate(after);
  }

  /** Goes on behind a record that is not written. */
  skip(offset: number): void {
    this.#restartOffset ??= offset;
    this.#position = offset + 1;
  }

  /** Closes files whose time has come. @returns wall clock of the next time; null for never as things stand */
  closeDue(): number | null {
    const due = this.#counter.due();
    if (due === null || due.at > this.#now()) return due?.at ?? null;
    if (this.#files.size > 0) this.#rotate(due.reason);
    else this.#counter.reset(this.#now());
    return this.#counter.due()?.at ?? null;
  }

  /** The offset up to which everything is in the store; null if nothing is to be committed. */
  committable(): number | null {
    // Records that were left out count as written when nothing before them is open.
    if (this.#files.size === 0 && this.#queue.isEmpty && this.#position !== null) return this.#position;
    return this.#queue.storedOffset;
  }

  /** Gives up what is in memory and tells from where to read again; null if nothing was read. */
  async rewind(): Promise<number | null> {
    const offset = this.#queue.storedOffset ?? this.#restartOffset;
    await this.abort();
    this.#position = offset;
    return offset;
  }

  /** Gives up what is in memory. Never rejects. */
  async abort(): Promise<void> {
    const files = [...this.#files.values()];
    this.#files.clear();
    this.#headOffset = null;
    this.#counter.reset(this.#now());
    await Promise.all([...files.map((file) => file.abort()), this.#queue.abort()]);
  }

  #next(record: SinkRecord): NextRecord {
    const { partitioner, onNull, tombstonePartition } = this.#plan;
    if (record.value === null && onNull === 'write') return { timestamp: record.timestamp, encodedPartition: tombstonePartition };
    return { timestamp: partitioner.timestamp?.extract(record) ?? record.timestamp, encodedPartition: partitioner.encode(record) };
  }

  #schemaMark({ valueSchema }: SinkRecord): string {
    return this.#plan.schemaRotation === 'per-version' ? `\0${valueSchema?.id ?? 0}` : '';
  }

  #append(record: SinkRecord, next: NextRecord, directory: string): void {
    const offset = record.originalKafkaOffset;
    let file = this.#files.get(directory);
    const isFull = file === undefined && this.#plan.maxOpenFiles > 0 && this.#files.size >= this.#plan.maxOpenFiles;
    if (isFull || (file !== undefined && this.#needsOther(file.schema, record))) {
      this.#rotate(isFull ? 'open-files' : 'schema');
      file = undefined;
    }
    const isNew = file === undefined;
    file ??= this.#open(record, next.encodedPartition);
    const before = file.byteCount;
    try {
      const { schemaCompatibility } = this.#plan;
      file.write(record, projected(schemaCompatibility, file.schema, record.valueSchema, record.value), offset);
    } catch (error) {
      throw new UnwritableRecord(message(error), { cause: error });
    }
    if (isNew) this.#files.set(directory, file);
    this.#headOffset ??= offset;
    this.#counter.add(next, file.byteCount - before, this.#now());
  }

  #needsOther(schema: Schema | null, record: SinkRecord): boolean {
    if (this.#plan.schemaRotation === 'per-version') return false;
    try {
      return needsOtherFile(this.#plan.schemaCompatibility, schema, record.valueSchema);
    } catch (error) {
      throw new UnwritableRecord(message(error), { cause: error });
    }
  }

  #open(record: SinkRecord, encodedPartition: string): OpenFile {
    const offset = record.originalKafkaOffset;
    const isTombstone = record.value === null && this.#plan.onNull === 'write';
    return new OpenFile({
      context: this.#context,
      keyer: this.#plan.keyer,
      views: isTombstone ? this.#plan.views.filter(({ isOfValues }) => !isOfValues) : this.#plan.views,
      facts: {
        topic: record.topic,
        kafkaPartition: record.originalKafkaPartition,
        encodedPartition,
        startOffset: offset,
        headOffset: this.#headOffset ?? offset,
      },
      schema: record.valueSchema,
    });
  }

  /** Closes all files; the record that is about to come goes into new ones. */
  #rotate(reason: RotationReason): void {
    const files = [...this.#files].map(([directory, file]) => ({ directory, file }));
    this.#files.clear();
    this.#headOffset = null;
    this.#counter.reset(this.#now());
    const nextOffset = this.#position;
    if (files.length === 0 || nextOffset === null) return;
    this.#context.log.debug('files are closed', { reason, count: files.length, nextOffset });
    this.#queue.add({ files, nextOffset });
  }
}

function message(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
