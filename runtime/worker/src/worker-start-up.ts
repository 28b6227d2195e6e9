import { readFileSync } from 'node:fs';
import { ConfigTransformer } from './config/config-transformer.ts';
import { levelOf } from './log/levels.ts';
import { LoggerName } from './log/logger-names.ts';
import type { WorkerLog } from './log/worker-log.ts';
import { loadPlugins, type PluginLocations } from './plugins/load-plugins.ts';
import type { PluginRegistry } from './plugins/plugin-registry.ts';

/** What a worker of either mode begins with. */
export interface StartUp {
  readonly plugins: PluginRegistry;
  readonly transformer: ConfigTransformer;
  /** With references to configuration providers resolved. */
  readonly properties: Readonly<Record<string, string>>;
}

/**
 * Loads plug-ins and resolves the worker's properties.
 * @throws ConfigException if a provider fails
 */
export async function beginStartUp(
  given: Readonly<Record<string, string>>,
  locations: Omit<PluginLocations, 'log' | 'pluginPath'>,
  log: WorkerLog,
): Promise<StartUp> {
  // Where plug-ins are has to be known before there are providers to ask.
  const pluginPath = given['plugin.path'] ?? '';
  const plugins = await loadPlugins({ ...locations, log: log.named(LoggerName.PLUGINS), pluginPath });
  const transformer = await ConfigTransformer.from(given, plugins);
  const { data, resolved } = await transformer.transform(given);
  log.secrets.add(resolved.map(({ value }) => value));
  const properties = { ...data, 'plugin.path': pluginPath };
  applyLogSettings(log, properties);
  return { plugins, transformer, properties };
}

/** Properties as text with the defaults of a parsed configuration filled in. */
export function withDefaults(properties: Readonly<Record<string, string>>, parsed: object): Record<string, string> {
  const result: Record<string, string> = { ...properties };
  for (const [key, value] of Object.entries(parsed)) {
    if (value !== null && result[key] === undefined) result[key] = Array.isArray(value) ? value.join(',') : String(value);
  }
  return result;
}

/** How `GET /` names this software. */
export function commitId(): string {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string };
  return `millrace-${version}`;
}

/** What the properties say of the log wins over how it was opened; what they leave out stays. */
function applyLogSettings(log: WorkerLog, { 'log.format': format, 'log.level': level }: Readonly<Record<string, string>>): void {
  if (format === 'text' || format === 'json') log.setFormat(format);
  const name = level === undefined ? null : levelOf(level);
  if (name !== null) log.loggers.set('root', name);
}
