import type { ConfigKeyInfo } from '@millrace/worker';
import { CommandError, explain, ClientExit } from '../exit-codes.ts';
import { installedPlugins, type PluginOptions } from '../installed-plugins.ts';
import type { Report } from '../output/report.ts';
import type { VerbContext } from '../output/run-verb.ts';
import { unknownPlugin } from './describe.ts';

export interface CreateConfigOptions extends PluginOptions {
  /** Only what must be given. */
  readonly short?: boolean;
  readonly format: 'properties' | 'json' | 'yaml';
  readonly name?: string;
}

const columns = 100;

/** `millrace create config CLASS`: a configuration to fill in, from the definition of the connector. */
export async function createConfig({ terminal }: VerbContext, className: string, options: CreateConfigOptions): Promise<Report> {
  const { registry, workerConfig } = await installedPlugins(terminal, options);
  const kinds = ['source', 'sink'] as const;
  const plugin = registry.find(kinds, className);
  if (plugin === null) {
    const known = registry.list(kinds).map((one) => one.className);
    throw unknownPlugin(className, known);
  }
  const keys = await definedKeys(registry, workerConfig, plugin.className);
  const fixed = { name: options.name ?? defaultName(plugin.className), 'connector.class': plugin.className };
  const wanted = keys.filter(
    ({ name, required }) => !(name in fixed) && (options.short !== true || required || isTopics(plugin.kind, name)),
  );
  const config = { ...fixed, ...Object.fromEntries(wanted.map((key) => [key.name, valueOf(key)])) };
  const skeleton: Skeleton = { fixed, keys: wanted, needsTopics: plugin.kind === 'sink' };
  const format = options.format;
  return {
    summary: { keys: Object.keys(config).length },
    result: { name: fixed.name, config },
    names: Object.keys(config),
    text: () => (format === 'json' ? json(skeleton) : format === 'yaml' ? yaml(skeleton) : properties(skeleton)),
  };
}

interface Skeleton {
  readonly fixed: Readonly<Record<string, string>>;
  readonly keys: readonly ConfigKeyInfo[];
  readonly needsTopics: boolean;
}

async function definedKeys(
  plugins: Awaited<ReturnType<typeof installedPlugins>>['registry'],
  workerConfig: Readonly<Record<string, string>>,
  className: string,
): Promise<ConfigKeyInfo[]> {
  const { ConnectorValidator } = await import('@millrace/worker');
  try {
    return await new ConnectorValidator({ plugins, workerConfig }).pluginConfig(className);
  } catch (error) {
    throw new CommandError(ClientExit.RUNTIME, explain(error), { cause: error });
  }
}

/** A sink needs topics, although no definition can say "this or that is required". */
function isTopics(kind: string, key: string): boolean {
  return kind === 'sink' && key === 'topics';
}

function isToFill({ name, required }: ConfigKeyInfo, needsTopics: boolean): boolean {
  return required || (needsTopics && name === 'topics');
}

function valueOf({ default_value: value }: ConfigKeyInfo): string {
  return value ?? '';
}

function defaultName(className: string): string {
  const simple = className.slice(className.lastIndexOf('.') + 1).replace(/Connector$/, '');
  return simple.replace(/(?<=[a-z0-9])(?=[A-Z])/g, '-').toLowerCase();
}

/** Keys to fill in stand bare, all others behind a comment sign with their default. */
function properties({ fixed, keys, needsTopics }: Skeleton): string {
  const head = Object.entries(fixed).map(([key, value]) => `${key}=${value}`);
  const body = keys.flatMap((key) => {
    const line = `${key.name}=${valueOf(key).replaceAll('\\', '\\\\')}`;
    return ['', ...comments(key), isToFill(key, needsTopics) ? line : `#${line}`];
  });
  return [...head, ...body].join('\n');
}

/** JSON has no comments: keys to fill in and those of high importance. */
function json({ fixed, keys, needsTopics }: Skeleton): string {
  const { name, ...rest } = fixed;
  const shown = keys.filter((key) => isToFill(key, needsTopics) || key.importance === 'HIGH');
  const own = Object.fromEntries(shown.map((key) => [key.name, valueOf(key)]));
  return JSON.stringify({ name, config: { ...rest, ...own } }, null, 2);
}

function yaml({ fixed, keys, needsTopics }: Skeleton): string {
  const body = keys.flatMap((key) => {
    const line = `${key.name}: ${JSON.stringify(valueOf(key))}`;
    return ['', ...comments(key).map((comment) => `      ${comment}`), `      ${isToFill(key, needsTopics) ? '' : '# '}${line}`];
  });
  const head = ['connectors:', `  - name: ${fixed['name']}`, `    class: ${fixed['connector.class']}`, '    tasksMax: 1', '    config:'];
  return [...head, ...body.filter((line, index) => line !== '' || index > 0)].join('\n');
}

function comments(key: ConfigKeyInfo): string[] {
  const facts = [
    key.type.toLowerCase(),
    key.required ? 'required' : `default ${key.default_value || 'none'}`,
    key.importance.toLowerCase(),
  ];
  return [...wrapped(key.documentation), `(${facts.join(', ')})`].map((line) => `# ${line}`);
}

function wrapped(text: string): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/)) {
    if (line.length + word.length + 1 > columns && line !== '') {
      lines.push(line);
      line = '';
    }
    line = line === '' ? word : `${line} ${word}`;
  }
  return line === '' ? lines : [...lines, line];
}
