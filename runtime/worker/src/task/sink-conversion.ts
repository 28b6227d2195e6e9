import { SinkRecord, type ConnectHeaders, type SchemaAndValue } from '@millrace/api';
import type { ConsumedRecord } from '@millrace/kafka';
import { ConsumedSinkRecord } from './consumed-sink-record.ts';
import type { Conversion } from './errors/recover.ts';
import type { Stage } from './errors/stage.ts';
import { headersFromBytes, type RecordConverters } from './record-converters.ts';
import type { TransformationChain } from './transformation-chain.ts';

const keyStep = 0;
const valueStep = 1;
const headerStep = 2;
const transformationStep = 3;

/** Makes records of what was consumed, one at a time: converters first, then transformations. One object serves a task. */
export class SinkConversion implements Conversion<SinkRecord> {
  readonly #converters: RecordConverters;
  readonly #chain: TransformationChain;
  readonly #keepsConsumed: boolean;
  #consumed: ConsumedRecord | null = null;
  #step = keyStep;
  #key: SchemaAndValue | null = null;
  #value: SchemaAndValue | null = null;

  /** @param keepsConsumed whether records keep the bytes that they are made of */
  constructor(converters: RecordConverters, chain: TransformationChain, keepsConsumed: boolean) {
    this.#converters = converters;
    this.#chain = chain;
    this.#keepsConsumed = keepsConsumed;
  }

  get position(): number {
    return this.#step === transformationStep ? transformationStep + this.#chain.position : this.#step;
  }

  get stage(): Stage {
    if (this.#step === transformationStep) return 'TRANSFORMATION';
    if (this.#step === keyStep) return 'KEY_CONVERTER';
    return this.#step === valueStep ? 'VALUE_CONVERTER' : 'HEADER_CONVERTER';
  }

  get executingClass(): string {
    const { key, value, header } = this.#converters;
    if (this.#step === transformationStep) return this.#chain.currentClassName;
    if (this.#step === keyStep) return key.className;
    return this.#step === valueStep ? value.className : header.className;
  }

  /** Null when a transformation drops the record. @throws what a plug-in throws: {@link resume} goes on from there */
  convert(record: ConsumedRecord): SinkRecord | null {
    this.#consumed = record;
    this.#step = keyStep;
    return this.resume();
  }

  resume(): SinkRecord | null {
    const record = this.#consumed as ConsumedRecord;
    const { topic, headers } = record;
    if (this.#step === keyStep) {
      this.#key = this.#converters.key.converter.toConnectData(topic, record.key, headers);
      this.#step = valueStep;
    }
    if (this.#step === valueStep) {
      this.#value = this.#converters.value.converter.toConnectData(topic, record.value, headers);
      this.#step = headerStep;
    }
    if (this.#step === transformationStep) return this.#withConsumed(this.#chain.resume<SinkRecord>());
    const converted = this.#build(record, headersFromBytes(topic, headers, this.#converters.header.converter));
    if (this.#chain.isEmpty) return this.#withConsumed(converted);
    this.#step = transformationStep;
    return this.#withConsumed(this.#chain.apply(converted));
  }

  #build(record: ConsumedRecord, headers: ConnectHeaders | null): SinkRecord {
    return new SinkRecord({
      topic: record.topic,
      kafkaPartition: record.partition,
      keyAndSchema: this.#key as SchemaAndValue,
      valueAndSchema: this.#value as SchemaAndValue,
      kafkaOffset: record.offset,
      timestamp: record.timestamp === -1 ? null : record.timestamp,
      timestampType: record.timestampType,
      headers,
    });
  }

  #withConsumed(record: SinkRecord | null): SinkRecord | null {
    return record !== null && this.#keepsConsumed ? new ConsumedSinkRecord(record, this.#consumed as ConsumedRecord) : record;
  }
}
