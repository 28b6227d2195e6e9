import type { Properties, SchemaAndValue, SourceRecord } from '@millrace/api';
import type { ConnectorExports } from './connector-plugin.ts';

/** A way to take the external system away and to bring it back, or the reason why that cannot happen. */
export type Outage = string | { begin(): Promise<void> | void; end(): Promise<void> | void };

interface System {
  /** A minimal valid configuration of the connector for this system: its own keys only. */
  readonly config: Properties;
  /** While it lasts the connector must be able to tell it from a fatal error: it throws RetriableException or waits. */
  readonly outage: Outage;
  /** Releases the system. */
  close?(): Promise<void> | void;
}

/** The external system of a source, fresh for every case. */
export interface SourceSystem extends System {
  /** Makes items `from` to `from + count - 1` available, in this order; nothing to do for a source that makes up its records. */
  produce(from: number, count: number): Promise<void> | void;
  /** Number of the item that a record stands for, so that the contract sees what is lost, repeated or out of order. */
  sequence(record: SourceRecord): number;
}

/** Key and value of a record that a sink is given. */
export interface SinkFixture {
  readonly key: SchemaAndValue;
  readonly value: SchemaAndValue;
}

/** The external system of a sink, fresh for every case. */
export interface SinkSystem extends System {
  /** What the system holds, one text a record, in the order of arrival where it keeps one. */
  read(): Promise<string[]> | string[];
  /** Item `n` as a record with a schema, and what {@link read} shows of it. */
  record(n: number): SinkFixture & { readonly shows: string };
  /** The same without a schema, or the reason why the sink takes no such records. */
  readonly schemaless: string | ((n: number) => SinkFixture & { readonly shows: string });
  /** What {@link read} shows of a record with the key of item `n` and no value; null when such a record leaves no trace. Or the sink refuses it. */
  readonly tombstone: { readonly refused: string } | { shows(n: number): string | null };
  /** What {@link read} shows of item `n` without its key; or the sink refuses it. */
  readonly nullKey: { readonly refused: string } | { shows(n: number): string | null };
  /** A record that the sink cannot take, or the reason why there is none. */
  readonly poison: string | SinkFixture;
  /** Whether records that are put a second time show twice. */
  readonly delivery: 'idempotent' | 'at-least-once';
}

/** A connector, and how to hold it to the contract. Give `source` or `sink`, whichever it is. */
export interface ConnectorContractOptions {
  /** Folder of the package, as `new URL('..', import.meta.url)`. */
  readonly package: URL;
  /** Class of the connector, or another name that finds it. */
  readonly class: string;
  /** The package's exports. Default: its built entry file is imported. */
  load?(): Promise<ConnectorExports>;
  source?(): Promise<SourceSystem> | SourceSystem;
  sink?(): Promise<SinkSystem> | SinkSystem;
  /** Cases that the connector cannot have, by id, each with the reason. */
  readonly notApplicable?: Readonly<Record<string, string>>;
  /** How long a case waits for one thing to happen, in milliseconds. Default 5000. */
  readonly patienceMs?: number;
  /** Heap, in bytes, by which 10,000 records may make the process grow for good. Default 2 MiB. */
  readonly memoryBound?: number;
}
