import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { eventually, freePort, MillraceProcess, temporaryFolder } from './support/millrace-process.ts';

const json = 'org.apache.kafka.connect.json.JsonConverter';
const string = 'org.apache.kafka.connect.storage.StringConverter';

/** Starts a worker with these connectors on the log inside of it. */
async function worker(
  folder: string,
  connectors: Readonly<Record<string, Readonly<Record<string, string>>>>,
  args: readonly string[] = [],
): Promise<{ readonly process: MillraceProcess; readonly url: string }> {
  const port = await freePort();
  const path = join(folder, 'worker.properties');
  const properties = {
    'bootstrap.servers': 'embedded:',
    listeners: `http://127.0.0.1:${port}`,
    'key.converter': string,
    'value.converter': json,
    'offset.storage.file.filename': join(folder, 'connect.offsets'),
    'offset.flush.interval.ms': '200',
  };
  await writeFile(
    path,
    Object.entries(properties).map(([key, value]) => `${key}=${value}\n`),
  );
  const files = Object.keys(connectors).map((name) => join(folder, `${name}.json`));
  await Promise.all(
    Object.values(connectors).map((config, index) => writeFile(files[index] as string, JSON.stringify({ name: config['name'], config }))),
  );
  return { process: new MillraceProcess(['standalone', ...args, path, ...files]), url: `http://127.0.0.1:${port}` };
}

async function scrape(url: string): Promise<Map<string, number>> {
  const response = await fetch(`${url}/metrics`);
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toContain('version=0.0.4');
  const lines = (await response.text()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]));
}

describe('metrics and logs of a running worker', () => {
  it('have the exact totals of a counted source and of the sink behind it, and lines of JSON with their origin', async () => {
    const folder = await temporaryFolder();
    const output = join(folder, 'out.txt');
    const { process, url } = await worker(
      folder,
      {
        source: { name: 'items', 'connector.class': 'DatagenSource', 'tasks.max': '1', topic: 'items', count: '20000', rate: '0' },
        sink: { name: 'to-file', 'connector.class': 'FileStreamSink', 'tasks.max': '1', topics: 'items', file: output },
      },
      ['--log-format', 'json'],
    );

    const metrics = await eventually(async () => {
      const now = await scrape(url);
      expect(now.get('kafka_connect_sink_task_metrics_sink_record_send_total{connector="to-file",task="0"}')).toBe(20_000);
      expect(now.get('kafka_connect_sink_task_metrics_sink_record_active_count{connector="to-file",task="0"}')).toBe(0);
      return now;
    });

    const source = '{connector="items",task="0"}';
    expect(metrics.get(`kafka_connect_source_task_metrics_source_record_poll_total${source}`)).toBe(20_000);
    expect(metrics.get(`kafka_connect_source_task_metrics_source_record_write_total${source}`)).toBe(20_000);
    expect(metrics.get(`kafka_connect_connector_task_metrics_batch_size_max${source}`)).toBe(1000);
    expect(metrics.get('kafka_connect_connect_worker_metrics_connector_count')).toBe(2);
    expect(metrics.get('kafka_connect_connector_task_metrics_status{connector="items",task="0",status="running"}')).toBe(1);
    expect(metrics.get('millrace_process_event_loop_delay_max_seconds')).toBeGreaterThanOrEqual(0);
    expect((await readFile(output, 'utf8')).split('\n')).toHaveLength(20_001);

    const { code, stderr } = await process.stop();
    expect(code).toBe(0);
    const lines = stderr
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines.some(({ message }) => String(message).includes(`REST at ${url}`))).toBe(true);
    expect(lines.every(({ time, level, logger, thread }) => [time, level, logger, thread].every((part) => typeof part === 'string'))).toBe(
      true,
    );
  });

  it('go on while nobody reads the log, and no line about a bad record is lost', async () => {
    const folder = await temporaryFolder();
    const input = join(folder, 'in.txt');
    await writeFile(input, 'no json\n'.repeat(10_000));
    const { process, url } = await worker(folder, {
      source: {
        name: 'lines',
        'connector.class': 'FileStreamSource',
        'tasks.max': '1',
        topic: 'lines',
        file: input,
        'value.converter': string,
      },
      sink: {
        name: 'bad',
        'connector.class': 'FileStreamSink',
        'tasks.max': '1',
        topics: 'lines',
        file: join(folder, 'out.txt'),
        'errors.tolerance': 'all',
        'errors.log.enable': 'true',
      },
    });
    process.child.stderr?.pause();

    await eventually(async () => {
      const now = await scrape(url);
      expect(now.get('kafka_connect_task_error_metrics_total_records_skipped{connector="bad",task="0"}')).toBe(10_000);
      expect(now.get('kafka_connect_task_error_metrics_total_errors_logged{connector="bad",task="0"}')).toBe(10_000);
    });
    expect((await fetch(`${url}/health`)).status).toBe(200);
    process.child.stderr?.resume();
    const { code, stderr } = await process.stop();

    expect(code).toBe(0);
    expect(stderr.match(/^\[[^\]]+\] ERROR \[bad\|task-0\] Error encountered in task/gm)).toHaveLength(10_000);
  });
});
