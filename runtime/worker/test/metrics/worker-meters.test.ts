import { describe, expect, it } from 'vitest';
import type { Herder } from '../../src/herder/herder.ts';
import { WorkerMeters, statWindow } from '../../src/metrics/worker-meters.ts';
import { WorkerMetrics } from '../../src/metrics/worker-metrics.ts';
import { TaskCounters } from '../../src/task/task-counters.ts';

function clocked(): { readonly meters: WorkerMeters; readonly at: (ms: number) => void } {
  let now = 0;
  return {
    meters: new WorkerMeters(undefined, () => now),
    at: (ms) => {
      now = ms;
    },
  };
}

const id = { connector: 'c', task: 0 };

describe('the meters of a worker', () => {
  it('make rates, averages and maxima of the counts that a task reports', () => {
    const { meters, at } = clocked();
    meters.taskStarting(id, 'sink');
    const counters = new TaskCounters();
    for (let report = 0; report < 240; report += 1) {
      at(report * 250);
      counters.recordsIn += 50;
      counters.transferred(50, report === 100 ? 40 : 10);
      counters.committed(5);
      meters.taskReport(id, counters.take());
    }
    const meter = meters.tasks[0]?.meter;

    expect(meter?.recordsIn.rate(59_999)).toBeCloseTo(200, 0);
    expect(meter?.batches.average(59_999)).toBe(50);
    expect(meter?.transfers.max(59_999)).toBe(40);
    expect(meter?.transfers.average(59_999)).toBeCloseTo(10.125, 5);
    expect(meter?.transfers.max(89_999)).toBe(10);
    expect(meter?.count('recordsIn')).toBe(12_000);
    expect([meter?.commitSuccessRatio(59_999), meter?.commitFailureRatio(59_999)]).toEqual([1, 0]);
  });

  it('give the failed part of the commits, and 0 while there was none', () => {
    const { meters } = clocked();
    meters.taskStarting(id, 'source');
    const meter = meters.tasks[0]?.meter;
    expect([meter?.commitSuccessRatio(0), meter?.commitFailureRatio(0)]).toEqual([0, 0]);
    const counters = new TaskCounters();
    counters.committed(1);
    counters.committed(1);
    counters.committed(1);
    counters.commitFailures += 1;

    meters.taskReport(id, counters.take());

    expect([meter?.commitSuccessRatio(0), meter?.commitFailureRatio(0)]).toEqual([0.75, 0.25]);
  });

  it('count a start by the first status of a task, and those of connectors by their outcome', async () => {
    const { meters } = clocked();
    meters.taskStarting(id, 'sink');
    meters.taskStatus(id, 'RUNNING');
    meters.taskStatus(id, 'FAILED');
    meters.taskStarting({ connector: 'c', task: 1 }, 'sink');
    meters.taskStatus({ connector: 'c', task: 1 }, 'FAILED');
    await meters.connectorStart(async () => 'started');
    await expect(meters.connectorStart(() => Promise.reject(new Error('no')))).rejects.toThrow('no');

    expect(meters.taskStarts).toMatchObject({ attempts: 2, successes: 1, failures: 1 });
    expect(meters.connectorStarts).toMatchObject({ attempts: 2, successes: 1, failures: 1 });
    expect(meters.taskStarts.failureRatio(0)).toBe(0.5);
  });

  it('begin anew with a task that starts again, and forget one that is gone', () => {
    const { meters } = clocked();
    meters.taskStarting(id, 'sink');
    const counters = new TaskCounters();
    counters.recordsIn = 7;
    meters.taskReport(id, counters.take());
    meters.taskStarting(id, 'sink');
    expect(meters.tasks.map(({ meter }) => meter.count('recordsIn'))).toEqual([0]);

    meters.taskGone(id);

    expect(meters.tasks).toEqual([]);
  });

  it('take their window from the configuration of the worker', () => {
    expect(statWindow({ 'metrics.sample.window.ms': '10000', 'metrics.num.samples': '3' })).toEqual({ sampleMs: 10_000, samples: 3 });
    expect(statWindow({ 'metrics.num.samples': 'x' })).toEqual({ sampleMs: 30_000, samples: 2 });
  });
});

describe('a scrape', () => {
  const herder = (meters: WorkerMeters): Pick<Herder, 'connectors' | 'connectorStatus' | 'connectorConfig'> & { meters: WorkerMeters } => ({
    meters,
    connectors: async () => ['here', 'elsewhere', 'gone'],
    connectorStatus: async (name) => {
      if (name === 'gone') throw new Error('deleted');
      const at = name === 'here' ? 'me:1' : 'other:1';
      return {
        name,
        type: 'sink',
        connector: { state: 'RUNNING', worker_id: at, version: '1.2' },
        tasks: [
          { id: 0, state: 'RUNNING', worker_id: at },
          { id: 1, state: 'FAILED', worker_id: at, trace: 'secret' },
          { id: 2, state: 'RUNNING', worker_id: 'other:1' },
        ],
      };
    },
    connectorConfig: async () => ({ 'connector.class': 'com.example.Sink', 'connection.password': 'hunter2' }),
  });

  it('shows what runs on this worker and nothing of a configuration but the class', async () => {
    const metrics = new WorkerMetrics({
      herder: herder(new WorkerMeters()),
      workerId: () => 'me:1',
      app: { version: '4.3.1', commitId: 'x' },
    });

    const text = await metrics.scrape();

    expect(text).toContain('kafka_connect_connector_metrics_status{connector="here",status="running"} 1\n');
    expect(text).toContain(
      'kafka_connect_connector_metrics_info{connector="here",connector_type="sink",connector_class="com.example.Sink",connector_version="1.2"} 1\n',
    );
    expect(text).toContain('kafka_connect_connect_worker_metrics_connector_total_task_count{connector="here"} 2\n');
    expect(text).toContain('kafka_connect_connect_worker_metrics_connector_failed_task_count{connector="here"} 1\n');
    expect(text).toContain('kafka_connect_connect_worker_metrics_connector_count 1\n');
    expect(text).not.toMatch(/elsewhere|gone|hunter2|secret/);
  });
});
