import { ConfigException } from '@millrace/api';
import type { FileFacts, ObjectKeyer } from './object-keyer.ts';

/** Settings of a {@link ConfluentKeyer}. */
export interface ConfluentKeyerOptions {
  /** `topics.dir`; blank for none, then its delimiter goes too. Default `topics`. */
  readonly topicsDir?: string;
  /** `directory.delim`. Default `/`. */
  readonly directoryDelimiter?: string;
  /** `file.delim`. Default `+`. */
  readonly fileDelimiter?: string;
  /** `filename.offset.zero.pad.width`: digits of an offset at least, 0 or more. Default 10. */
  readonly padWidth?: number;
}

/**
 * Names of Confluent's storage sinks, `topics/orders/partition=3/orders+3+0000000120.avro`. The offset is that of the first record, so a
 * file that is written again after a crash replaces itself.
 */
export class ConfluentKeyer implements ObjectKeyer {
  readonly isKnownAtStart = true;
  readonly #root: string;
  readonly #directory: string;
  readonly #file: string;
  readonly #padWidth: number;

  /** @throws ConfigException if the width is negative. */
  constructor(options: ConfluentKeyerOptions = {}) {
    const { topicsDir = 'topics', directoryDelimiter = '/', fileDelimiter = '+', padWidth = 10 } = options;
    if (!(padWidth >= 0)) throw ConfigException.invalidValue('filename.offset.zero.pad.width', padWidth, 'must be at least 0');
    this.#root = topicsDir.trim() === '' ? '' : `${topicsDir}${directoryDelimiter}`;
    this.#directory = directoryDelimiter;
    this.#file = fileDelimiter;
    this.#padWidth = padWidth;
  }

  key(file: FileFacts, extension: string): string {
    const offset = String(file.startOffset).padStart(this.#padWidth, '0');
    const name = `${file.topic}${this.#file}${file.kafkaPartition}${this.#file}${offset}${extension}`;
    return `${this.prefix(file.topic)}${file.encodedPartition}${this.#directory}${name}`;
  }

  prefix(topic: string): string {
    return `${this.#root}${topic}${this.#directory}`;
  }
}
