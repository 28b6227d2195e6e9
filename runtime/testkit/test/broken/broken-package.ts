import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Schema, SchemaAndValue, type PluginEntry } from '@millrace/api';
import type { ConnectorContractOptions, SinkSystem, SourceSystem } from '../../src/index.ts';
import { MemorySystem } from './memory-system.ts';

/** A connector with one fault. */
export interface Fault {
  /** What is wrong with it. */
  readonly name: string;
  /** The case that is to fail, and no other. */
  readonly breaks: string;
  readonly connector: new () => object;
  /** What its manifest says differently. */
  readonly manifest?: Partial<PluginEntry>;
}

export interface ContractPackage {
  readonly options: ConnectorContractOptions;
  readonly remove: () => void;
}

const className = 'io.millrace.test.TestConnector';

/** Writes the package of a connector and gives the options that hold it to the contract. */
export function contractPackage(
  kind: 'source' | 'sink',
  connector: new () => object,
  manifest: Partial<PluginEntry> = {},
): ContractPackage {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-broken-'));
  const entry = {
    kind,
    class: className,
    taskClass: 'io.millrace.test.TestTask',
    export: 'TestConnector',
    aliases: ['Testing'],
    ...manifest,
  };
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'broken', version: '1.0.0', millrace: { plugins: [entry] } }));
  const options: ConnectorContractOptions = {
    package: pathToFileURL(folder),
    class: className,
    load: async () => ({ TestConnector: connector }),
    ...(kind === 'source' ? { source: sourceSystem } : { sink: sinkSystem }),
    patienceMs: 700,
  };
  return { options, remove: () => rmSync(folder, { recursive: true }) };
}

function sourceSystem(): SourceSystem {
  const system = MemorySystem.open();
  return {
    config: { system: system.id, 'batch.size': '16' },
    produce: (from, count) => system.produce(from, count),
    sequence: ({ value }) => Number(value),
    outage: outageOf(system),
  };
}

function sinkSystem(): SinkSystem {
  const system = MemorySystem.open();
  const key = (n: number): SchemaAndValue => new SchemaAndValue(Schema.STRING_SCHEMA, `key ${n}`);
  return {
    config: { system: system.id },
    read: () => [...system.rows.values()],
    record: (n) => ({ key: key(n), value: new SchemaAndValue(Schema.STRING_SCHEMA, `row ${n}`), shows: `row ${n}` }),
    schemaless: (n) => ({ key: key(n), value: new SchemaAndValue(null, `row ${n}`), shows: `row ${n}` }),
    tombstone: { shows: (n) => `key ${n} deleted` },
    nullKey: { shows: (n) => `row ${n}` },
    poison: { key: key(3), value: new SchemaAndValue(Schema.BYTES_SCHEMA, Buffer.from('poison')) },
    delivery: 'idempotent',
    outage: outageOf(system),
  };
}

function outageOf(system: MemorySystem): { begin(): void; end(): void } {
  return {
    begin: () => {
      system.isAway = true;
    },
    end: () => {
      system.isAway = false;
    },
  };
}
