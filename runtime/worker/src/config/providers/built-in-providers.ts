import { KAFKA_VERSION } from '../../plugins/discovery.ts';
import type { PluginClass, PluginDescriptor } from '../../plugins/plugin-descriptor.ts';
import { DirectoryConfigProvider } from './directory-config-provider.ts';
import { EnvVarConfigProvider } from './env-var-config-provider.ts';
import { FileConfigProvider } from './file-config-provider.ts';

const classes: Readonly<Record<string, PluginClass>> = { DirectoryConfigProvider, EnvVarConfigProvider, FileConfigProvider };

/** Kafka's own configuration providers, as plug-ins. */
export function builtInConfigProviders(): PluginDescriptor[] {
  return Object.entries(classes).map(([name, Provider]) => ({
    kind: 'config_provider',
    className: `org.apache.kafka.common.config.provider.${name}`,
    taskClassName: null,
    aliases: [],
    version: KAFKA_VERSION,
    location: '@millrace/worker',
    load: () => Promise.resolve(Provider),
  }));
}
