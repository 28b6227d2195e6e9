import { javaText, type Properties, type SinkRecord, type SinkTask } from '@millrace/api';
import { AppendedFile } from './appended-file.ts';
import { KAFKA_VERSION, SINK_CONFIG } from './config.ts';
import type { LineOutput } from './line-output.ts';
import { StandardOutput } from './standard-output.ts';

/** A put of more text than this is written in several parts, which bounds the memory it takes. */
const MOST_CHARACTERS = 4 * 1024 * 1024;

/** Writes one line a record: the text that Java gives for its value, `null` for a null. */
export class FileStreamSinkTask implements SinkTask {
  #output: LineOutput | null = null;

  version(): string {
    return KAFKA_VERSION;
  }

  /** @throws ConnectException if the file cannot be opened. */
  async start(props: Properties): Promise<void> {
    const { file } = SINK_CONFIG.parse(props);
    this.#output = file ? await AppendedFile.open(file) : new StandardOutput(process.stdout);
  }

  /** @throws ConnectException if the text cannot be written; a part of it may have been. */
  async put(records: readonly SinkRecord[]): Promise<void> {
    const output = this.#output;
    if (output === null) return;
    let text = '';
    for (const { valueAndSchema } of records) {
      const { value } = valueAndSchema;
      text += typeof value === 'string' ? value : javaText(value, valueAndSchema.schema);
      text += '\n';
      if (text.length > MOST_CHARACTERS) {
        await output.write(text);
        text = '';
      }
    }
    if (text !== '') await output.write(text);
  }

  /** Invariant 1: offsets are committed only after this, so it reaches the disk first. @throws ConnectException if it cannot. */
  async flush(): Promise<void> {
    await this.#output?.sync();
  }

  async stop(): Promise<void> {
    const output = this.#output;
    this.#output = null;
    await output?.close();
  }
}
