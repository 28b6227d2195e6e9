import { CaseInsensitiveValidString, ConfigDef, ConfigException, LambdaValidator, Range, type Logger, type Parsed } from '@millrace/api';
import { entriesWithPrefix } from './entries-with-prefix.ts';
import { signatureAlgorithm, signatureAlgorithms } from './signature-algorithms.ts';
import { partitionCount, replicationFactor } from './topic-numbers.ts';
import { STANDALONE_CONFIG, unknownKeys } from './worker-config.ts';

const maxInt = 2_147_483_647;

const connectProtocol = LambdaValidator.with(
  (name, value) => {
    if (['eager', 'compatible', 'sessioned'].includes(String(value).toLowerCase())) return;
    throw ConfigException.invalidValue(name, value, 'Invalid Connect protocol compatibility');
  },
  () => '[eager, compatible, sessioned]',
);

function groupKeys<Shape extends object>(definition: ConfigDef<Shape>) {
  return definition
    .define('bootstrap.servers', { type: 'list', importance: 'high', doc: 'Brokers to find the Kafka cluster by, as host:port.' })
    .define('group.id', { type: 'string', importance: 'high', doc: 'Group that the workers of one cluster form; no sink may use it.' })
    .define('session.timeout.ms', {
      type: 'int',
      default: 10_000,
      importance: 'high',
      doc: 'Time, in milliseconds, without heartbeat after which a worker is out of the group.',
    })
    .define('rebalance.timeout.ms', {
      type: 'int',
      default: 60_000,
      importance: 'high',
      doc: 'Time, in milliseconds, that workers have to join a rebalance; flushing data counts.',
    })
    .define('heartbeat.interval.ms', {
      type: 'int',
      default: 3000,
      importance: 'high',
      doc: 'Time, in milliseconds, between two heartbeats; less than a third of session.timeout.ms.',
    })
    .define('connect.protocol', {
      type: 'string',
      default: 'sessioned',
      importance: 'low',
      doc: 'Newest group protocol to speak: eager, compatible (incremental rebalances) or sessioned (signed requests as well).',
      validator: connectProtocol,
    })
    .define('scheduled.rebalance.max.delay.ms', {
      type: 'int',
      default: 300_000,
      importance: 'low',
      doc: 'Time, in milliseconds, that work of a lost worker waits for its return before others take it.',
      validator: Range.between(0, maxInt),
    })
    .define('exactly.once.source.support', {
      type: 'string',
      default: 'disabled',
      importance: 'high',
      doc: 'Whether source tasks write in transactions (KIP-618): disabled, preparing (while workers are upgraded) or enabled.',
      validator: CaseInsensitiveValidString.in('disabled', 'preparing', 'enabled'),
    })
    .define('worker.sync.timeout.ms', {
      type: 'int',
      default: 3000,
      importance: 'medium',
      doc: 'Time, in milliseconds, that catching up with the configuration may take before the worker leaves the group.',
    })
    .define('worker.unsync.backoff.ms', {
      type: 'int',
      default: 300_000,
      importance: 'medium',
      doc: 'Time, in milliseconds, that a worker which could not catch up stays out of the group.',
    });
}

function storageKeys<Shape extends object>(definition: ConfigDef<Shape>) {
  return definition
    .define('config.storage.topic', { type: 'string', importance: 'high', doc: 'Topic that holds configurations of connectors and tasks.' })
    .define('config.storage.replication.factor', {
      type: 'short',
      default: 3,
      importance: 'low',
      doc: "Replication factor of that topic when it is created; -1 for the broker's default.",
      validator: replicationFactor,
    })
    .define('offset.storage.topic', { type: 'string', importance: 'high', doc: 'Topic that holds offsets of source connectors.' })
    .define('offset.storage.partitions', {
      type: 'int',
      default: 25,
      importance: 'low',
      doc: "Partitions of that topic when it is created; -1 for the broker's default.",
      validator: partitionCount,
    })
    .define('offset.storage.replication.factor', {
      type: 'short',
      default: 3,
      importance: 'low',
      doc: "Replication factor of that topic when it is created; -1 for the broker's default.",
      validator: replicationFactor,
    })
    .define('status.storage.topic', { type: 'string', importance: 'high', doc: 'Topic that holds states of connectors and tasks.' })
    .define('status.storage.partitions', {
      type: 'int',
      default: 5,
      importance: 'low',
      doc: "Partitions of that topic when it is created; -1 for the broker's default.",
      validator: partitionCount,
    })
    .define('status.storage.replication.factor', {
      type: 'short',
      default: 3,
      importance: 'low',
      doc: "Replication factor of that topic when it is created; -1 for the broker's default.",
      validator: replicationFactor,
    });
}

