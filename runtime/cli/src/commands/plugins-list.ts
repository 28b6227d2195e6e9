import { installedPlugins, type PluginOptions } from '../installed-plugins.ts';
import type { Report } from '../output/report.ts';
import type { VerbContext } from '../output/run-verb.ts';
import { table } from '../output/table.ts';

/** `millrace plugins list`: what is installed here, from manifests alone. */
export async function pluginsList({ terminal }: VerbContext, options: PluginOptions & { readonly type?: string }): Promise<Report> {
  const { registry } = await installedPlugins(terminal, options);
  const plugins = registry
    .list()
    .filter(({ kind }) => options.type === undefined || kind === options.type)
    .map(({ className, kind, version, aliases, location }) => ({ class: className, type: kind, version, aliases, location }));
  return {
    summary: { plugins: plugins.length },
    result: { plugins },
    names: plugins.map((plugin) => plugin.class),
    text: (wide) =>
      table(
        ['CLASS', 'TYPE', 'VERSION', ...(wide ? ['ALIASES', 'LOCATION'] : [])],
        plugins.map((plugin) => [plugin.class, plugin.type, plugin.version, ...(wide ? [plugin.aliases.join(', '), plugin.location] : [])]),
      ),
  };
}

/** `millrace plugins verify`: loads the code of every plug-in that is installed here. */
export async function pluginsVerify({ terminal }: VerbContext, options: PluginOptions): Promise<Report> {
  const { registry } = await installedPlugins(terminal, options);
  const checked: { readonly class: string; readonly type: string; readonly error: string | null }[] = [];
  for (const plugin of registry.list()) {
    const error = await plugin.load().then(
      (Plugin) => faultOf(Plugin),
      (fault: unknown) => (fault instanceof Error ? fault.message : String(fault)),
    );
    checked.push({ class: plugin.className, type: plugin.kind, error });
  }
  const broken = checked.filter(({ error }) => error !== null);
  const report: Report = {
    summary: { plugins: checked.length, broken: broken.length },
    result: { plugins: checked },
    names: broken.map((plugin) => plugin.class),
    text: () =>
      [
        ...broken.map((plugin) => `${plugin.class}: ${plugin.error}`),
        `${checked.length - broken.length} of ${checked.length} plug-ins load`,
      ].join('\n'),
  };
  if (broken.length === 0) return report;
  return { ...report, problem: { exitCode: 1, message: `${broken.length} plug-ins cannot be used` } };
}

/** Why no instance can be made of a class, or null. */
function faultOf(Plugin: new () => object): string | null {
  try {
    return typeof new Plugin() === 'object' ? null : 'its constructor makes no object';
  } catch (error) {
    return (error as Error).message;
  }
}
