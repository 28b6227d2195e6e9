/** `runtime.jsonl`: configuration of connectors and its validation. */

import {
  ConfigDef,
  groupPartitions,
  NonEmptyString,
  Range,
  TopicPartition,
  TypedNumber,
  ValidList,
  type ConfigProvider,
  type Logger,
  type PluginKind,
  type SourceMap,
} from '@millrace/api';
import {
  builtInPlugins,
  checkedTimestamp,
  ConfigTransformer,
  ConnectorValidator,
  DISTRIBUTED_CONFIG,
  ensureSinkTopics,
  KAFKA_VERSION,
  leaderTransactionalId,
  parseConnectorConfig,
  parseDistributedConfig,
  parseSinkOffsets,
  patchedConfig,
  PluginRegistry,
  sinkOffset,
  SINK_CONNECTOR_CONFIG,
  SOURCE_CONNECTOR_CONFIG,
  STANDALONE_CONFIG,
  storageTopicSettings,
  TopicCreationGroups,
  topicsList,
  type PluginDescriptor,
} from '@millrace/worker';
import { decodeInt64, decodeValue, encodeValue } from '../codec.ts';
import type { Component, Components } from '../component.ts';

type Text = Readonly<Record<string, string>>;
type RawText = Readonly<Record<string, string | null>>;

const silent: Logger = { error: () => undefined, warn: () => undefined, info: () => undefined, debug: () => undefined };

/** The connector that both dummies of the vectors are. */
class DummyConnector {
  config(): ConfigDef {
    return new ConfigDef()
      .define('file', { type: 'string', importance: 'high', doc: 'File.', validator: new NonEmptyString() })
      .define('batch.size', { type: 'int', default: 100, importance: 'low', doc: 'Size.', validator: Range.atLeast(1) })
      .define('modes', { type: 'list', default: 'a', importance: 'low', doc: 'Modes.', validator: ValidList.in('a', 'b', 'c') })
      .define('secret', { type: 'password', default: null, importance: 'low', doc: 'Secret.' });
  }
}

function plugin(kind: PluginKind, className: string): PluginDescriptor {
  return {
    kind,
    className,
    taskClassName: null,
    aliases: [],
    version: '1.2.3',
    location: 'vectors',
    load: () => Promise.resolve(DummyConnector),
  };
}

/** Version of the converters that the JVM which made the vectors could load, but had no description of. */
const unlisted = 'unlisted';

let loaded: Promise<PluginRegistry> | null = null;

async function loadPlugins(): Promise<PluginRegistry> {
  const registry = new PluginRegistry();
  registry.add(plugin('sink', 'oracle.DummySink'));
  registry.add(plugin('source', 'oracle.DummySource'));
  // Java finds these classes, too; they implement no interface of Connect.
  for (const className of ['java.lang.String', 'java.lang.Object']) registry.add(plugin('config_provider', className));
  const onBroken = (location: string, error: unknown): void => {
    throw new Error(`Plug-ins of ${location} cannot be used`, { cause: error });
  };
  for (const found of await builtInPlugins(onBroken)) {
    registry.add(found.className.startsWith('org.apache.kafka.connect.converters.') ? { ...found, version: unlisted } : found);
  }
  return registry;
}

function plugins(): Promise<PluginRegistry> {
  return (loaded ??= loadPlugins());
}

const jsonConverter = 'org.apache.kafka.connect.json.JsonConverter';
const workerConfig: Text = { 'key.converter': jsonConverter, 'value.converter': jsonConverter };

const validate: Component = async ({ config, input }) => {
  const validator = new ConnectorValidator({ plugins: await plugins(), workerConfig: { ...workerConfig, ...(config as Text) } });
  const infos = await validator.validate(input as RawText);
  const configs = infos.configs.map(({ value }) => [value.name, withoutVersion(value.value), value.errors, value.visible]);
  return {
    name: infos.name,
    errorCount: infos.error_count,
    groups: infos.groups,
    configs: configs.sort(([left], [right]) => (String(left) < String(right) ? -1 : 1)),
  };
};

function withoutVersion(value: string | null): string | null {
  if (value === unlisted) return null;
  return value === KAFKA_VERSION ? '<kafka version>' : value;
}

/** Settings that the vectors show of a started connector. */
function shown(name: string): boolean {
  return !/(?:^connector\.|converter|plugin\.version$|^(?:transforms|predicates)\.)/.test(name);
}

function start(kind: 'source' | 'sink'): Component {
  const definition: ConfigDef = kind === 'source' ? SOURCE_CONNECTOR_CONFIG : SINK_CONNECTOR_CONFIG;
  return async ({ config, input }) => {
    const parsed = await parseConnectorConfig({
      kind,
      connector: null,
      props: input as RawText,
      plugins: await plugins(),
      workerConfig: { ...workerConfig, 'topic.creation.enable': String((config as Record<string, unknown>)['topic.creation.enable']) },
      log: silent,
    });
    const entries = Object.entries(parsed).filter(([name]) => shown(name));
    return Object.fromEntries(entries.map(([name, value]) => [name, encodeParsed(value, definition.configKeys.get(name)?.type)]));
  };
}

const numberTypes: Readonly<Record<string, 'int16' | 'int32' | 'int64' | 'float64'>> = {
  short: 'int16',
  int: 'int32',
  long: 'int64',
  double: 'float64',
};

function encodeParsed(value: unknown, type: string | undefined): unknown {
  const numberType = numberTypes[type ?? ''];
  const isNumber = typeof value === 'number' || typeof value === 'bigint';
  return encodeValue(numberType !== undefined && isNumber ? new TypedNumber(numberType, value) : value, null);
}

