import type { AgentOptions } from 'node:https';
import { ConfigException } from '@millrace/api';
import { openTransport, type KafkaTransport } from '@millrace/kafka';
import { workerAdminProperties } from './config/client-known-keys.ts';
import { sharedClientProperties } from './config/client-shared.ts';
import { parseDistributedConfig, unknownDistributedKeys } from './config/distributed-config.ts';
import { AutoRestarts, type AutoRestartHistory } from './herder/auto-restart/auto-restarts.ts';
import { ClusterChanges } from './herder/distributed/cluster-changes.ts';
import { DistributedHerder } from './herder/distributed/distributed-herder.ts';
import { kafkaClusterId } from './kafka-cluster-id.ts';
import { openPluginHosts } from './plugin-hosts.ts';
import { levelOf } from './log/levels.ts';
import { LoggerName } from './log/logger-names.ts';
import type { WorkerLog } from './log/worker-log.ts';
import { WorkerMetrics } from './metrics/worker-metrics.ts';
import { KAFKA_VERSION } from './plugins/discovery.ts';
import type { PluginDescriptor } from './plugins/plugin-descriptor.ts';
import type { PluginRegistry } from './plugins/plugin-registry.ts';
import { createRestServer } from './rest/create-rest-server.ts';
import type { LoggerAdmin } from './rest/logger-routes.ts';
import { WorkerClient } from './rest/worker-client.ts';
import { openClusterStores } from './storage/open-cluster-stores.ts';
import { beginStartUp, commitId, withDefaults } from './worker-start-up.ts';

/** Time, in milliseconds, that a forwarded request may take. */
const forwardTimeoutMs = 95_000;
const exactlyOnceKey = 'exactly.once.source.support';

/**
 * A worker hears of a rebalance by its heartbeats. Where the properties leave their interval open, ours are more frequent than the default
 * of Kafka Connect, so that work moves at once.
 */
const promptHeartbeat = { 'heartbeat.interval.ms': '500' };

export interface DistributedOptions {
  /** The worker's properties, as in Kafka's own `connect-distributed.properties`. */
  readonly properties: Readonly<Record<string, string>>;
  readonly log: WorkerLog;
  /** Folder whose nearest package.json names the installed connectors. Default: the working folder. */
  readonly applicationFolder?: string;
  /** Folders of further plug-in packages. */
  readonly pluginFolders?: readonly string[];
  /** Plug-ins that need no manifest, for tests and for applications that bring their own. */
  readonly plugins?: readonly PluginDescriptor[];
  /** Joins although classes of the cluster's connectors are not installed here. Default: false. */
  readonly force?: boolean;
  /** Kafka to use in place of `bootstrap.servers`, which is closed with the worker: for tests. */
  readonly transport?: KafkaTransport;
  /** Time, in milliseconds, that a request may take. Default: 90 seconds, as in Kafka Connect. */
  readonly requestTimeoutMs?: number;
  /** The worker cannot go on and has to be stopped. Default: the error is logged. */
  readonly onCrash?: (error: unknown) => void;
}

/** A running worker of a cluster. */
export interface DistributedWorker {
  readonly herder: DistributedHerder;
  readonly transport: KafkaTransport;
  readonly plugins: PluginRegistry;
  /** The advertised address of the REST API. */
  readonly url: string;
  readonly urls: readonly string[];
  /** Stops what runs here, leaves the group and closes everything. Idempotent. */
  stop(): Promise<void>;
}

/**
 * Starts a worker of a cluster: REST first, since others have to know its address, then the internal topics and the group.
 * @throws ConfigException or ConnectException when it cannot start; what was started before is closed then
 */
