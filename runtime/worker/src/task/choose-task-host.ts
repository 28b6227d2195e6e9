import { ConfigException } from '@millrace/api';
import type { KafkaTransport } from '@millrace/kafka';
import type { PluginRegistry } from '../plugins/plugin-registry.ts';
import { InlineTaskHost } from './inline-task-host.ts';
import type { TaskHost } from './task-host.ts';

const key = 'task.host';

/**
 * The place for tasks that `task.host` asks for: threads of their own on brokers unless it says otherwise. The log inside the worker is in its
 * memory, where no other thread reaches it.
 * @throws ConfigException if it asks for threads there.
 */
export async function chooseTaskHost(
  workerConfig: Readonly<Record<string, string>>,
  place: { readonly plugins: PluginRegistry; readonly transport: KafkaTransport },
): Promise<TaskHost> {
  const isEmbedded = workerConfig['bootstrap.servers']?.trim().startsWith('embedded:') === true;
  const choice = workerConfig[key] ?? (isEmbedded ? 'inline' : 'thread');
  const inline = new InlineTaskHost(place);
  if (choice === 'inline') return inline;
  if (isEmbedded) {
    throw ConfigException.invalidValue(key, choice, 'on the log inside the worker tasks run inline; leave the key out, or name brokers');
  }
  // Whoever has no threads does not load what runs them.
  const { ThreadTaskHost } = await import('./thread/thread-task-host.ts');
  return new ThreadTaskHost({ plugins: place.plugins, inline });
}
