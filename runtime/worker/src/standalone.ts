import { join } from 'node:path';
import { embeddedFolder, openTransport, type KafkaTransport } from '@millrace/kafka';
import { workerAdminProperties } from './config/client-known-keys.ts';
import { sharedClientProperties } from './config/client-shared.ts';
import { STANDALONE_CONFIG, unknownKeys } from './config/worker-config.ts';
import { StandaloneHerder } from './herder/standalone-herder.ts';
import { kafkaClusterId } from './kafka-cluster-id.ts';
import { openPluginHosts } from './plugin-hosts.ts';
import { LoggerName } from './log/logger-names.ts';
import type { WorkerLog } from './log/worker-log.ts';
import { WorkerMetrics } from './metrics/worker-metrics.ts';
import { KAFKA_VERSION } from './plugins/discovery.ts';
import type { PluginDescriptor } from './plugins/plugin-descriptor.ts';
import type { PluginRegistry } from './plugins/plugin-registry.ts';
import { createRestServer } from './rest/create-rest-server.ts';
import type { LoggerAdmin } from './rest/logger-routes.ts';
import type { RestServer } from './rest/rest-server.ts';
import { MemoryConfigStore } from './storage/config-store.ts';
import { FileConfigStore } from './storage/file-config-store.ts';
import { FileOffsetStore } from './storage/file-offset-store.ts';
import { MemoryOffsetStore } from './storage/memory-offset-store.ts';
import type { OffsetStore } from './storage/offset-store.ts';
import { beginStartUp, commitId, withDefaults } from './worker-start-up.ts';

const offsetsKey = 'offset.storage.file.filename';

export interface StandaloneOptions {
  /** The worker's properties, as in Kafka's own files. */
  readonly properties: Readonly<Record<string, string>>;
  readonly log: WorkerLog;
  /** Folder whose nearest package.json names the installed connectors. Default: the working folder. */
  readonly applicationFolder?: string;
  /** Folders of further plug-in packages. */
  readonly pluginFolders?: readonly string[];
  /** Plug-ins that need no manifest, for tests and for applications that bring their own. */
  readonly plugins?: readonly PluginDescriptor[];
  /** Keeps offsets in memory, although the properties name no file. */
  readonly offsetsInMemory?: boolean;
  /** Connectors that are about to be created anew: what is stored of them does not count. */
  readonly replacedConnectors?: readonly string[];
  /** Time, in milliseconds, that a request may take. Default: 90 seconds, as in Kafka Connect. */
  readonly requestTimeoutMs?: number;
}

/** A running standalone worker. */
export interface StandaloneWorker {
  readonly herder: StandaloneHerder;
  readonly transport: KafkaTransport;
  readonly plugins: PluginRegistry;
  /** The advertised address of the REST API. */
  readonly url: string;
  /** Addresses that the REST server listens on: those of `listeners`, then those of `admin.listeners`. */
  readonly urls: readonly string[];
  /** Stops connectors and tasks, commits their offsets and closes everything. Idempotent. */
  stop(): Promise<void>;
}

/**
 * Starts a standalone worker in the order of Kafka Connect: plug-ins, configuration, Kafka, REST, herder.
 * @throws ConfigException or ConnectException when it cannot start; what was started before is closed then.
 */
export async function startStandalone(options: StandaloneOptions): Promise<StandaloneWorker> {
  const { log } = options;
  for (const key of unknownKeys(options.properties)) log.warn(`Unknown worker configuration ${key} is ignored`);
  const { plugins, transformer, properties } = await beginStartUp(options.properties, options, log);
  const workerConfig = completed(properties, options.offsetsInMemory === true);
  const storageLog = log.named(LoggerName.WORKER);
  const transport = await openTransport(sharedClientProperties(workerConfig), { warn: (message) => storageLog.warn(message) });
  const cleanups: (() => Promise<void>)[] = [() => transformer.close(log), () => transport.close()];
  const stop = async (): Promise<void> => {
    for (let cleanup = cleanups.pop(); cleanup !== undefined; cleanup = cleanups.pop()) await cleanup();
  };
  const version = KAFKA_VERSION;
  const commit = commitId();
  try {
    const folder = embeddedFolder(workerConfig['bootstrap.servers'] ?? '');
    const configs = folder === null ? new MemoryConfigStore() : new FileConfigStore(join(folder, 'connect', 'connectors'));
    const stored = await configs.start();
    const clusterId = await kafkaClusterId(transport, workerAdminProperties(workerConfig), log);
    const hosts = await openPluginHosts(workerConfig, { plugins, transport, log });
    cleanups.push(() => hosts.close());
    let rest: RestServer | null = null;
    const herder = new StandaloneHerder({
      workerId: () => rest?.workerId ?? 'starting',
      workerConfig,
      plugins,
      transport,
      clusterId,
      hosts,
      offsets: offsetStore(workerConfig, transport),
      configs,
      transformer,
      log,
      ...(options.requestTimeoutMs === undefined ? {} : { requestTimeoutMs: options.requestTimeoutMs }),
    });
    const metrics = new WorkerMetrics({ herder, workerId: () => rest?.workerId ?? 'starting', app: { version, commitId: commit } });
    metrics.start();
    cleanups.push(async () => metrics.stop());
    rest = await createRestServer(
      { herder, version: { version, commit }, loggers: loggerAdmin(log), logTail: log.tail, metrics },
      workerConfig,
    );
    await herder.start();
    cleanups.push(() => herder.stop());
    await rest.start();
    const started = rest;
    cleanups.push(() => started.stop());
    // Before REST, which waits for the answers of its requests.
    cleanups.push(() => hosts.close());
    herder.restore(stored.filter(({ name }) => options.replacedConnectors?.includes(name) !== true));
    return { herder, transport, plugins, url: rest.advertisedUrl, urls: rest.boundUrls, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The properties with defaults filled in. @throws ConfigException for a missing or wrong value. */
function completed(properties: Readonly<Record<string, string>>, offsetsInMemory: boolean): Record<string, string> {
  const file = offsetsInMemory ? '' : folderOffsets(properties['bootstrap.servers'] ?? '');
  return withDefaults(properties, STANDALONE_CONFIG.parse(file === null ? properties : { [offsetsKey]: file, ...properties }));
}

/** The file of offsets in the folder of the log; null if the log is in none. */
function folderOffsets(bootstrapServers: string): string | null {
  const folder = embeddedFolder(bootstrapServers);
  return folder === null ? null : join(folder, 'connect', 'offsets');
}

/** Invariant 1: offsets must not be safer than the records before them. */
function offsetStore(workerConfig: Readonly<Record<string, string>>, transport: KafkaTransport): OffsetStore {
  const file = workerConfig[offsetsKey] ?? '';
  return file === '' ? new MemoryOffsetStore() : new FileOffsetStore(file, { beforeWrite: () => transport.sync() });
}

/** A standalone worker is its own cluster. */
function loggerAdmin(log: WorkerLog): LoggerAdmin {
  const { loggers } = log;
  return { loggers, log: log.named(LoggerName.REST), setInCluster: async (logger, level) => void loggers.set(logger, level) };
}
