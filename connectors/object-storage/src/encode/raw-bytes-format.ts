import { className, DataException, javaText, type SchemaAndValue } from '@millrace/api';
import type { ByteSink, FileEncoder, FileFormat } from './file-format.ts';

/** Settings of a {@link RawBytesFormat}. */
export interface RawBytesOptions {
  /** With its dot: `format.bytearray.extension`, `.bin` by default in Confluent's sinks, none in IBM's. */
  readonly extension: string;
  /** Written behind every record, the last one too; empty for nothing. */
  readonly separator: string;
  /** Whether anything but bytes is refused, as by Confluent's, or written as text and null as nothing, as by IBM's. */
  readonly bytesOnly: boolean;
}

/** Values as they came: Confluent's `ByteArrayFormat`, and what IBM's COS sink calls `json`. */
export class RawBytesFormat implements FileFormat, FileEncoder {
  readonly extension: string;
  readonly contentType = 'application/octet-stream';
  readonly #separator: Buffer;
  readonly #bytesOnly: boolean;

  constructor({ extension, separator, bytesOnly }: RawBytesOptions) {
    this.extension = extension;
    this.#separator = Buffer.from(separator);
    this.#bytesOnly = bytesOnly;
  }

  /** Files have no state of their own. */
  open(): FileEncoder {
    return this;
  }

  write(record: SchemaAndValue, sink: ByteSink): void {
    sink.append(this.#bytesOf(record));
    if (this.#separator.length > 0) sink.append(this.#separator);
  }

  #bytesOf({ schema, value }: SchemaAndValue): Uint8Array {
    if (value instanceof Uint8Array) return value;
    if (this.#bytesOnly) {
      throw new DataException(
        `Raw bytes can only be made of bytes, got ${className(value)}: use ByteArrayConverter, or another format.class`,
      );
    }
    return value === null ? Buffer.alloc(0) : Buffer.from(javaText(value, schema));
  }
}
