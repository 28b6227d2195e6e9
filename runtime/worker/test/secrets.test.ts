import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ConfigDef, ConfigException, type Properties, type SourceConnector, type SourceTask } from '@millrace/api';
import { eventually } from './support/eventually.ts';
import { sourcePlugin } from './support/test-plugins.ts';
import { testWorker, type TestWorker } from './support/test-worker.ts';

/** Comes from a file through a configuration provider. */
const canary = 'canary-5f2c91';
/** Is written out in the configuration, in a key of type PASSWORD. */
const password = 'hunter-77aa10';

const definition = new ConfigDef()
  .define('url', { type: 'string', importance: 'high', doc: 'Where to go.' })
  .define('password', { type: 'password', importance: 'high', doc: 'How to get in.' })
  .define('mode', { type: 'string', default: 'run', importance: 'low', doc: 'What to do with the secrets.' });

interface Subject {
  readonly worker: TestWorker;
  readonly reference: string;
  /** Task configurations as tasks got them. */
  readonly tasks: readonly Properties[];
  readonly config: (mode: string) => Record<string, string>;
}

/** A worker with a connector that puts its secrets wherever it can. */
async function subject(): Promise<Subject> {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-secrets-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, 'secrets.properties');
  await writeFile(file, `host=${canary}\n`);
  const reference = `\${file:${file}:host}`;
  const tasks: Properties[] = [];
  const worker = await testWorker([talkative(tasks)], {
    'config.providers': 'file',
    'config.providers.file.class': 'org.apache.kafka.common.config.provider.FileConfigProvider',
    'config.providers.file.param.allowed.paths': folder,
  });
  const config = (mode: string) => ({ 'connector.class': 'test.Talkative', url: `jdbc:${reference}`, password, mode });
  return { worker, reference, tasks, config };
}

function talkative(tasks: Properties[]) {
  const secrets = (config: Properties): string => `${config['url']} with ${config['password']}`;
  let own: Properties = {};
  const task = (): SourceTask => ({
    initialize: (context) => context.log.info(`a task for ${secrets(context.configs())}`, { url: context.configs()['url'] }),
    start: (config) => {
      tasks.push(config);
      if (config['mode'] === 'fail-task') throw new Error(`task cannot connect to ${secrets(config)}`);
    },
    poll: (signal) =>
      new Promise((resolve) => {
        signal.addEventListener('abort', () => resolve(null), { once: true });
      }),
    stop: () => undefined,
  });
  const connector: Partial<SourceConnector> = {
    config: () => definition,
    validate: (config) => {
      const text = `no way to ${config['url']} with ${config['password']}`;
      if (config['mode'] === 'refuse') throw new ConfigException(text);
      const checked = definition.validate(config);
      if (config['mode'] === 'complain') checked.configValues.find(({ name }) => name === 'mode')?.errorMessages.push(text);
      return checked;
    },
    start: (config) => {
      own = config;
      if (config['mode'] === 'fail-start') throw new Error(`cannot connect to ${secrets(config)}`);
    },
    taskConfigs: () => [{ ...own, derived: `made of ${own['url']}` }],
  };
  return sourcePlugin('test.Talkative', task, connector);
}

/** The raw configuration shows passwords that were written out, as in Kafka Connect; everything else hides them. */
function expectNoSecret(text: string): void {
  expect(text).not.toContain(canary);
  expect(text).not.toContain(password);
}

describe('secrets', () => {
  it('reach the connector and its tasks, and show as references in what REST tells of them', async () => {
    const { worker, reference, tasks, config } = await subject();

    const created = await worker.request('POST', '/connectors', { name: 's', config: config('run') });
    await worker.taskIn('RUNNING', 's');
    const shown = await Promise.all(['', '/config', '/tasks', '/status'].map((path) => worker.request('GET', `/connectors/s${path}`)));

    expect(tasks[0]).toMatchObject({ url: `jdbc:${canary}`, password, derived: `made of jdbc:${canary}` });
    expect(created.body).toMatchObject({ config: { url: `jdbc:${reference}` } });
    expect(JSON.stringify([created, ...shown].map(({ body }) => body))).not.toContain(canary);
    expect(shown[2]?.body).toMatchObject([{ config: { url: `jdbc:${reference}`, derived: `made of jdbc:${reference}` } }]);
    expectNoSecret(worker.logLines.join(''));
    expect(worker.logLines.join('')).toContain('a task for');
  });

  it('are not in the answer of a validation, whether the connector complains or throws', async () => {
    const { worker, config } = await subject();

    for (const mode of ['run', 'complain', 'refuse']) {
      const validated = await worker.request('PUT', '/connector-plugins/Talkative/config/validate', { name: 's', ...config(mode) });
      expectNoSecret(JSON.stringify(validated.body));
    }
    for (const mode of ['complain', 'refuse']) {
      const created = await worker.request('POST', '/connectors', { name: 's', config: config(mode) });
      expect(created.status).toBe(400);
      expect(JSON.stringify(created.body)).toContain('no way to');
      expectNoSecret(JSON.stringify(created.body));
    }
    expectNoSecret(worker.logLines.join(''));
  });

  it('are not in the trace of a connector or a task that fails with them, nor in the log or the answer to a restart', async () => {
    const { worker, config } = await subject();
    await worker.request('POST', '/connectors', { name: 'task', config: config('fail-task') });
    await worker.request('POST', '/connectors', { name: 'start', config: config('fail-start') });

    const trace = await worker.taskIn('FAILED', 'task');
    const status = await eventually(async () => {
      const { body } = await worker.request('GET', '/connectors/start/status');
      expect(body).toMatchObject({ connector: { state: 'FAILED' } });
      return JSON.stringify(body);
    });
    const restarted = await worker.request('POST', '/connectors/start/restart');
    const restartedAll = await worker.request('POST', '/connectors/task/restart?includeTasks=true');

    expect(trace).toContain('task cannot connect to jdbc:${file:');
    expect(trace).toContain('with [hidden]');
    expect(restarted.status).toBe(500);
    for (const text of [trace ?? '', status, JSON.stringify([restarted.body, restartedAll.body]), worker.logLines.join('')]) {
      expect(text).toContain('cannot connect to');
      expectNoSecret(text);
    }
  });

  it('are read anew when a connector restarts', async () => {
    const { worker, reference, tasks, config } = await subject();
    await worker.create('s', config('run'));
    await worker.taskIn('RUNNING', 's');
    await writeFile(reference.slice('${file:'.length, -':host}'.length), 'host=other-host-1\n');

    await worker.request('POST', '/connectors/s/restart?includeTasks=true');
    await worker.taskIn('RUNNING', 's');

    expect(tasks.at(-1)).toMatchObject({ url: 'jdbc:other-host-1', derived: 'made of jdbc:other-host-1' });
  });
});
