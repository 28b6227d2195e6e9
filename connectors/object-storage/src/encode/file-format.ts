import type { Schema, SchemaAndValue } from '@millrace/api';

/** Takes the bytes of a file, one piece after another; they are copied. */
export interface ByteSink {
  append(bytes: Uint8Array): void;
}

/** Turns the records of one file into bytes. */
export interface FileEncoder {
  /**
   * Appends one record.
   * @throws DataException if the value cannot be written; nothing has been appended then
   */
  write(record: SchemaAndValue, sink: ByteSink): void;
  /** Appends what comes behind the last record. Absent for nothing. */
  finish?(sink: ByteSink): Promise<void> | void;
}

/** How files are written. */
export interface FileFormat {
  /** With its dot, such as `.json`; may be empty. */
  readonly extension: string;
  readonly contentType: string;
  /** The encoder of a new file. @param schema of its records; null for none */
  open(schema: Schema | null): FileEncoder;
}