function interWorkerKeys<Shape extends object>(definition: ConfigDef<Shape>) {
  return definition
    .define('inter.worker.key.generation.algorithm', {
      type: 'string',
      default: 'HmacSHA256',
      importance: 'low',
      doc: 'Algorithm of the keys that sign requests between workers (KIP-507).',
      validator: signatureAlgorithm,
    })
    .define('inter.worker.key.size', {
      type: 'int',
      default: null,
      importance: 'low',
      doc: 'Size of those keys in bits. Default: what the algorithm takes.',
    })
    .define('inter.worker.key.ttl.ms', {
      type: 'int',
      default: 3_600_000,
      importance: 'low',
      doc: 'Time, in milliseconds, after which a new key replaces one; 0 for never.',
      validator: Range.between(0, maxInt),
    })
    .define('inter.worker.signature.algorithm', {
      type: 'string',
      default: 'HmacSHA256',
      importance: 'low',
      doc: 'Algorithm that signs requests between workers.',
      validator: signatureAlgorithm,
    })
    .define('inter.worker.verification.algorithms', {
      type: 'list',
      default: 'HmacSHA256',
      importance: 'low',
      doc: 'Algorithms of requests that a worker accepts; inter.worker.signature.algorithm of all workers must be among them.',
      validator: signatureAlgorithms,
    });
}

function clientKeys<Shape extends object>(definition: ConfigDef<Shape>) {
  return definition
    .define('client.dns.lookup', {
      type: 'string',
      default: 'use_all_dns_ips',
      importance: 'medium',
      doc: 'Whether every address of a broker name is tried, or its canonical names.',
    })
    .define('metadata.max.age.ms', {
      type: 'long',
      default: 300_000,
      importance: 'low',
      doc: 'Time, in milliseconds, after which metadata of topics and brokers are fetched anew.',
      validator: Range.atLeast(0),
    })
    .define('plugin.discovery', {
      type: 'string',
      default: 'hybrid_warn',
      importance: 'low',
      doc: 'How a JVM worker finds plug-ins; here they are always found by their manifests.',
      validator: CaseInsensitiveValidString.in('only_scan', 'service_load', 'hybrid_warn', 'hybrid_fail'),
    });
}

/** Keys of a worker of a cluster, besides those that it shares with a standalone one. */
export const DISTRIBUTED_CONFIG = clientKeys(interWorkerKeys(storageKeys(groupKeys(new ConfigDef()))));

type Common = Omit<Parsed<typeof STANDALONE_CONFIG>, 'offset.storage.file.filename' | 'bootstrap.servers'>;

export type DistributedConfig = Common & Parsed<typeof DISTRIBUTED_CONFIG>;

const standaloneOnly = 'offset.storage.file.filename';

/**
 * The settings of a worker of a cluster, as `org.apache.kafka.connect.runtime.distributed.DistributedConfig`.
 * @throws ConfigException for the first that is missing or wrong.
 */
export function parseDistributedConfig(props: Readonly<Record<string, string>>): DistributedConfig {
  const own = DISTRIBUTED_CONFIG.parse(props);
  const algorithm = own['inter.worker.signature.algorithm'];
  if (!own['inter.worker.verification.algorithms'].includes(algorithm)) {
    throw ConfigException.invalidValue(
      'inter.worker.signature.algorithm',
      algorithm,
      'Signature algorithm must be present in inter.worker.verification.algorithms list',
    );
  }
  const common = STANDALONE_CONFIG.parse({ ...props, [standaloneOnly]: '' });
  return { ...Object.fromEntries(Object.entries(common).filter(([key]) => key !== standaloneOnly)), ...own } as DistributedConfig;
}

/** Keys that mean nothing to a worker of a cluster. */
export function unknownDistributedKeys(props: Readonly<Record<string, string>>): string[] {
  const storage = ['config.storage.', 'offset.storage.', 'status.storage.'];
  return unknownKeys(props).filter((key) => !DISTRIBUTED_CONFIG.configKeys.has(key) && !storage.some((prefix) => key.startsWith(prefix)));
}

/** The three topics in which a cluster keeps its state. */
export type StorageTopic = 'config' | 'offset' | 'status';

/** Further settings of such a topic when it is created. Those that the cluster relies on cannot be set. */
export function storageTopicSettings(props: Readonly<Record<string, string>>, topic: StorageTopic, log: Logger): Record<string, string> {
  const prefix = `${topic}.storage.`;
  const settings = entriesWithPrefix(props, prefix);
  const ignored = topic === 'config' ? ['cleanup.policy', 'partitions'] : ['cleanup.policy'];
  for (const key of ignored.filter((key) => key in settings)) log.warn(`${prefix}${key} is ignored: the cluster relies on its own setting`);
  const notTopic = new Set(['topic', 'partitions', 'replication.factor', 'file.filename', 'cleanup.policy']);
  return Object.fromEntries(Object.entries(settings).filter(([key]) => !notTopic.has(key)));
}

/** Identity of the producer with which the leader of a cluster writes its configuration topic under exactly once (KIP-618). */
export function leaderTransactionalId(groupId: string): string {
  return `connect-cluster-${groupId}`;
}
