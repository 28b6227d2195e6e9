import { prometheusName } from './prometheus-text.ts';

/** One attribute of a group of metrics. */
export interface MetricDefinition<Subject> {
  /** Kafka's name of the attribute, such as `put-batch-avg-time-ms`. */
  readonly attribute: string;
  readonly type: 'gauge' | 'counter';
  /** Meaning and unit, one sentence. */
  readonly help: string;
  value(subject: Subject, now: number): number;
}

/** An attribute that is a text: a gauge that is always 1 and carries the text as a label. */
export interface TextDefinition<Subject> {
  readonly attribute: string;
  readonly help: string;
  /** The text by label. */
  labels(subject: Subject): Readonly<Record<string, string>>;
}

/** Metrics that Kafka has under one `type=`. */
export interface MetricGroup<Subject> {
  /** Name before that of the attribute, as Kafka writes it: `kafka.connect:type=…` without the colon. */
  readonly prefix: string;
  /** Labels of each sample, besides those of a text. */
  readonly labels: readonly string[];
  readonly texts: readonly TextDefinition<Subject>[];
  readonly metrics: readonly MetricDefinition<Subject>[];
}

/** Name of a metric as Prometheus has it: `kafka_connect_connector_task_metrics_batch_size_avg`. */
export function metricName(group: MetricGroup<never>, { attribute }: { readonly attribute: string }): string {
  return prometheusName(`${group.prefix}_${attribute}`);
}
