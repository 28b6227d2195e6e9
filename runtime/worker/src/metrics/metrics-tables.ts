import { appGroup, connectorGroup, connectorTasksGroup, workerGroup } from './connector-groups.ts';
import { metricName, type MetricGroup } from './metric-definition.ts';
import { processGroup } from './process-metrics.ts';
import { sinkTaskGroup, sourceTaskGroup, taskErrorGroup, taskGroup } from './task-groups.ts';

/** All metrics as tables of Markdown, one a group, for the documentation. */
export function metricsTables(): string {
  return [
    table('The worker', workerGroup),
    table('The application', appGroup),
    table('Connectors', connectorGroup),
    table('Tasks of a connector', connectorTasksGroup),
    table('Tasks', taskGroup),
    table('Source tasks', sourceTaskGroup),
    table('Sink tasks', sinkTaskGroup),
    table('Errors of tasks', taskErrorGroup),
    table('The process', processGroup),
  ].join('\n');
}

function table<Subject>(title: string, group: MetricGroup<Subject>): string {
  const { labels } = group;
  const texts = group.texts.map((text) => row(metricName(group, text), 'gauge, always 1, the text is a label', text.help));
  const metrics = group.metrics.map((metric) => row(metricName(group, metric), metric.type, metric.help));
  const labelText = labels.length === 0 ? 'No labels.' : `Labels: ${labels.map((label) => `\`${label}\``).join(', ')}.`;
  return [`### ${title}`, '', labelText, '', '| Name | Type | Meaning |', '| --- | --- | --- |', ...texts, ...metrics, ''].join('\n');
}

function row(name: string, type: string, help: string): string {
  return `| \`${name}\` | ${type} | ${help} |`;
}
