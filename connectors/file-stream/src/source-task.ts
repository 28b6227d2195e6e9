import {
  ConnectException,
  Schema,
  SchemaAndValue,
  SourceRecord,
  type Properties,
  type SourceMap,
  type SourceTask,
  type SourceTaskContext,
} from '@millrace/api';
import { KAFKA_VERSION, SOURCE_CONFIG } from './config.ts';
import type { LineInput } from './line-input.ts';
import { LineSplitter } from './line-splitter.ts';
import { StandardInput } from './standard-input.ts';
import { TailedFile } from './tailed-file.ts';

/** The offset of every line of the standard input: there is no place to come back to. */
const NO_OFFSET: SourceMap = { position: null };

/** One record a line: value the text, no key, offset the position in bytes behind the line. */
export class FileStreamSourceTask implements SourceTask {
  #context: SourceTaskContext | null = null;
  #topic = '';
  #batchSize = 1;
  #partition: SourceMap = {};
  #tracksOffsets = false;
  #lines = new LineSplitter('');
  #input: LineInput | null = null;

  version(): string {
    return KAFKA_VERSION;
  }

  initialize(context: SourceTaskContext): void {
    this.#context = context;
  }

  /**
   * Reads the stored position; the file itself is opened by the first {@link poll}, since it need not be there yet.
   * @throws ConfigException if `topic` is missing or empty. @throws ConnectException if the stored offset has no integer for a position.
   */
  async start(props: Properties): Promise<void> {
    const { file, topic, 'batch.size': batchSize } = SOURCE_CONFIG.parse(props);
    this.#topic = topic;
    this.#batchSize = Math.max(1, batchSize);
    // One object for all records, as Kafka writes it: `{"filename":null}` for the standard input.
    this.#partition = { filename: file };
    this.#tracksOffsets = Boolean(file);
    this.#lines = new LineSplitter(file ? `File '${file}'` : 'Standard input');
    this.#input = file ? await this.#tailedFile(file) : new StandardInput(process.stdin);
  }

  async poll(signal: AbortSignal): Promise<SourceRecord[] | null> {
    const records: SourceRecord[] = [];
    const input = this.#input;
    if (input === null) return null;
    await this.#fill(records, input);
    if (records.length > 0) return records;
    await input.wait(this.#lines, signal);
    if (signal.aborted) return null;
    await this.#fill(records, input);
    return records.length > 0 ? records : null;
  }

  async stop(): Promise<void> {
    const input = this.#input;
    this.#input = null;
    await input?.close();
  }

  async #tailedFile(file: string): Promise<TailedFile> {
    if (this.#context === null) throw new ConnectException('FileStreamSourceTask was started before it was initialized');
    const offset = await this.#context.offsetStorageReader.offset(this.#partition);
    const position = offset?.position ?? 0;
    if (!Number.isSafeInteger(position)) throw new ConnectException('Offset position is the incorrect type');
    return new TailedFile(file, position as number, this.#context.log);
  }

  /** Takes what is at hand, up to a batch. */
  async #fill(records: SourceRecord[], input: LineInput): Promise<void> {
    for (let more = true; ; more = await input.read(this.#lines)) {
      this.#take(records);
      if (!more || records.length >= this.#batchSize) return;
    }
  }

  #take(records: SourceRecord[]): void {
    const lines = this.#lines;
    const topic = this.#topic;
    const sourcePartition = this.#partition;
    const timestamp = Date.now();
    while (records.length < this.#batchSize) {
      const line = lines.next();
      if (line === null) return;
      records.push(
        new SourceRecord({
          sourcePartition,
          sourceOffset: this.#tracksOffsets ? { position: lines.position } : NO_OFFSET,
          topic,
          valueAndSchema: new SchemaAndValue(Schema.STRING_SCHEMA, line),
          timestamp,
        }),
      );
    }
  }
}
