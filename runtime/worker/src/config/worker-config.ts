import { ConfigDef, ConfigException, LambdaValidator, Range, ValidString, type Parsed } from '@millrace/api';
import { ADMIN_CONFIG } from './client-config.ts';
import { isUnknownClientKey } from './client-known-keys.ts';

const common = 'Common';
const rest = 'REST';
const storage = 'Storage';

const advertisedListener = LambdaValidator.with(
  (name, value) => {
    if (value === null || (typeof value === 'string' && ['http', 'https'].includes(value.toLowerCase()))) return;
    throw ConfigException.invalidValue(name, value, 'expected http or https');
  },
  () => '[http, https]',
);

const taskHost = LambdaValidator.with(
  (name, value) => {
    if (value === null || value === 'thread' || value === 'inline') return;
    throw ConfigException.invalidValue(name, value, 'expected thread or inline');
  },
  () => '[thread, inline]',
);

/** Keys that standalone and distributed workers share, named and meant as Kafka Connect's. */
// oxlint-disable-next-line max-lines-per-function -- one definition a key, nothing else
function workerConfig() {
  return new ConfigDef()
    .define('bootstrap.servers', {
      type: 'list',
      default: 'localhost:9092',
      importance: 'high',
      group: common,
      doc: 'Brokers to find the Kafka cluster by, as host:port; `embedded:` runs on the log inside the worker instead.',
    })
    .define('key.converter', {
      type: 'class',
      importance: 'high',
      group: common,
      doc: 'Converter of record keys for connectors that name none; its own settings follow as `key.converter.*`.',
    })
    .define('value.converter', {
      type: 'class',
      importance: 'high',
      group: common,
      doc: 'Converter of record values for connectors that name none; its own settings follow as `value.converter.*`.',
    })
    .define('header.converter', {
      type: 'class',
      default: 'org.apache.kafka.connect.storage.SimpleHeaderConverter',
      importance: 'low',
      group: common,
      doc: 'Converter of header values for connectors that name none.',
    })
    .define('task.shutdown.graceful.timeout.ms', {
      type: 'long',
      default: 5000,
      importance: 'low',
      group: common,
      doc: 'Time, in milliseconds, that all tasks together have to stop before they are cut off.',
    })
    .define('task.host', {
      type: 'string',
      default: null,
      validator: taskHost,
      importance: 'low',
      group: common,
      doc: 'Where connectors and tasks run: thread, each in a thread of its own, or inline, in that of the worker. Default: thread on brokers; on the log inside the worker there is inline alone.',
    })
    .define('task.memory.max.mb', {
      type: 'int',
      default: 512,
      validator: Range.atLeast(16),
      importance: 'low',
      group: common,
      doc: 'Heap, in MiB, beyond which a task in a thread of its own fails; a connector may have its own `task.memory.max.mb`. Buffers do not count.',
    })
    .define('auto.restart.enabled', {
      type: 'boolean',
      default: false,
      importance: 'low',
      group: common,
      doc: 'Whether connectors and tasks that failed are restarted: at once, then after 2, 6, 12, 20 … minutes, 60 at most. A connector may have its own `auto.restart.enabled`.',
    })
    .define('auto.restart.max.restarts', {
      type: 'int',
      default: -1,
      validator: Range.atLeast(-1),
      importance: 'low',
      group: common,
      doc: 'Restarts in a row after which a connector stays failed; -1 is without end. A connector may have its own `auto.restart.max.restarts`.',
    })
    .define('offset.flush.interval.ms', {
      type: 'long',
      default: 60_000,
      importance: 'low',
      group: common,
      doc: 'Time, in milliseconds, between two commits of offsets of a task.',
    })
    .define('offset.flush.timeout.ms', {
      type: 'long',
      default: 5000,
      importance: 'low',
      group: common,
      doc: 'Longest time, in milliseconds, that storing the offsets of a source task may take before it is given up until the next interval.',
    })
    .define('plugin.path', {
      type: 'list',
      default: null,
      importance: 'low',
      group: common,
      doc: 'Folders that hold plug-in packages, besides the dependencies of the application.',
    })
    .define('connector.client.config.override.policy', {
      type: 'string',
      default: 'All',
      importance: 'low',
      group: common,
      doc: 'Which Kafka client settings a connector may override: All, None, Principal or Allowlist.',
    })
    .define('topic.creation.enable', {
      type: 'boolean',
      default: true,
      importance: 'low',
      group: common,
      doc: 'Whether source connectors may have their topics created as their `topic.creation.*` keys say.',
    })
    .define('topic.tracking.enable', {
      type: 'boolean',
      default: true,
      importance: 'low',
      group: common,
      doc: 'Whether the worker notes which topics a connector uses.',
    })
    .define('topic.tracking.allow.reset', {
      type: 'boolean',
      default: true,
      importance: 'low',
      group: common,
      doc: 'Whether REST clients may reset the noted topics of a connector.',
    })
    .define('listeners', {
      type: 'list',
      default: 'http://:8083',
      importance: 'low',
      group: rest,
      doc: 'Addresses that the REST server listens on, as http://host:port or https://host:port; no host means every interface, port 0 any free port.',
    })
    .define('admin.listeners', {
      type: 'list',
      default: null,
      importance: 'low',
      group: rest,
      doc: 'Addresses that serve `/admin` instead of `listeners`; empty for none. Default: `listeners` serves it.',
    })
    .define('rest.advertised.host.name', {
      type: 'string',
      default: null,
      importance: 'low',
      group: rest,
      doc: 'Host name under which other workers and people reach this one. Default: the host of the listener.',
    })
    .define('rest.advertised.port', {
      type: 'int',
      default: null,
      importance: 'low',
      group: rest,
      doc: 'Port under which other workers and people reach this one. Default: the port of the listener.',
    })
    .define('rest.advertised.listener', {
      type: 'string',
      default: null,
      importance: 'low',
      group: rest,
      validator: advertisedListener,
      doc: 'Scheme of the advertised address, http or https. Default: http if there is such a listener.',
    })
    .define('access.control.allow.origin', {
      type: 'string',
      default: '',
      importance: 'low',
      group: rest,
      doc: 'Origins whose web pages may use the REST API, separated by commas; `*` stands for any text. Default: none.',
    })
    .define('access.control.allow.methods', {
      type: 'string',
      default: '',
      importance: 'low',
      group: rest,
      doc: 'Methods that such pages may use, separated by commas. Default: GET, POST and HEAD.',
    })
    .define('response.http.headers.config', {
      type: 'string',
      default: '',
      importance: 'low',
      group: rest,
      doc: 'Headers of every REST answer: `set|add|setDate|addDate name: value`, separated by commas.',
    })
    .define('rest.extension.classes', {
      type: 'list',
      default: '',
      importance: 'low',
      group: rest,
      doc: 'Extensions of the REST server; Kafka Connect’s `BasicAuthSecurityRestExtension` is the one there is.',
    })
    .define('ssl.client.auth', {
      type: 'string',
      default: 'none',
      validator: ValidString.in('required', 'requested', 'none'),
      importance: 'low',
      group: rest,
      doc: 'Whether clients of an https listener have to show a certificate of the trust store: required, requested or none.',
    })
    .define('config.providers', {
      type: 'list',
      default: '',
      importance: 'low',
      group: common,
      doc: 'Names of the configuration providers that resolve `${name:path:key}`; each is set up by `config.providers.<name>.class` and `.param.*`.',
    })
    .define('log.format', {
      type: 'string',
      default: 'text',
      validator: ValidString.in('text', 'json'),
      importance: 'low',
      group: common,
      doc: 'Form of log lines: text for people, or one JSON object a line.',
    })
    .define('log.level', {
      type: 'string',
      default: 'INFO',
      validator: ValidString.in('TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL', 'OFF'),
      importance: 'low',
      group: common,
      doc: 'Lowest level of log lines that are written; `/admin/loggers` changes it while the worker runs.',
    })
    .define('metrics.recording.level', {
      type: 'string',
      default: 'INFO',
      validator: ValidString.in('INFO', 'DEBUG'),
      importance: 'low',
      group: common,
      doc: 'How much is measured.',
    });
}

