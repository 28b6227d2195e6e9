import { fileURLToPath } from 'node:url';
import type { PluginKind } from '@millrace/api';
import { discoverPackage, PluginRegistry, type PluginDescriptor } from '@millrace/worker';
import { violated } from './contract-violation.ts';

/** What a package of connectors exports, by name. */
export type ConnectorExports = Readonly<Record<string, unknown>>;

const connectorKinds: readonly PluginKind[] = ['source', 'sink'];

/**
 * The connector of a package, found as the worker finds it: by the manifest.
 * @param importPackage the package's exports; default: its built entry file is imported
 * @throws ContractViolation when the manifest has no such connector
 */
export async function connectorPlugin(
  folder: URL,
  name: string,
  importPackage?: () => Promise<ConnectorExports>,
): Promise<PluginDescriptor> {
  let broken: unknown = null;
  const load = importPackage === undefined ? undefined : async () => ({ ...(await importPackage()) });
  const plugins = await discoverPackage(fileURLToPath(folder), (_location, error) => (broken = error), load);
  const registry = new PluginRegistry();
  for (const plugin of plugins) registry.add(plugin);
  const found = registry.find(connectorKinds, name);
  if (found !== null) return found;
  const names = plugins.map(({ className }) => className).join(', ') || 'none';
  throw violated(`The manifest of ${folder.href} has no connector ${name}; its plug-ins: ${names}`, broken ?? undefined);
}
