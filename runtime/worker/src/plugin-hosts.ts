import { ConfigException } from '@millrace/api';
import type { KafkaTransport } from '@millrace/kafka';
import { inlineConnectorHost, type ConnectorHost } from './herder/connector-host.ts';
import type { ConfigChecks } from './herder/connector-validation.ts';
import { LoggerName } from './log/logger-names.ts';
import type { WorkerLog } from './log/worker-log.ts';
import type { PluginRegistry } from './plugins/plugin-registry.ts';
import { InlineTaskHost } from './task/inline-task-host.ts';
import type { TaskHost } from './task/task-host.ts';

const key = 'task.host';

/** The places where a worker runs the code of plug-ins. */
export interface PluginHosts {
  readonly taskHost: TaskHost;
  readonly connectorHost: ConnectorHost;
  /** Absent: in the main thread. */
  readonly checks?: ConfigChecks;
  /** Ends what no connector or task needs, and checks under way. Idempotent. */
  close(): Promise<void>;
}

/** What the code of plug-ins finds there. */
export interface PluginPlace {
  readonly plugins: PluginRegistry;
  readonly transport: KafkaTransport;
  readonly log: WorkerLog;
}

/**
 * The places that `task.host` asks for: threads on brokers unless it says otherwise. The log inside the worker is in its memory, where no other
 * thread reaches it.
 * @throws ConfigException if it asks for threads there.
 */
export async function openPluginHosts(workerConfig: Readonly<Record<string, string>>, place: PluginPlace): Promise<PluginHosts> {
  const isEmbedded = workerConfig['bootstrap.servers']?.trim().startsWith('embedded:') === true;
  const choice = workerConfig[key] ?? (isEmbedded ? 'inline' : 'thread');
  const { plugins, transport } = place;
  const inline = new InlineTaskHost({ plugins, transport });
  if (choice === 'inline') return { taskHost: inline, connectorHost: inlineConnectorHost, close: async () => undefined };
  if (isEmbedded) {
    throw ConfigException.invalidValue(key, choice, 'on the log inside the worker tasks run inline; leave the key out, or name brokers');
  }
  // Whoever has no threads does not load what runs them.
  const [{ ThreadTaskHost }, { ThreadConnectorHost }] = await Promise.all([
    import('./task/thread/thread-task-host.ts'),
    import('./herder/thread/thread-connector-host.ts'),
  ]);
  const log = place.log.named(LoggerName.WORKER_CONNECTOR);
  const connectors = new ThreadConnectorHost({ plugins, workerConfig, log: (level, message, fields) => log[level](message, fields) });
  const tasks = new ThreadTaskHost({ plugins, inline });
  return {
    taskHost: tasks,
    connectorHost: connectors,
    checks: connectors,
    close: async () => {
      await Promise.all([tasks.close(), connectors.close()]);
    },
  };
}
