import type { Connector, PluginKind } from '@millrace/api';
import type { PluginDescriptor } from '@millrace/worker';

/** A connector class, as its package exports it. */
export type ConnectorClass = new () => Connector;

/** A plug-in without a manifest. */
export function classPlugin(kind: PluginKind, Class: ConnectorClass): PluginDescriptor {
  return {
    kind,
    className: Class.name,
    taskClassName: `${Class.name}Task`,
    aliases: [],
    version: '0.0.0',
    location: 'testkit',
    load: async () => Class,
  };
}
