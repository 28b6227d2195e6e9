import { readFile } from 'node:fs/promises';
import { ConfigException, type ConfigDef, type Manifest, type SourceMap } from '@millrace/api';
import { describe, expect, it } from 'vitest';
import * as plugin from '../src/index.ts';
import { FileStreamSinkConnector, FileStreamSinkTask, FileStreamSourceConnector, FileStreamSourceTask } from '../src/index.ts';

interface Shown {
  readonly name: string;
  readonly type: string;
  readonly required: boolean;
  readonly default: unknown;
  readonly importance: string;
}

/** What the REST API shows of a definition, but for the documentation. */
function shown(definition: ConfigDef): Shown[] {
  return [...definition.configKeys.values()].map((key) => {
    expect(key).toMatchObject({ group: null, orderInGroup: -1, width: 'none', displayName: key.name, dependents: [] });
    expect(key.doc).toMatch(/^[A-Z].*\.$/);
    return { name: key.name, type: key.type, required: key.required, default: key.default ?? null, importance: key.importance };
  });
}

describe('FileStreamSourceConnector', () => {
  const connector = new FileStreamSourceConnector();
  const props = { file: '/d/in.txt', topic: 't' };

  it("defines the keys of Kafka's connector", () => {
    expect(shown(connector.config())).toEqual([
      { name: 'file', type: 'string', required: false, default: null, importance: 'high' },
      { name: 'topic', type: 'string', required: true, default: null, importance: 'high' },
      { name: 'batch.size', type: 'int', required: false, default: 2000, importance: 'low' },
    ]);
    expect(connector.version()).toBe('4.3.1');
  });

  it('says what is wrong with a topic in the words of Kafka', () => {
    const messages = (topic: Record<string, string>): string[] =>
      connector
        .config()
        .validate(topic)
        .configValues.flatMap(({ errorMessages }) => errorMessages);

    expect(messages({})).toEqual(['Missing required configuration "topic" which has no default value.']);
    expect(messages({ topic: '' })).toEqual(['Invalid value  for configuration topic: String must be non-empty']);
    expect(messages({ topic: 't', 'batch.size': '-1' })).toEqual([]);
    expect(() => connector.start({})).toThrow(ConfigException);
  });

  it('has one task, however many it may have', () => {
    connector.start(props);

    expect(connector.taskConfigs()).toEqual([props]);
    expect(connector.taskClass()).toBe(FileStreamSourceTask);
  });

  it('promises exactly once for a file only', () => {
    expect(connector.exactlyOnceSupport(props)).toBe('SUPPORTED');
    expect(connector.exactlyOnceSupport({ topic: 't' })).toBe('UNSUPPORTED');
    expect(connector.exactlyOnceSupport({ topic: 't', file: '' })).toBe('UNSUPPORTED');
  });

  it.each<[SourceMap | null, SourceMap | null]>([
    [null, null],
    [{ nofile: 'x' }, null],
    [{ filename: '/d/in.txt' }, { position: 0 }],
    [{ filename: 'other' }, { position: 3, more: 1 }],
    [{ filename: null }, { position: 2n ** 60n }],
  ])('lets the offset of %j be altered to %s', (partition, offset) => {
    expect(connector.alterOffsets(props, new Map([[partition, offset]]))).toBe(true);
  });

  it.each<[SourceMap | null, SourceMap, string]>([
    [null, { position: 1 }, 'Partition objects cannot be null'],
    [{ nofile: 'x' }, { position: 1 }, "Partition objects should contain the key 'filename'"],
    [{ filename: 'x' }, {}, "Offset objects should either be null or contain the key 'position'"],
    [{ filename: 'x' }, { position: 'abc' }, "The value for the 'position' key in the offset is expected to be a Long value"],
    [{ filename: 'x' }, { position: 1.5 }, "The value for the 'position' key in the offset is expected to be a Long value"],
    [{ filename: 'x' }, { position: null }, "The value for the 'position' key in the offset is expected to be a Long value"],
    [{ nofile: 'x' }, { position: -3 }, "The value for the 'position' key in the offset should be a non-negative value"],
  ])('refuses to alter the offset of %j to %j', (partition, offset, message) => {
    expect(() => connector.alterOffsets(props, new Map([[partition, offset]]))).toThrow(message);
  });

  it('refuses to alter offsets of the standard input', () => {
    expect(() => connector.alterOffsets({ topic: 't' }, new Map())).toThrow(/stdin is used for input and offsets are not tracked/);
  });
});

describe('FileStreamSinkConnector', () => {
  const connector = new FileStreamSinkConnector();

  it("defines the key of Kafka's connector", () => {
    expect(shown(connector.config())).toEqual([{ name: 'file', type: 'string', required: false, default: null, importance: 'high' }]);
    expect(connector.version()).toBe('4.3.1');
  });

  it('gives every task the same configuration, and takes any offsets', () => {
    connector.start({ topics: 't' });

    expect(connector.taskConfigs(2)).toEqual([{ topics: 't' }, { topics: 't' }]);
    expect(connector.taskClass()).toBe(FileStreamSinkTask);
    expect(connector.alterOffsets()).toBe(true);
  });
});

describe('The manifest', () => {
  it('names exports that exist, under the class names of Kafka', async () => {
    const text = await readFile(new URL('../package.json', import.meta.url), 'utf8');
    const { plugins } = (JSON.parse(text) as { millrace: Manifest }).millrace;

    expect(plugins.map((entry) => [entry.kind, entry.class, entry.taskClass])).toEqual([
      ['source', 'org.apache.kafka.connect.file.FileStreamSourceConnector', 'org.apache.kafka.connect.file.FileStreamSourceTask'],
      ['sink', 'org.apache.kafka.connect.file.FileStreamSinkConnector', 'org.apache.kafka.connect.file.FileStreamSinkTask'],
    ]);
    for (const entry of plugins) expect(plugin).toHaveProperty(entry.export);
  });
});
