import type { MetricDefinition, MetricGroup } from './metric-definition.ts';
import type { TaskCountName, TaskMeter } from './task-meter.ts';

/** What a scrape knows of a task of this worker. */
export interface TaskReading {
  readonly connector: string;
  readonly task: number;
  readonly meter: TaskMeter;
}

type TaskMetric = MetricDefinition<TaskReading>;

const labels = ['connector', 'task'] as const;

export const taskGroup: MetricGroup<TaskReading> = {
  prefix: 'kafka.connect_connector-task-metrics',
  labels,
  texts: [
    {
      attribute: 'status',
      help: 'State of the task, in lower case.',
      labels: ({ meter }) => ({ status: meter.states.state.toLowerCase() }),
    },
  ],
  metrics: [
    gauge('running-ratio', 'Part of its life that the task was running, from 0 to 1.', ({ states }, now) => states.of('RUNNING', now)),
    gauge('pause-ratio', 'Part of its life that the task was paused, from 0 to 1.', ({ states }, now) => states.of('PAUSED', now)),
    gauge('offset-commit-max-time-ms', 'Longest recent offset commit, in milliseconds.', ({ commits }, now) => commits.max(now)),
    gauge('offset-commit-avg-time-ms', 'Mean duration of recent offset commits, in milliseconds.', ({ commits }, now) =>
      commits.average(now),
    ),
    gauge('batch-size-max', 'Greatest recent batch, in records.', ({ batches }, now) => batches.max(now)),
    gauge('batch-size-avg', 'Mean size of recent batches, in records.', ({ batches }, now) => batches.average(now)),
    gauge('offset-commit-failure-percentage', 'Failed part of recent offset commits, from 0 to 1.', (meter, now) =>
      meter.commitFailureRatio(now),
    ),
    gauge('offset-commit-success-percentage', 'Successful part of recent offset commits, from 0 to 1.', (meter, now) =>
      meter.commitSuccessRatio(now),
    ),
  ],
};

export const sourceTaskGroup: MetricGroup<TaskReading> = {
  prefix: 'kafka.connect_source-task-metrics',
  labels,
  texts: [],
  metrics: [
    gauge('source-record-poll-rate', 'Records polled a second, before transformations.', ({ recordsIn }, now) => recordsIn.rate(now)),
    counter('source-record-poll-total', 'Records polled since the task started, before transformations.', 'recordsIn'),
    gauge('source-record-write-rate', 'Records acknowledged by Kafka a second.', ({ recordsOut }, now) => recordsOut.rate(now)),
    counter('source-record-write-total', 'Records acknowledged by Kafka since the task started.', 'recordsOut'),
    gauge('poll-batch-max-time-ms', 'Longest recent poll that had records, in milliseconds.', ({ transfers }, now) => transfers.max(now)),
    gauge('poll-batch-avg-time-ms', 'Mean duration of recent polls that had records, in milliseconds.', ({ transfers }, now) =>
      transfers.average(now),
    ),
    ...activeCounts('source-record', 'Records polled and not yet acknowledged by Kafka'),
  ],
};

export const sinkTaskGroup: MetricGroup<TaskReading> = {
  prefix: 'kafka.connect_sink-task-metrics',
  labels,
  texts: [],
  metrics: [
    gauge('sink-record-read-rate', 'Records read from Kafka a second, before transformations.', ({ recordsIn }, now) =>
      recordsIn.rate(now),
    ),
    counter('sink-record-read-total', 'Records read from Kafka since the task started, before transformations.', 'recordsIn'),
    gauge('sink-record-send-rate', 'Records put to the connector a second.', ({ recordsOut }, now) => recordsOut.rate(now)),
    counter('sink-record-send-total', 'Records put to the connector since the task started.', 'recordsOut'),
    current('partition-count', 'Topic partitions that the task has.', 'partitions'),
    current('offset-commit-seq-no', 'Number of the last offset commit.', 'commitSequence'),
    gauge('offset-commit-completion-rate', 'Offset commits completed a second.', ({ commitCompletions }, now) =>
      commitCompletions.rate(now),
    ),
    counter('offset-commit-completion-total', 'Offset commits completed since the task started.', 'commits'),
    gauge('offset-commit-skip-rate', 'Offset commits a second whose outcome came too late.', ({ commitSkips }, now) =>
      commitSkips.rate(now),
    ),
    counter('offset-commit-skip-total', 'Offset commits whose outcome came too late, since the task started.', 'commitSkips'),
    gauge('put-batch-max-time-ms', 'Longest recent put, in milliseconds.', ({ transfers }, now) => transfers.max(now)),
    gauge('put-batch-avg-time-ms', 'Mean duration of recent puts, in milliseconds.', ({ transfers }, now) => transfers.average(now)),
    ...activeCounts('sink-record', 'Records read from Kafka whose offsets are not yet committed'),
  ],
};

export const taskErrorGroup: MetricGroup<TaskReading> = {
  prefix: 'kafka.connect_task-error-metrics',
  labels,
  texts: [],
  metrics: [
    counter('total-record-failures', 'Failed attempts to process a record, those that are tried again included.', 'recordFailures'),
    counter('total-record-errors', 'Records whose processing failed for good, tolerated or not.', 'recordErrors'),
    counter('total-records-skipped', 'Records skipped because of errors that are tolerated.', 'recordsSkipped'),
    counter('total-retries', 'Attempts that were tried again.', 'retries'),
    counter('total-errors-logged', 'Errors that were logged as `errors.log.enable` asks.', 'errorsLogged'),
    counter('deadletterqueue-produce-requests', 'Records sent to the dead letter queue.', 'deadLetterRequests'),
    counter('deadletterqueue-produce-failures', 'Records that could not be sent to the dead letter queue.', 'deadLetterFailures'),
    current('last-error-timestamp', 'Time of the last error, in milliseconds since the epoch; 0 if there was none.', 'lastErrorAt'),
  ],
};

function activeCounts(prefix: 'source-record' | 'sink-record', help: string): TaskMetric[] {
  return [
    current(`${prefix}-active-count`, `${help}.`, 'active'),
    gauge(`${prefix}-active-count-max`, `${help}: the recent maximum.`, ({ active }, now) => active.max(now)),
    gauge(`${prefix}-active-count-avg`, `${help}: the recent mean.`, ({ active }, now) => active.average(now)),
  ];
}

function gauge(attribute: string, help: string, value: (meter: TaskMeter, now: number) => number): TaskMetric {
  return { attribute, type: 'gauge', help, value: ({ meter }, now) => value(meter, now) };
}

function counter(attribute: string, help: string, count: TaskCountName): TaskMetric {
  return { attribute, type: 'counter', help, value: ({ meter }) => meter.count(count) };
}

function current(attribute: string, help: string, count: TaskCountName): TaskMetric {
  return { attribute, type: 'gauge', help, value: ({ meter }) => meter.count(count) };
}
