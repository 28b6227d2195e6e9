import { ConfigException } from '@millrace/api';
import { describe, expect, it } from 'vitest';
import { areLocated } from '../../src/plugins/located-plugins.ts';
import { loadPlugins } from '../../src/plugins/load-plugins.ts';
import { createWorkerLog } from '../../src/log/worker-log.ts';
import { memoryLimitMb } from '../../src/task/thread/memory-limit.ts';
import { sinkPlugin } from '../support/test-plugins.ts';
import { testWorker } from '../support/test-worker.ts';

const string = 'org.apache.kafka.connect.storage.StringConverter';
const inProcess = sinkPlugin('test.InProcess', () => ({ start: () => undefined, put: () => undefined, stop: () => undefined }));
const log = createWorkerLog({ format: 'text', write: () => undefined });

describe('where the code of plug-ins runs', () => {
  it('is not in threads on the embedded log, and the worker says so when it starts', async () => {
    await expect(testWorker([], { 'task.host': 'thread' })).rejects.toThrow(/Invalid value thread for configuration task.host/);
    await expect(testWorker([], { 'task.host': 'fork' })).rejects.toThrow(ConfigException);
  });

  it('is in the main thread for classes that were handed to the worker', async () => {
    const plugins = await loadPlugins({ plugins: [inProcess], pluginPath: '', log });
    expect(areLocated(plugins, { 'connector.class': 'test.InProcess' }, { 'key.converter': string })).toBe(false);
    expect(areLocated(plugins, { 'connector.class': 'no.Such', 'value.converter': 'StringConverter' }, { 'key.converter': string })).toBe(
      true,
    );
    expect(areLocated(plugins, { 'transforms.a.type': 'test.InProcess', topics: 'test.InProcess' })).toBe(false);
    expect(areLocated(plugins, { topics: 'test.InProcess' })).toBe(true);
  });
});

describe('the memory limit of a task', () => {
  it('is the connector’s, else the worker’s, else 512 MiB', () => {
    const key = 'task.memory.max.mb';
    expect(memoryLimitMb({ connectorConfig: { [key]: '100' }, workerConfig: { [key]: '200' } })).toBe(100);
    expect(memoryLimitMb({ connectorConfig: {}, workerConfig: { [key]: '200' } })).toBe(200);
    expect(memoryLimitMb({ connectorConfig: {}, workerConfig: {} })).toBe(512);
  });

  it('is refused when it is none', () => {
    for (const value of ['', 'much', '1.5', '15', '-1']) {
      const connectorConfig = { 'task.memory.max.mb': value };
      expect(() => memoryLimitMb({ connectorConfig, workerConfig: {} })).toThrow(ConfigException);
    }
  });
});
