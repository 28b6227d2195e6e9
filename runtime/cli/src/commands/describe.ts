import type { AutoRestartInfo, ConfigKeyInfo, ConnectorInfo, ConnectorStateInfo } from '@millrace/worker';
import { firstLine, overallState } from '../client/connector-health.ts';
import { ClientExit, CommandError } from '../exit-codes.ts';
import { closest } from '../output/closest.ts';
import { firstSentence } from '../output/first-sentence.ts';
import { marks, stateText } from '../output/marks.ts';
import type { Report } from '../output/report.ts';
import type { VerbContext } from '../output/run-verb.ts';
import { table } from '../output/table.ts';
import { count } from '../output/validation-report.ts';
import type { Terminal } from '../terminal.ts';

/** `millrace describe connector NAME`. */
export async function describeConnector(context: VerbContext, name: string, options: { readonly trace?: boolean }): Promise<Report> {
  const client = await context.client();
  const [info, status] = await Promise.all([client.connectorInfo(name), client.status(name)]);
  // A worker without topic tracking refuses, which is no fault of the connector.
  const topics = await client.topics(name).catch(() => null);
  const state = overallState(status);
  return {
    summary: { tasks: status.tasks.length, failed: status.tasks.filter((task) => task.state === 'FAILED').length },
    result: { name, type: info.type, state, status, config: info.config, topics },
    names: [name],
    text: () => connectorText(context.terminal, { info, status, topics, withTrace: options.trace === true }),
  };
}

interface Described {
  readonly info: ConnectorInfo;
  readonly status: ConnectorStateInfo;
  readonly topics: readonly string[] | null;
  readonly withTrace: boolean;
}

function connectorText(terminal: Terminal, { info, status, topics, withTrace }: Described): string {
  const { connector, tasks } = status;
  const failed = [
    ...(connector.state === 'FAILED' ? [{ what: 'connector', trace: connector.trace }] : []),
    ...tasks.filter(({ state }) => state === 'FAILED').map(({ id, trace }) => ({ what: `task ${id}`, trace })),
  ];
  const references = Object.values(info.config).filter((value) => /\$\{[^}]+\}/.test(value)).length;
  return [
    field('Name', terminal.colors.bold(info.name)),
    field('Type', info.type),
    field('Class', `${info.config['connector.class'] ?? ''}${connector.version === undefined ? '' : ` ${connector.version}`}`),
    field('State', `${stateText(terminal, connector.state)}   worker ${connector.worker_id}`),
    ...tasks.map(({ id, state, worker_id: worker }) => field(`Task ${id}`, `${stateText(terminal, state)}   worker ${worker}`)),
    ...(status.auto_restart === undefined ? [] : [field('Restarts', restartsText(status.auto_restart))]),
    ...failed.flatMap(({ what, trace }) => failureText(terminal, { name: info.name, what, trace: trace ?? '', withTrace })),
    ...(topics === null ? [] : [field('Topics', topics.length === 0 ? 'none yet' : topics.join(', '))]),
    field(
      'Config',
      `${count(Object.keys(info.config).length, 'key')}, ${count(references, 'reference')}: millrace get config ${info.name}`,
    ),
  ].join('\n');
}

function restartsText({ count: restarts, last_restart: last, next_restart: next }: AutoRestartInfo): string {
  return `${restarts} in a row by itself, the last at ${last}; the next not before ${next}`;
}

function failureText(terminal: Terminal, failure: { name: string; what: string; trace: string; withTrace: boolean }): string[] {
  const { name, what, trace, withTrace } = failure;
  const lines = withTrace ? trace.trimEnd().split('\n') : [firstLine(trace)];
  return [
    `  ${marks(terminal).fail} ${what}: ${lines[0] ?? ''}`,
    ...lines.slice(1).map((line) => `      ${line}`),
    ...(withTrace ? [] : [`      → stack: millrace describe connector ${name} --trace`]),
    `      → try again: millrace restart connector ${name} --tasks --only-failed`,
  ];
}

/** `millrace describe plugin CLASS`: its keys. */
export async function describePlugin(context: VerbContext, className: string): Promise<Report> {
  const client = await context.client();
  const plugins = await client.plugins(false);
  const plugin = plugins.find((known) => isNamed(known.class, className));
  if (plugin === undefined) {
    const known = plugins.map((one) => one.class);
    throw unknownPlugin(className, known);
  }
  const keys = await client.pluginConfig(plugin.class);
  return {
    summary: { keys: keys.length, required: keys.filter(({ required }) => required).length },
    result: { ...plugin, keys },
    names: keys.map(({ name }) => name),
    text: () => `${context.terminal.colors.bold(plugin.class)} (${plugin.type}, ${plugin.version ?? 'no version'})\n\n${keysText(keys)}`,
  };
}

/** Whether a class is meant by this name: its own, the part behind the last dot, or that without the ending `Connector`. */
export function isNamed(className: string, name: string): boolean {
  const simple = className.slice(className.lastIndexOf('.') + 1);
  return [className, simple, simple.replace(/(?:Connector|Converter)$/, ''), simple.replace('$', '.')].includes(name);
}

/** Says that there is no such plug-in, and which one may be meant. */
export function unknownPlugin(name: string, known: readonly string[]): CommandError {
  const simple = known.map((className) => className.slice(className.lastIndexOf('.') + 1));
  const near = closest(name, [...known, ...simple, ...simple.map((text) => text.replace(/Connector$/, ''))]);
  const suggestion = near === null ? 'List those that are there with millrace get plugins --all' : `Did you mean ${near}?`;
  return new CommandError(ClientExit.VALIDATION, `There is no plug-in ${name}`, { suggestion });
}

function keysText(keys: readonly ConfigKeyInfo[]): string {
  return table(
    ['KEY', 'TYPE', 'DEFAULT', 'IMPORTANCE', 'MEANING'],
    keys.map((key) => [
      key.name,
      key.type,
      key.required ? '(required)' : (key.default_value ?? ''),
      key.importance,
      firstSentence(key.documentation),
    ]),
  );
}

/** `millrace info` and `millrace describe worker`. */
export async function describeWorker(context: VerbContext, version: string): Promise<Report> {
  const client = await context.client();
  const [worker, connectors, plugins] = await Promise.all([client.worker(), client.expandedConnectors(), client.plugins(true)]);
  const states = Object.values(connectors).map(({ status }) => overallState(status));
  const tasks = Object.values(connectors).flatMap(({ status }) => status?.tasks ?? []);
  const failed = states.filter((state) => state === 'FAILED').length;
  const { url } = client.connection;
  return {
    summary: { connectors: states.length, failed, tasks: tasks.length, plugins: plugins.length },
    result: { url, ...worker, client: version },
    names: [url],
    text: () =>
      [
        field('Worker', url),
        field('Version', `${worker.version} (${worker.commit})`),
        field('Cluster', worker.kafka_cluster_id),
        field('Connectors', `${states.length}, ${failed} failed`),
        field('Tasks', String(tasks.length)),
        field('Plug-ins', `${plugins.length} connectors`),
        field('Client', `millrace ${version}`),
      ].join('\n'),
  };
}

function field(label: string, value: string): string {
  return `${label.padEnd(11)} ${value}`;
}