/** Settings of a worker that the vectors show besides those of a cluster. */
const commonWorkerKeys: readonly string[] = [
  'listeners',
  'offset.flush.interval.ms',
  'offset.flush.timeout.ms',
  'task.shutdown.graceful.timeout.ms',
  'topic.creation.enable',
  'topic.tracking.allow.reset',
  'topic.tracking.enable',
];

const distributedConfig: Component = ({ input }) => {
  const props = input as Text;
  const parsed: Readonly<Record<string, unknown>> = parseDistributedConfig(props);
  const clusterKeys = DISTRIBUTED_CONFIG.names.filter((name) => name !== 'bootstrap.servers' && name !== 'inter.worker.key.size');
  const encoded = [...clusterKeys, ...commonWorkerKeys].map((name) => {
    const key = DISTRIBUTED_CONFIG.configKeys.get(name) ?? STANDALONE_CONFIG.configKeys.get(name);
    return [name, encodeParsed(parsed[name], key?.type)];
  });
  return {
    ...Object.fromEntries(encoded),
    configStorageTopicSettings: encodeValue(storageTopicSettings(props, 'config', silent), null),
    offsetStorageTopicSettings: encodeValue(storageTopicSettings(props, 'offset', silent), null),
    statusStorageTopicSettings: encodeValue(storageTopicSettings(props, 'status', silent), null),
    transactionalProducerId: leaderTransactionalId(String(parsed['group.id'])),
  };
};

const topicNames = ['inv', 'inv-x', 'inv.y', 'stock', 'x', 'x1', 'y', 'orders.v1', 'ordersAv1', 'o', 'zzz', ''];

const topicCreation: Component = async (testCase) => {
  await start('source')(testCase);
  const isEnabled = (testCase.config as Record<string, unknown>)['topic.creation.enable'] === true;
  const groups = isEnabled ? TopicCreationGroups.from(testCase.input as Text) : null;
  if (groups === null) return { usesTopicCreation: false, enabled: false, groups: [], topics: [] };
  const topics = topicNames.map((topic) => {
    const group = groups.groupFor(topic);
    const { partitions, replicationFactor, config } = group.newTopic(topic);
    return { topic, group: group.name, partitions, replicationFactor, configs: config };
  });
  return { usesTopicCreation: true, enabled: true, groups: groups.names, topics };
};

/** A provider whose data are given; `ttl` is none of its paths. */
function provider(paths: Readonly<Record<string, Text | string>>): ConfigProvider {
  const ttlMs = typeof paths['ttl'] === 'string' ? Number(paths['ttl']) : null;
  return {
    configure: () => undefined,
    get: (path, keys) => {
      const data = path === 'ttl' ? {} : ((paths[path] ?? {}) as Text);
      return { data: Object.fromEntries(Object.entries(data).filter(([key]) => keys.includes(key))), ttlMs };
    },
  };
}

const transform: Component = async ({ config, input }) => {
  const providers = Object.entries(config as Record<string, Record<string, Text>>).map(([name, paths]) => [name, provider(paths)] as const);
  const { data, ttls } = await new ConfigTransformer(new Map(providers)).transform(input as RawText);
  return { data, ttls: Object.fromEntries(Array.from(ttls, ([path, ttl]) => [path, String(ttl)])) };
};

function parseOffsets(input: unknown): unknown {
  const { partition, offset } = input as { partition: unknown; offset: unknown };
  const decoded = { partition: decodeValue(partition, null) as SourceMap | null, offset: decodeValue(offset, null) as SourceMap | null };
  const offsets = parseSinkOffsets([decoded]);
  return Array.from(offsets, ([topicPartition, value]) => [
    topicPartition.topic,
    topicPartition.partition,
    value === null ? null : String(value),
  ]);
}

function sinkOffsetOf(input: unknown): unknown {
  const { topic, partition, offset } = input as { topic: string; partition: number; offset: string };
  const entry = sinkOffset(TopicPartition.of(topic, partition), Number(offset));
  const typed = { kafka_partition: new TypedNumber('int32', partition), kafka_topic: entry.partition['kafka_topic'] };
  return { partition: encodeValue(typed, null), offset: encodeValue(entry.offset, null) };
}

export const runtime: Components = {
  'AbstractHerder.validateConnectorConfig': validate,
  SinkConnectorConfig: start('sink'),
  SourceConnectorConfig: start('source'),
  'SinkConnectorConfig.validate': ({ input }) => {
    ensureSinkTopics(input as RawText);
    return true;
  },
  'SinkConnectorConfig.parseTopicsList': ({ input }) => topicsList(input as RawText),
  TopicCreationGroup: topicCreation,
  'ConfigTransformer.transform': transform,
  DistributedConfig: distributedConfig,
  'ConnectorUtils.groupPartitions': ({ input }) => {
    const { elements, groups } = input as { elements: readonly unknown[]; groups: number };
    return groupPartitions(elements, groups);
  },
  'ConnectUtils.checkAndConvertTimestamp': ({ input }) => {
    const timestamp = checkedTimestamp(input === null ? null : decodeInt64(input as string));
    return timestamp === null ? null : String(timestamp);
  },
  'ConnectUtils.patchConfig': ({ input }) => {
    const { config, patch } = input as { config: Text; patch: RawText };
    return patchedConfig(config, patch);
  },
  'SinkUtils.parseSinkConnectorOffsets': ({ input }) => parseOffsets(input),
  'SinkUtils.consumerGroupOffsetsToConnectorOffsets': ({ input }) => sinkOffsetOf(input),
};
