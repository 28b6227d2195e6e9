import type { State } from '../task/task-services.ts';
import type { MetricDefinition, MetricGroup } from './metric-definition.ts';
import type { StartupCounts } from './startup-counts.ts';

/** What a scrape knows of a connector of this worker. */
export interface ConnectorReading {
  readonly name: string;
  readonly state: State;
  readonly type: string;
  readonly className: string;
  readonly version: string;
  /** States of its tasks. */
  readonly taskStates: readonly State[];
}

/** What a scrape knows of the worker itself. */
export interface WorkerReading {
  readonly connectorCount: number;
  readonly taskCount: number;
  readonly connectorStarts: StartupCounts;
  readonly taskStarts: StartupCounts;
}

/** What a scrape knows of the application. */
export interface AppReading {
  readonly version: string;
  readonly commitId: string;
  readonly startTimeMs: number;
}

export const connectorGroup: MetricGroup<ConnectorReading> = {
  prefix: 'kafka.connect_connector-metrics',
  labels: ['connector'],
  texts: [
    { attribute: 'status', help: 'State of the connector, in lower case.', labels: ({ state }) => ({ status: state.toLowerCase() }) },
    {
      attribute: 'info',
      help: 'Type, class and version of the connector.',
      labels: ({ type, className, version }) => ({ connector_type: type, connector_class: className, connector_version: version }),
    },
  ],
  metrics: [],
};

/** Kafka has one count for each state that a task can be in. `destroyed` ones are gone and count as 0. */
const countedStates = ['running', 'paused', 'failed', 'unassigned', 'destroyed', 'restarting'] as const;

export const connectorTasksGroup: MetricGroup<ConnectorReading> = {
  prefix: 'kafka.connect_connect-worker-metrics',
  labels: ['connector'],
  texts: [],
  metrics: [
    {
      attribute: 'connector-total-task-count',
      type: 'gauge',
      help: 'Tasks of the connector on this worker.',
      value: ({ taskStates }) => taskStates.length,
    },
    ...countedStates.map(
      (counted): MetricDefinition<ConnectorReading> => ({
        attribute: `connector-${counted}-task-count`,
        type: 'gauge',
        help: `Tasks of the connector on this worker that are ${counted}.`,
        value: ({ taskStates }) => taskStates.filter((state) => state.toLowerCase() === counted).length,
      }),
    ),
  ],
};

export const workerGroup: MetricGroup<WorkerReading> = {
  prefix: 'kafka.connect_connect-worker-metrics',
  labels: [],
  texts: [],
  metrics: [
    {
      attribute: 'connector-count',
      type: 'gauge',
      help: 'Connectors on this worker.',
      value: ({ connectorCount }) => connectorCount,
    },
    { attribute: 'task-count', type: 'gauge', help: 'Tasks on this worker.', value: ({ taskCount }) => taskCount },
    ...startupMetrics('connector', ({ connectorStarts }) => connectorStarts),
    ...startupMetrics('task', ({ taskStarts }) => taskStarts),
  ],
};

export const appGroup: MetricGroup<AppReading> = {
  prefix: 'kafka.connect_app-info',
  labels: [],
  texts: [
    {
      attribute: 'version',
      help: 'Level of Kafka Connect that the worker speaks, and its own version.',
      labels: ({ version, commitId }) => ({ version, commit_id: commitId }),
    },
  ],
  metrics: [
    {
      attribute: 'start-time-ms',
      type: 'gauge',
      help: 'Start of the worker, in milliseconds since the epoch.',
      value: ({ startTimeMs }) => startTimeMs,
    },
  ],
};

function startupMetrics(what: 'connector' | 'task', counts: (reading: WorkerReading) => StartupCounts): MetricDefinition<WorkerReading>[] {
  const counter = (attribute: string, help: string, value: (of: StartupCounts) => number): MetricDefinition<WorkerReading> => ({
    attribute: `${what}-startup-${attribute}`,
    type: 'counter',
    help,
    value: (reading) => value(counts(reading)),
  });
  const share = (attribute: string, help: string, value: (of: StartupCounts, now: number) => number): MetricDefinition<WorkerReading> => ({
    attribute: `${what}-startup-${attribute}-percentage`,
    type: 'gauge',
    help: `${help}, from 0 to 1.`,
    value: (reading, now) => value(counts(reading), now),
  });
  return [
    counter('attempts-total', `Starts of ${what}s.`, ({ attempts }) => attempts),
    counter('success-total', `Starts of ${what}s that succeeded.`, ({ successes }) => successes),
    share('success', `Part of the recent ${what} starts that succeeded`, (of, now) => of.successRatio(now)),
    counter('failure-total', `Starts of ${what}s that failed.`, ({ failures }) => failures),
    share('failure', `Part of the recent ${what} starts that failed`, (of, now) => of.failureRatio(now)),
  ];
}