export async function startDistributed(options: DistributedOptions): Promise<DistributedWorker> {
  const { log } = options;
  for (const key of unknownDistributedKeys(options.properties)) log.warn(`Unknown worker configuration ${key} is ignored`);
  const { plugins, transformer, properties } = await beginStartUp(options.properties, options, log);
  refuseExactlyOnce(properties);
  const workerConfig = withDefaults({ ...promptHeartbeat, ...properties }, parseDistributedConfig(properties));
  const transport = options.transport ?? (await openTransport(sharedClientProperties(workerConfig)));
  const cleanups: (() => Promise<void>)[] = [() => transformer.close(log), () => transport.close()];
  const stop = async (): Promise<void> => {
    for (let cleanup = cleanups.pop(); cleanup !== undefined; cleanup = cleanups.pop()) await cleanup();
  };
  const version = { version: KAFKA_VERSION, commit: commitId() };
  try {
    const clusterId = await kafkaClusterId(transport, workerAdminProperties(workerConfig), log);
    const client = new WorkerClient(await clientTls(workerConfig), forwardTimeoutMs);
    cleanups.push(async () => client.close());
    const changes = new ClusterChanges();
    const listener = changes.listener((logger, level) => setLevel(log, logger, level));
    const stores = openClusterStores({ workerConfig, transport, listener, log: log.named(LoggerName.WORKER) });
    const hosts = await openPluginHosts(workerConfig, { plugins, transport, log });
    cleanups.push(() => hosts.close());
    const herder: DistributedHerder = new DistributedHerder({
      workerId: () => rest.workerId,
      url: () => `${rest.advertisedUrl}/`,
      workerConfig,
      plugins,
      transport,
      clusterId,
      hosts,
      ...stores,
      changes,
      transformer,
      log,
      send: (request) => client.send(request),
      onCrash: options.onCrash ?? ((error) => log.error(`Worker cannot go on: ${(error as Error).message}`)),
      ...(options.force === undefined ? {} : { force: options.force }),
      ...(options.requestTimeoutMs === undefined ? {} : { requestTimeoutMs: options.requestTimeoutMs }),
    });
    const restarts = autoRestarts(herder, stores.statuses, { workerConfig, log });
    cleanups.push(async () => restarts.stop());
    const app = { version: version.version, commitId: version.commit };
    const metrics = new WorkerMetrics({ herder, workerId: () => rest.workerId, app });
    metrics.start();
    cleanups.push(async () => metrics.stop());
    const parts = { herder, version, loggers: loggerAdmin(log, herder), logTail: log.tail, metrics, cluster: { herder, client } };
    const rest = await createRestServer(parts, workerConfig);
    await rest.start();
    cleanups.push(() => herder.stop());
    cleanups.push(
      () => rest.stop(),
      () => hosts.close(),
    );
    await herder.start();
    restarts.start();
    return { herder, transport, plugins, url: rest.advertisedUrl, urls: rest.boundUrls, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** A worker that delivered less than it was told to would do so silently. @throws ConfigException */
function refuseExactlyOnce({ [exactlyOnceKey]: support = 'disabled' }: Readonly<Record<string, string>>): void {
  if (support.trim().toLowerCase() === 'disabled') return;
  throw ConfigException.invalidValue(
    exactlyOnceKey,
    support,
    'This worker cannot deliver exactly once yet: it has neither transactions for source tasks nor fencing of their predecessors. ' +
      'Set it to disabled for delivery at least once',
  );
}

/** The leader decides, by what all have written to the status topic. */
function autoRestarts(
  herder: DistributedHerder,
  history: AutoRestartHistory,
  { workerConfig, log }: { readonly workerConfig: Readonly<Record<string, string>>; readonly log: WorkerLog },
): AutoRestarts {
  return new AutoRestarts({
    herder,
    history,
    workerConfig,
    log: log.named(LoggerName.HERDER),
    isDecider: () => herder.isLeader,
    now: () => Date.now(),
  });
}

function setLevel(log: WorkerLog, logger: string, text: string): void {
  const level = levelOf(text);
  if (level !== null) log.loggers.set(logger, level);
}

function loggerAdmin(log: WorkerLog, herder: DistributedHerder): LoggerAdmin {
  return {
    loggers: log.loggers,
    log: log.named(LoggerName.REST),
    setInCluster: (logger, level) => herder.setClusterLoggerLevel(logger, level),
  };
}

/** What this worker shows and trusts when it calls others by https: the material of its own listeners. */
async function clientTls(workerConfig: Readonly<Record<string, string>>): Promise<AgentOptions> {
  if (!(workerConfig['listeners'] ?? '').toLowerCase().includes('https:')) return {};
  const [{ clientTlsOptions }, { tlsSettings }] = await Promise.all([import('./rest/client-tls.ts'), import('./rest/tls.ts')]);
  return clientTlsOptions(tlsSettings(workerConfig, 'listeners.https.'));
}
