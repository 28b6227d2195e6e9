import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { discoverPackage, type ImportPackage, type OnBroken } from './discovery.ts';
import type { PluginDescriptor } from './plugin-descriptor.ts';

/** Packages whose plug-ins every worker has, as every JVM worker has those of Kafka. */
const builtInPackages: Readonly<Record<string, ImportPackage>> = {
  '@millrace/converters': () => import('@millrace/converters'),
  '@millrace/transforms': () => import('@millrace/transforms'),
};

/** Kafka's own converters, transformations and predicates. */
export async function builtInPlugins(onBroken: OnBroken): Promise<PluginDescriptor[]> {
  const require = createRequire(import.meta.url);
  const found = await Promise.all(
    Object.entries(builtInPackages).map(([name, importPackage]) =>
      discoverPackage(dirname(require.resolve(`${name}/package.json`)), onBroken, importPackage),
    ),
  );
  return found.flat();
}
