import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { discoverPackage, type OnBroken } from './discovery.ts';
import type { PluginDescriptor } from './plugin-descriptor.ts';

/** Packages whose plug-ins every worker has, as every JVM worker has those of Kafka. */
const builtInPackages: readonly string[] = ['@millrace/converters', '@millrace/transforms'];

/** Kafka's own converters, transformations and predicates. */
export async function builtInPlugins(onBroken: OnBroken): Promise<PluginDescriptor[]> {
  const require = createRequire(import.meta.url);
  const found = await Promise.all(
    builtInPackages.map((name) => discoverPackage(dirname(require.resolve(`${name}/package.json`)), onBroken)),
  );
  return found.flat();
}
