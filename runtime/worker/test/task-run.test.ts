import { describe, expect, it, onTestFinished } from 'vitest';
import { ConfigDef, type SinkTask } from '@millrace/api';
import { openTransport } from '@millrace/kafka';
import { builtInPlugins } from '../src/plugins/built-in.ts';
import type { PluginDescriptor } from '../src/plugins/plugin-descriptor.ts';
import { PluginRegistry } from '../src/plugins/plugin-registry.ts';
import type { Clock } from '../src/task/clock.ts';
import { TaskRun } from '../src/task/task-run.ts';
import type { TaskServices, TaskStatus } from '../src/task/task-services.ts';
import { eventually } from './support/eventually.ts';
import { plugin, sinkPlugin } from './support/test-plugins.ts';

/** Every wait is over at once. */
const instant: Clock = { now: () => 0, sleep: () => new Promise((resolve) => setImmediate(resolve)) };

async function runOf(plugins: readonly PluginDescriptor[], config: Readonly<Record<string, string>>, clock: Clock = instant) {
  const registry = new PluginRegistry();
  const broken = (location: string): never => {
    throw new Error(location);
  };
  for (const descriptor of [...(await builtInPlugins(broken)), ...plugins]) registry.add(descriptor);
  const transport = await openTransport({ 'bootstrap.servers': 'embedded:' });
  onTestFinished(() => transport.close());
  const statuses: TaskStatus[] = [];
  const services: TaskServices = {
    status: (status) => void statuses.push(status),
    metrics: () => undefined,
    log: () => undefined,
    readOffsets: () => Promise.resolve([]),
    writeOffsets: () => Promise.resolve(),
    topicUsed: () => undefined,
  };
  const string = 'org.apache.kafka.connect.storage.StringConverter';
  const spec = {
    id: { connector: 'k', task: 0 },
    type: 'sink' as const,
    connectorClass: 'test.Sink',
    connectorConfig: { name: 'k', 'connector.class': 'test.Sink', topics: 'in', ...config },
    taskConfig: {},
    workerConfig: { 'key.converter': string, 'value.converter': string, 'offset.flush.interval.ms': '10' },
    targetState: 'STARTED' as const,
  };
  const run = new TaskRun(spec, services, { plugins: registry, transport, clock });
  onTestFinished(() => run.cancel());
  return { run, statuses };
}

const idle: SinkTask = { start: () => undefined, put: () => undefined, stop: () => undefined };

describe('the run of a task', () => {
  it('fails at its start when a transformation names a predicate that nobody defines', async () => {
    class Nothing {
      config(): ConfigDef {
        return new ConfigDef();
      }
      configure(): void {
        // Nothing to configure.
      }
      apply<R>(record: R): R {
        return record;
      }
    }
    const { run, statuses } = await runOf([sinkPlugin('test.Sink', () => idle), plugin('transformation', 'test.Nothing', Nothing)], {
      transforms: 't',
      'transforms.t.type': 'test.Nothing',
      'transforms.t.predicate': 'missing',
    });
    await run.execute();
    expect(statuses.map(({ state }) => state)).toEqual(['FAILED']);
    expect(statuses[0]?.trace).toContain("Transformation t refers to the predicate 'missing', which is not defined");
  });

  it('shows its failure although stop never ends', async () => {
    const task: SinkTask = {
      ...idle,
      put: () => {
        throw new Error('disk full');
      },
      stop: () => new Promise(() => undefined),
    };
    const { run, statuses } = await runOf([sinkPlugin('test.Sink', () => task)], {});
    void run.execute();
    await eventually(() => expect(statuses.at(-1)?.state).toBe('FAILED'));
    expect(statuses.at(-1)?.trace).toContain('disk full');
  });

  it('does not stop a task that was cut off before its put has ended', async () => {
    const calls: string[] = [];
    let endPut: () => void = () => undefined;
    const task: SinkTask = {
      ...idle,
      put: () =>
        new Promise<void>((resolve) => {
          calls.push('put');
          endPut = () => {
            calls.push('put ended');
            resolve();
          };
        }),
      stop: () => void calls.push('stop'),
    };
    const { run, statuses } = await runOf([sinkPlugin('test.Sink', () => task)], {});
    const finished = run.execute();
    await eventually(() => expect(calls).toEqual(['put']));
    run.cancel();
    await new Promise((resolve) => setImmediate(resolve));
    expect(calls).toEqual(['put']);
    endPut();
    await finished;
    expect(calls).toEqual(['put', 'put ended', 'stop']);
    expect(statuses.at(-1)?.state).not.toBe('FAILED');
  });
});
