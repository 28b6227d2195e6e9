import type { ConnectHeaders, RawHeader, SourceRecord } from '@millrace/api';
import type { ProducerRecord } from '@millrace/kafka';
import type { Conversion } from './errors/recover.ts';
import type { Stage } from './errors/stage.ts';
import { headersToBytes, noHeaders, type RecordConverters } from './record-converters.ts';
import type { TransformationChain } from './transformation-chain.ts';

const headerStep = 0;
const keyStep = 1;
const valueStep = 2;
const transformationStep = 3;

/** Makes what the producer takes of source records, one at a time: transformations first, then converters. One object serves a task. */
export class SourceConversion implements Conversion<ProducerRecord> {
  readonly #converters: RecordConverters;
  readonly #chain: TransformationChain;
  #step = transformationStep;
  #record: SourceRecord | null = null;
  #headers: readonly RawHeader[] = noHeaders;
  #key: Buffer | null = null;

  constructor(converters: RecordConverters, chain: TransformationChain) {
    this.#converters = converters;
    this.#chain = chain;
  }

  get position(): number {
    return this.#step === transformationStep ? transformationStep + this.#chain.position : this.#step;
  }

  get stage(): Stage {
    if (this.#step === transformationStep) return 'TRANSFORMATION';
    if (this.#step === headerStep) return 'HEADER_CONVERTER';
    return this.#step === keyStep ? 'KEY_CONVERTER' : 'VALUE_CONVERTER';
  }

  get executingClass(): string {
    const { key, value, header } = this.#converters;
    if (this.#step === transformationStep) return this.#chain.currentClassName;
    if (this.#step === headerStep) return header.className;
    return this.#step === keyStep ? key.className : value.className;
  }

  /** Null when a transformation drops the record. @throws what a plug-in throws: {@link resume} goes on from there */
  convert(record: SourceRecord): ProducerRecord | null {
    this.#step = transformationStep;
    return this.#serialize(this.#chain.isEmpty ? record : this.#chain.apply(record));
  }

  resume(): ProducerRecord | null {
    return this.#step === transformationStep ? this.#serialize(this.#chain.resume<SourceRecord>()) : this.#convertFrom(this.#record);
  }

  #serialize(transformed: SourceRecord | null): ProducerRecord | null {
    this.#record = transformed;
    if (transformed === null) return null;
    this.#step = headerStep;
    return this.#convertFrom(transformed);
  }

  #convertFrom(record: SourceRecord | null): ProducerRecord | null {
    if (record === null) return null;
    const { topic } = record;
    const headers: ConnectHeaders | undefined = record.hasHeaders ? record.headers : undefined;
    if (this.#step === headerStep) {
      this.#headers = headers === undefined ? noHeaders : headersToBytes(topic, headers, this.#converters.header.converter);
      this.#step = keyStep;
    }
    if (this.#step === keyStep) {
      this.#key = this.#converters.key.converter.fromConnectData(topic, record.keySchema, record.key, headers);
      this.#step = valueStep;
    }
    const value = this.#converters.value.converter.fromConnectData(topic, record.valueSchema, record.value, headers);
    return { topic, partition: record.kafkaPartition, key: this.#key, value, timestamp: record.timestamp, headers: this.#headers };
  }
}
