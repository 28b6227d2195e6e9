import { describe, expect, it } from 'vitest';
import { Schema, SourceRecord, type SinkTask, type SourceTask } from '@millrace/api';
import { eventually } from './support/eventually.ts';
import { sinkPlugin, sourcePlugin } from './support/test-plugins.ts';
import { testWorker, type TestWorker } from './support/test-worker.ts';

/** Gives so many records, in batches of 50, and then none. */
function counted(total: number): SourceTask {
  let sent = 0;
  return {
    start: () => undefined,
    poll: async () => {
      const size = Math.min(50, total - sent);
      if (size === 0) return null;
      return Array.from({ length: size }, () => {
        sent += 1;
        return new SourceRecord({
          sourcePartition: { part: 1 },
          sourceOffset: { sent },
          topic: 'numbers',
          valueSchema: Schema.STRING_SCHEMA,
          value: String(sent),
        });
      });
    },
    stop: () => undefined,
  };
}

const quietSink = (): SinkTask => ({ start: () => undefined, put: () => undefined, stop: () => undefined });

async function scrape(worker: TestWorker): Promise<{ text: string; type: string | null; value: (series: string) => number }> {
  const response = await fetch(`${worker.url}/metrics`);
  const text = await response.text();
  return {
    text,
    type: response.headers.get('content-type'),
    value: (series) =>
      Number(
        text
          .split('\n')
          .find((line) => line.startsWith(`${series} `))
          ?.slice(series.length + 1),
      ),
  };
}

const source = '{connector="s",task="0"}';
const sink = '{connector="k",task="0"}';

describe('the metrics of a worker', () => {
  it('count every record of a source and of the sink behind it', async () => {
    const worker = await testWorker([sourcePlugin('test.Source', () => counted(1234)), sinkPlugin('test.Sink', quietSink)], {
      'offset.flush.interval.ms': '100',
    });
    await worker.create('s', { 'connector.class': 'test.Source', 'tasks.max': '1' });
    await worker.create('k', { 'connector.class': 'test.Sink', 'tasks.max': '1', topics: 'numbers' });

    await eventually(async () => {
      const { value } = await scrape(worker);
      expect(value(`kafka_connect_source_task_metrics_source_record_poll_total${source}`)).toBe(1234);
      expect(value(`kafka_connect_source_task_metrics_source_record_write_total${source}`)).toBe(1234);
      expect(value(`kafka_connect_source_task_metrics_source_record_active_count${source}`)).toBe(0);
      expect(value(`kafka_connect_sink_task_metrics_sink_record_read_total${sink}`)).toBe(1234);
      expect(value(`kafka_connect_sink_task_metrics_sink_record_send_total${sink}`)).toBe(1234);
      expect(value(`kafka_connect_sink_task_metrics_sink_record_active_count${sink}`)).toBe(0);
      expect(value(`kafka_connect_sink_task_metrics_offset_commit_completion_total${sink}`)).toBeGreaterThan(0);
    });

    const { text, type, value } = await scrape(worker);
    expect(type).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(value(`kafka_connect_connector_task_metrics_batch_size_max${source}`)).toBe(50);
    expect(value(`kafka_connect_connector_task_metrics_batch_size_avg${source}`)).toBeCloseTo(1234 / 25, 5);
    expect(value(`kafka_connect_source_task_metrics_source_record_write_rate${source}`)).toBeGreaterThan(1234 / 61);
    expect(value(`kafka_connect_connector_task_metrics_offset_commit_success_percentage${sink}`)).toBe(1);
    expect(value(`kafka_connect_connector_task_metrics_running_ratio${source}`)).toBeGreaterThan(0);
    expect(value('kafka_connect_connect_worker_metrics_connector_count')).toBe(2);
    expect(value('kafka_connect_connect_worker_metrics_task_count')).toBe(2);
    expect(value('kafka_connect_connect_worker_metrics_task_startup_success_total')).toBe(2);
    expect(value('kafka_connect_connect_worker_metrics_connector_running_task_count{connector="s"}')).toBe(1);
    expect(value('kafka_connect_connector_metrics_status{connector="k",status="running"}')).toBe(1);
    expect(value('kafka_connect_connector_task_metrics_status{connector="s",task="0",status="running"}')).toBe(1);
    expect(value('kafka_connect_sink_task_metrics_partition_count{connector="k",task="0"}')).toBeGreaterThan(0);
    expect(value('millrace_process_resident_memory_bytes')).toBeGreaterThan(1e6);
    expect(text).toMatch(/^kafka_connect_app_info_version\{version="4\.3\.1",commit_id="millrace-[^"]+"\} 1$/m);
    expect(new Set(text.match(/^# TYPE \S+/gm)).size).toBe(text.match(/^# TYPE/gm)?.length);
  });

  it('tell of tasks that fail, and of connectors that are gone no more', async () => {
    const failing: SourceTask = { start: () => Promise.reject(new Error('no way')), poll: async () => null, stop: () => undefined };
    const worker = await testWorker([sourcePlugin('test.Source', () => failing)]);
    await worker.create('s', { 'connector.class': 'test.Source', 'tasks.max': '1' });
    await worker.taskIn('FAILED', 's');

    const { value } = await scrape(worker);

    expect(value('kafka_connect_connector_task_metrics_status{connector="s",task="0",status="failed"}')).toBe(1);
    expect(value('kafka_connect_connect_worker_metrics_task_startup_failure_total')).toBe(1);
    expect(value('kafka_connect_connect_worker_metrics_task_startup_failure_percentage')).toBe(1);
    expect(value('kafka_connect_connect_worker_metrics_connector_failed_task_count{connector="s"}')).toBe(1);
    expect((await worker.request('DELETE', '/connectors/s')).status).toBe(204);
    expect((await scrape(worker)).text).not.toContain('connector="s"');
  });
});
