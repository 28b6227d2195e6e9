import type { SchemaAndValue } from '@millrace/api';
import { JsonConverter } from '@millrace/converters';
import type { ByteSink, FileEncoder, FileFormat } from './file-format.ts';

const newline = Buffer.from('\n');
const nullText = Buffer.from('null');

/** Settings of a {@link JsonLinesFormat}. */
export interface JsonLinesOptions {
  /** `json.decimal.format`: decimals as base64 of their bytes, or as numbers. Default BASE64. */
  readonly decimalFormat?: 'BASE64' | 'NUMERIC';
}

/** JSON without schemas, a line for each record, the last one too: Confluent's `JsonFormat`. */
export class JsonLinesFormat implements FileFormat, FileEncoder {
  readonly extension = '.json';
  readonly contentType = 'application/x-ndjson';
  readonly #converter = new JsonConverter();

  constructor({ decimalFormat = 'BASE64' }: JsonLinesOptions = {}) {
    this.#converter.configure({ 'schemas.enable': false, 'decimal.format': decimalFormat }, false);
  }

  /** Files have no state of their own. */
  open(): FileEncoder {
    return this;
  }

  write({ schema, value }: SchemaAndValue, sink: ByteSink): void {
    const text = value === null ? nullText : this.#converter.fromConnectData('', schema, value);
    sink.append(text ?? nullText);
    sink.append(newline);
  }
}