/** Keys of a standalone worker. */
export const STANDALONE_CONFIG = workerConfig().define('offset.storage.file.filename', {
  type: 'string',
  importance: 'high',
  group: storage,
  doc: 'File in which the offsets of source connectors are kept.',
});

export type StandaloneConfig = Parsed<typeof STANDALONE_CONFIG>;

/** Prefixes of keys that are passed on and not defined here. */
const passedOn: readonly string[] = [
  'key.converter.',
  'value.converter.',
  'header.converter.',
  'config.providers.',
  'producer.',
  'consumer.',
  'admin.',
  'listeners.https.',
  'ssl.',
  'sasl.',
];

/** Keys of Kafka Connect's worker that this worker knows and does not need, or takes for its Kafka clients. */
const accepted: readonly string[] = [
  'java.security.auth.login.config',
  'client.dns.lookup',
  'client.id',
  'plugin.discovery',
  'metrics.sample.window.ms',
  'metrics.num.samples',
  'metric.reporters',
  'security.protocol',
];

/** Keys that mean nothing to a standalone worker: worth a warning, since one of them may be a misspelt one. */
export function unknownKeys(props: Readonly<Record<string, string>>): string[] {
  return Object.keys(props).filter(
    (key) =>
      isUnknownClientKey(key) ||
      (!STANDALONE_CONFIG.configKeys.has(key) &&
        // The worker has an admin client of its own.
        !ADMIN_CONFIG.configKeys.has(key) &&
        !accepted.includes(key) &&
        !passedOn.some((prefix) => key.startsWith(prefix))),
  );
}
