import { setTimeout as pause } from 'node:timers/promises';
import { ConfigDef, Schema, SchemaAndValue, SourceRecord } from '../../../../../../runtime/api/dist/index.js';

/** @import { Properties, SourceMap, SourceTaskContext } from '../../../../../../runtime/api/dist/index.js' */

const partitions = [
  { table: 'orders', shard: 0 },
  { table: 'lines', shard: 1 },
];
const definition = new ConfigDef().define('topic', { type: 'STRING', importance: 'HIGH', documentation: 'Where the numbers go.' });

/** Counts in two partitions whose names have two keys each, as the Java class of this name. */
export class TwoKeysSource {
  /** @type {Properties} */
  #config = {};

  version() {
    return '1.0.0';
  }

  taskClass() {
    return CountingTask;
  }

  config() {
    return definition;
  }

  /** @param {Properties} config */
  start(config) {
    this.#config = config;
  }

  taskConfigs() {
    return [this.#config];
  }

  stop() {}
}

class CountingTask {
  /** @type {SourceTaskContext | null} */
  #context = null;
  #topic = '';
  /** @type {number[]} */
  #next = [];

  /** @param {SourceTaskContext} context */
  initialize(context) {
    this.#context = context;
  }

  /** @param {Properties} config */
  async start({ topic }) {
    this.#topic = topic ?? '';
    const stored = (await this.#context?.offsetStorageReader.offsets(partitions)) ?? [];
    this.#next = stored.map((offset) => Number(offset?.['next'] ?? 0));
  }

  /** @param {AbortSignal} signal */
  async poll(signal) {
    await pause(20, undefined, { signal }).catch(() => undefined);
    return signal.aborted ? null : partitions.map((partition, index) => this.#record(partition, index));
  }

  stop() {}

  /**
   * @param {{ table: string, shard: number }} sourcePartition
   * @param {number} index
   */
  #record(sourcePartition, index) {
    const number = this.#next[index] ?? 0;
    const last = `${sourcePartition.table} ${number}`;
    this.#next[index] = number + 1;
    return new SourceRecord({
      sourcePartition,
      sourceOffset: { next: number + 1, last },
      topic: this.#topic,
      kafkaPartition: null,
      valueAndSchema: new SchemaAndValue(Schema.STRING_SCHEMA, last),
    });
  }
}
