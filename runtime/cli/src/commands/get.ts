import { exactJson } from '../client/exact-json.ts';
import type { Report } from '../output/report.ts';
import type { VerbContext } from '../output/run-verb.ts';
import { table } from '../output/table.ts';

/** `millrace get plugins`. */
export async function getPlugins({ client }: VerbContext, options: { readonly all?: boolean }): Promise<Report> {
  const plugins = await (await client()).plugins(options.all !== true);
  return {
    summary: { plugins: plugins.length },
    result: { plugins },
    names: plugins.map((plugin) => plugin.class),
    text: () =>
      table(
        ['CLASS', 'TYPE', 'VERSION'],
        plugins.map((plugin) => [plugin.class, plugin.type, plugin.version ?? '']),
      ),
  };
}

/** `millrace get offsets NAME`. */
export async function getOffsets({ client }: VerbContext, name: string): Promise<Report> {
  const { offsets } = await (await client()).offsets(name);
  return {
    summary: { offsets: offsets.length },
    result: { connector: name, offsets },
    names: offsets.map(({ partition }) => exactJson(partition)),
    text: () =>
      table(
        ['PARTITION', 'OFFSET'],
        offsets.map(({ partition, offset }) => [exactJson(partition), exactJson(offset)]),
      ),
  };
}

/** `millrace get loggers`. */
export async function getLoggers({ client }: VerbContext): Promise<Report> {
  const loggers = await (await client()).loggers();
  const names = Object.keys(loggers);
  return {
    summary: { loggers: names.length },
    result: { loggers },
    names,
    text: () =>
      table(
        ['LOGGER', 'LEVEL', 'CHANGED'],
        names.map((name) => [name, loggers[name]?.level ?? '', changed(loggers[name]?.last_modified ?? null)]),
      ),
  };
}

/** `millrace get topics [NAME...]`: topics that connectors used. */
export async function getTopics({ client }: VerbContext, names: readonly string[]): Promise<Report> {
  const worker = await client();
  const connectors = names.length > 0 ? names : (await worker.connectors()).sort();
  const found = await Promise.all(connectors.map(async (connector) => ({ connector, topics: await worker.topics(connector) })));
  const rows = found.flatMap(({ connector, topics }) => topics.map((topic) => [topic, connector]));
  return {
    summary: { connectors: found.length, topics: new Set(rows.map(([topic]) => topic)).size },
    result: { connectors: found },
    names: [...new Set(found.flatMap(({ topics }) => topics))],
    text: () => table(['TOPIC', 'CONNECTOR'], rows),
  };
}

/** `millrace get config NAME`: the configuration as a properties file. References such as `${env:X}` stay as they are. */
export async function getConfig({ client }: VerbContext, name: string): Promise<Report> {
  const config = await (await client()).connectorConfig(name);
  const keys = Object.keys(config);
  return {
    summary: { keys: keys.length },
    result: { name, config },
    names: keys,
    text: () => keys.map((key) => `${key}=${escaped(config[key] ?? '')}`).join('\n'),
  };
}

function changed(time: number | null): string {
  return time === null ? '' : new Date(time).toISOString();
}

/** A value as a properties file holds it. */
function escaped(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('\r', '\\r').replaceAll('\t', '\\t').replace(/^ /, '\\ ');
}
