import { describe, expect, it } from 'vitest';
import { PrometheusText, prometheusName } from '../../src/metrics/prometheus-text.ts';

describe('the Prometheus text format', () => {
  it('has help and type before the samples of a metric and ends with a line end', () => {
    const text = new PrometheusText();
    text.family('a_total', 'counter', 'What is counted.');
    text.sample('a_total', {}, 3);
    text.sample('a_total', { connector: 'x', task: '0' }, 0.5);

    expect(text.toString()).toBe(
      '# HELP a_total What is counted.\n# TYPE a_total counter\na_total 3\na_total{connector="x",task="0"} 0.5\n',
    );
  });

  it('escapes backslashes, quotes and line ends of labels, so that no name of a connector can add a line', () => {
    const text = new PrometheusText();
    text.sample('a', { connector: 'back\\slash "quoted"\nnext{} 1' }, 1);

    expect(text.toString()).toBe('a{connector="back\\\\slash \\"quoted\\"\\nnext{} 1"} 1\n');
  });

  it('writes what is no number as Prometheus does', () => {
    const text = new PrometheusText();
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e21, -0]) text.sample('a', {}, value);

    expect(text.toString()).toBe('a NaN\na +Inf\na -Inf\na 1e+21\na 0\n');
  });

  it('turns the names of Kafka into its own', () => {
    expect(prometheusName('kafka.connect_sink-task-metrics_put-batch-avg-time-ms')).toBe(
      'kafka_connect_sink_task_metrics_put_batch_avg_time_ms',
    );
  });
});
