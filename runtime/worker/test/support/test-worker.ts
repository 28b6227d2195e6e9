import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { createWorkerLog } from '../../src/log/worker-log.ts';
import type { PluginDescriptor } from '../../src/plugins/plugin-descriptor.ts';
import { startStandalone, type StandaloneOptions, type StandaloneWorker } from '../../src/standalone.ts';
import { eventually } from './eventually.ts';

export interface TestWorker extends StandaloneWorker {
  /** Every log line so far. */
  readonly logLines: string[];
  /** Creates a connector and waits for its start. */
  create(name: string, config: Readonly<Record<string, string>>): Promise<void>;
  /** Waits until a task is in a state and returns its trace. */
  taskIn(state: string, name: string, task?: number): Promise<string | undefined>;
  request(method: string, path: string, body?: unknown): Promise<{ status: number; body: unknown; headers: Headers }>;
}

const string = 'org.apache.kafka.connect.storage.StringConverter';

/** A standalone worker on an embedded log of its own, stopped when the test ends. */
export async function testWorker(
  plugins: readonly PluginDescriptor[],
  properties: Readonly<Record<string, string>> = {},
  options: Partial<StandaloneOptions> = {},
): Promise<TestWorker> {
  const applicationFolder = await mkdtemp(join(tmpdir(), 'millrace-test-'));
  const logLines: string[] = [];
  const worker = await startStandalone({
    properties: {
      'bootstrap.servers': 'embedded:',
      listeners: 'http://127.0.0.1:0',
      'key.converter': string,
      'value.converter': string,
      'offset.flush.interval.ms': '60000',
      ...properties,
    },
    plugins,
    offsetsInMemory: true,
    applicationFolder,
    log: createWorkerLog({ format: 'text', write: (line) => void logLines.push(line) }),
    ...options,
  });
  onTestFinished(async () => {
    await worker.stop();
    await rm(applicationFolder, { recursive: true, force: true });
  });
  return {
    ...worker,
    logLines,
    create: async (name, config) => {
      await worker.herder.putConnectorConfig(name, { name, ...config }, { allowReplace: true });
      await worker.herder.awaitStart(name);
    },
    taskIn: (state, name, task = 0) =>
      eventually(async () => {
        const status = await worker.herder.taskStatus(name, task);
        if (status.state !== state) throw new Error(`task ${name}-${task} is ${status.state}, not ${state}: ${status.trace ?? 'no trace'}`);
        return status.trace;
      }),
    request: async (method, path, body) => {
      const response = await fetch(worker.url + path, {
        method,
        ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
      });
      const text = await response.text();
      return { status: response.status, body: text === '' ? null : (JSON.parse(text) as unknown), headers: response.headers };
    },
  };
}
