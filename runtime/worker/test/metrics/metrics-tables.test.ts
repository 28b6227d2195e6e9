import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { metricsTables } from '../../src/metrics/metrics-tables.ts';

/** Kafka Connect's attributes by group, as its documentation and a JVM worker have them. */
const kafkaAttributes: Readonly<Record<string, readonly string[]>> = {
  connector_task_metrics: [
    'running_ratio',
    'pause_ratio',
    'offset_commit_max_time_ms',
    'offset_commit_avg_time_ms',
    'batch_size_max',
    'batch_size_avg',
    'offset_commit_failure_percentage',
    'offset_commit_success_percentage',
    'status',
  ],
  source_task_metrics: [
    'source_record_poll_rate',
    'source_record_poll_total',
    'source_record_write_rate',
    'source_record_write_total',
    'poll_batch_max_time_ms',
    'poll_batch_avg_time_ms',
    'source_record_active_count',
    'source_record_active_count_max',
    'source_record_active_count_avg',
  ],
  sink_task_metrics: [
    'sink_record_read_rate',
    'sink_record_read_total',
    'sink_record_send_rate',
    'sink_record_send_total',
    'partition_count',
    'offset_commit_seq_no',
    'offset_commit_completion_rate',
    'offset_commit_completion_total',
    'offset_commit_skip_rate',
    'offset_commit_skip_total',
    'put_batch_max_time_ms',
    'put_batch_avg_time_ms',
    'sink_record_active_count',
    'sink_record_active_count_max',
    'sink_record_active_count_avg',
  ],
  task_error_metrics: [
    'total_record_failures',
    'total_record_errors',
    'total_records_skipped',
    'total_retries',
    'total_errors_logged',
    'deadletterqueue_produce_requests',
    'deadletterqueue_produce_failures',
    'last_error_timestamp',
  ],
  connect_worker_metrics: [
    'connector_count',
    'task_count',
    ...['connector', 'task'].flatMap((what) =>
      ['attempts_total', 'success_total', 'success_percentage', 'failure_total', 'failure_percentage'].map(
        (attribute) => `${what}_startup_${attribute}`,
      ),
    ),
    ...['total', 'running', 'paused', 'failed', 'unassigned', 'destroyed', 'restarting'].map((state) => `connector_${state}_task_count`),
  ],
};

describe('the tables of metrics', () => {
  it('are those in docs/metrics.md', async () => {
    const page = await readFile(new URL('../../../../docs/metrics.md', import.meta.url), 'utf8');
    const shown = page.slice(page.indexOf('<!-- metrics -->') + '<!-- metrics -->'.length, page.indexOf('<!-- /metrics -->'));

    // `node scripts/generate-docs.mjs` writes them.
    expect(shown.trim()).toBe(metricsTables().trim());
  });

  it("have every attribute of Kafka Connect's groups and no name twice", () => {
    const names = [...metricsTables().matchAll(/^\| `(\w+)`/gm)].map((match) => match[1] as string);
    const wanted = Object.entries(kafkaAttributes).flatMap(([group, attributes]) =>
      attributes.map((attribute) => `kafka_connect_${group}_${attribute}`),
    );

    expect(wanted.filter((name) => !names.includes(name))).toEqual([]);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });
});
