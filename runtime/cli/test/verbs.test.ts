import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { envelopeOf, millrace, temporaryFolder, type Ended, type RunOptions } from './support/run-millrace.ts';
import { startWorker, type TestWorker } from './support/start-worker.ts';

let worker: TestWorker;

beforeAll(async () => {
  worker = await startWorker();
});
afterEach(async () => {
  for (const name of await worker.herder.connectors()) await worker.herder.deleteConnector(name);
});
afterAll(() => worker.stop());

function on(args: string, options: RunOptions = {}): Promise<Ended> {
  return millrace(args.split(' '), { ...options, env: { MILLRACE_URL: worker.url } });
}

function source(name: string, more: Record<string, string> = {}): string {
  return JSON.stringify({ name, config: { 'connector.class': 'FileStreamSource', topic: 'lines', file: '/nowhere/lines.txt', ...more } });
}

async function create(...documents: readonly string[]): Promise<void> {
  for (const input of documents) expect(await on('apply -f - --wait 10s', { input })).toMatchObject({ code: 0, err: '' });
}

/** A task that fails at its start: the folder of its file does not exist. */
const broken = JSON.stringify({ name: 'broken', config: { 'connector.class': 'FileStreamSink', topics: 'lines', file: '/nowhere/x.txt' } });

async function createBroken(): Promise<void> {
  expect((await on('apply -f -', { input: broken })).code).toBe(0);
  const { code, err } = await on('resume connector broken --wait 10s');
  expect(code).toBe(1);
  expect(err).toContain('broken failed: task 0: ');
}

it('applies, changes only what differs, and says so', async () => {
  expect((await on('apply -f - --plan', { input: source('a') })).out).toContain('+ a   FileStreamSource, tasks.max 1');
  expect(await worker.herder.connectors()).toEqual([]);
  await create(source('a'));
  expect((await on('apply -f -', { input: source('a') })).out).toContain('= a   unchanged');
  const changed = source('a', { topic: 'others' });
  expect(await on('diff -f -', { input: changed })).toEqual({
    code: 1,
    out: '~ a\n    topic: "lines" -> "others"\n',
    err: 'millrace: 1 of 1 connectors differs\n',
  });
  const ended = await on('apply -f - -o json', { input: changed });
  expect(envelopeOf(ended)).toMatchObject({
    command: 'apply',
    ok: true,
    summary: { create: 0, update: 1, unchanged: 0 },
    result: { connectors: [{ name: 'a', action: 'update', keys: [{ key: 'topic', from: 'lines', to: 'others' }], state: null }] },
    error: null,
  });
  expect(await on('diff -f -', { input: changed })).toMatchObject({ code: 0, err: '' });
  expect((await worker.herder.connectorConfig('a'))['topic']).toBe('others');
});

it('changes nothing at all when one of the connectors is not valid', async () => {
  const input = `[${source('good')},${source('bad', { 'tasks.max': '0' })}]`;
  for (const verb of ['apply -f -', 'apply -f - --dry-run']) {
    const { code, out } = await on(verb, { input });
    expect(code).toBe(2);
    expect(out).toContain('[FAIL] tasks.max = 0');
  }
  expect(await worker.herder.connectors()).toEqual([]);
});

it('brings connectors into the state that is declared', async () => {
  const declared = (state: string): string => JSON.stringify({ ...(JSON.parse(source('a')) as object), state });
  await create(declared('paused'));
  expect((await worker.herder.connectorStatus('a')).connector.state).toBe('PAUSED');
  expect((await on('diff -f -', { input: declared('running') })).out).toBe('~ a\n    state: PAUSED -> RUNNING\n');
  await create(declared('running'));
  expect((await worker.herder.connectorStatus('a')).connector.state).toBe('RUNNING');
});

it('hides secrets in a plan, but not references to them', async () => {
  await create(source('a', { 'producer.override.sasl.jaas.config': 'user="u" password="sesame";', 'my.password': `\${env:X}` }));
  const { out } = await on('diff -f -', {
    input: source('a', { 'producer.override.sasl.jaas.config': 'changed', 'my.password': `\${env:Y}` }),
  });
  expect(out).toContain('producer.override.sasl.jaas.config: "[hidden]" -> "[hidden]"');
  expect(out).toContain(`my.password: "\${env:X}" -> "\${env:Y}"`);
  expect(out).not.toContain('sesame');
});

it('lists connectors in every form', async () => {
  await create(source('a'), source('b'));
  expect((await on('get connectors')).out).toBe(
    [
      'NAME  TYPE    STATE    TASKS  CLASS',
      'a     source  RUNNING  1/1    FileStreamSource',
      'b     source  RUNNING  1/1    FileStreamSource',
      '',
    ].join('\n'),
  );
  expect((await on('get connectors -o wide')).out).toContain('VERSION');
  expect((await on('get connectors -o name')).out).toBe('a\nb\n');
  expect(envelopeOf(await on('get connectors -o json'))).toMatchObject({ summary: { connectors: 2, failed: 0 } });
  expect((await on('-o yaml get connectors')).out).toContain('  connectors:\n    - name: a\n');
  expect((await on('get connectors -q')).out).toBe('');
  expect((await on('get connectors --state failed')).out).toBe('NAME  TYPE  STATE  TASKS  CLASS\n');
  expect((await on('get tasks a')).out).toContain('a          0     RUNNING');
});

it('points at connectors that failed, and tells why', async () => {
  await createBroken();
  expect((await on('get connectors')).out).toContain('1 of 1 connector needs attention: millrace describe connector broken');
  const short = (await on('describe connector broken')).out;
  expect(short).toContain('[FAIL] task 0: ');
  expect(short).toContain('try again: millrace restart connector broken --tasks --only-failed');
  const long = (await on('describe connector broken --trace')).out;
  expect(long.split('\n').length).toBeGreaterThan(short.split('\n').length);
  expect((await on('get connectors --state FAILED -o name')).out).toBe('broken\n');
  expect((await on('get tasks --state FAILED -o wide')).out).toContain('/nowhere/x.txt');
});

it('pauses, resumes, stops, restarts and deletes, and waits until it is so', async () => {
  await create(source('a'), source('b'));
  const state = async (): Promise<string> => (await worker.herder.connectorStatus('a')).connector.state;
  expect((await on('pause connector a --wait')).out).toBe('a paused\n');
  expect(await state()).toBe('PAUSED');
  expect((await on('resume connector a --wait 10s')).out).toBe('a resumed\n');
  expect((await on('restart connector a b --tasks --wait')).out).toBe('a restarted\nb restarted\n');
  expect((await on('stop connector a --wait')).out).toBe('a stopped\n');
  expect((await worker.herder.connectorStatus('a')).tasks).toEqual([]);
  expect((await on('delete connector a --wait')).out).toBe('a deleted\n');
  expect(await worker.herder.connectors()).toEqual(['b']);
});

it('asks before many connectors change and before any is deleted, where somebody is there to answer', async () => {
  await create(source('test-a'), source('test-b'), source('prod'));
  const refused = await on('delete connector --regex test-.*');
  expect(refused).toEqual({ code: 2, out: '', err: 'millrace: This would delete 2 connectors: test-a, test-b. Confirm with --yes\n' });
  expect((await on('delete connector prod', { answer: false })).err).toContain('delete 1 connector: prod?');
  expect((await worker.herder.connectors()).length).toBe(3);
  expect((await on('pause connector --state RUNNING')).code).toBe(2);
  expect((await on('delete connector --regex test-.*', { answer: true })).code).toBe(0);
  expect((await on('delete connector --regex .* --yes')).out).toBe('prod deleted\n');
  expect((await on('delete connector --regex .* --yes')).out).toBe('No connector is selected.\n');
});

it('names connectors that may be meant', async () => {
  await create(source('orders'));
  for (const verb of ['describe connector ordrs', 'delete connector ordrs', 'get config ordrs', 'patch connector ordrs -s a=b']) {
    expect(await on(verb)).toMatchObject({
      code: 1,
      err: `millrace: There is no connector ordrs at ${worker.url}. Did you mean orders?\n`,
    });
  }
});

it('patches keys', async () => {
  await create(source('a', { 'batch.size': '5' }));
  expect((await on('patch connector a -s topic=t=1 -r batch.size')).out).toBe('a patched: topic, batch.size\n');
  const config = await worker.herder.connectorConfig('a');
  expect(config['topic']).toBe('t=1');
  expect(config['batch.size']).toBeUndefined();
  expect(await on('patch connector a')).toMatchObject({ code: 2 });
  expect(await on('patch connector a -s topic')).toMatchObject({ code: 2, err: 'millrace: -s topic sets nothing. Write -s key=value\n' });
  expect(await on('patch connector a -s tasks.max=0')).toMatchObject({ code: 2 });
});

it('prints a configuration as properties that apply takes back', async () => {
  await create(source('a', { file: ' /nowhere\\x\ty\nz' }));
  const input = (await on('get config a')).out;
  expect(await on('diff -f -', { input })).toMatchObject({ code: 0, out: '= a   unchanged\n' });
});

it('describes plug-ins and the worker', async () => {
  expect((await on('describe plugin FileStreamSource')).out).toContain('topic');
  expect(await on('describe plugin FileStreamSurce')).toMatchObject({
    code: 2,
    err: 'millrace: There is no plug-in FileStreamSurce. Did you mean FileStreamSource?\n',
  });
  expect((await on('get plugins -o name')).out).toContain('io.millrace.datagen.DatagenSourceConnector');
  expect((await on('get plugins --all')).out).toContain('transformation');
  expect(envelopeOf(await on('info -o json')).result).toMatchObject({ url: worker.url, version: '4.3.1' });
});

it('refuses offsets of a connector that is not stopped', async () => {
  await create(source('a'));
  const { code, err } = await on('delete offsets a');
  expect(code).toBe(1);
  expect(err).toContain('is RUNNING. Stop it: millrace stop connector a --wait');
});

it('refuses a file of offsets that holds none', async () => {
  const file = join(await temporaryFolder(), 'o.json');
  await writeFile(file, '{"offset":[]}');
  expect(await on(`patch offsets a -f ${file}`)).toMatchObject({ code: 2, err: expect.stringContaining('holds no offsets') as string });
});

it('shows what a connector logged, and follows it at another level for a while', async () => {
  await create(source('a'));
  worker.log.child({ connector: 'a', task: 0 }).warn('first', { count: 1 });
  expect((await on('logs connector a -n 5')).out).toMatch(/^\[\S+Z\] WARN \[task-0\] first \(count=1\)$/m);
  expect((await on('logs connector a -n 1')).out.trimEnd().split('\n').length).toBe(1);
  const logger = worker.log.named('org.apache.kafka.connect.file.FileStreamSourceTask').child({ connector: 'a' });
  const timer = setInterval(() => logger.debug('fine\n\u001B[31m'), 10);
  const { code, out } = await on('logs connector a --level debug --for 500ms');
  clearInterval(timer);
  expect(code).toBe(0);
  expect(out).toContain('DEBUG fine\n    ?[31m\n');
  expect(worker.log.loggers.level('org.apache.kafka.connect.file.FileStreamSourceTask')?.level).toBe('WARN');
  expect(await on('logs connector a --level debug')).toMatchObject({ code: 2, err: expect.stringContaining('Add -f') as string });
});

it('restarts one task', async () => {
  await create(source('a'));
  expect((await on('restart task a 0')).out).toBe('task 0 of a restarted\n');
  expect((await on('restart task a 7')).code).toBe(1);
  expect((await on('restart task a x')).err).toContain('Tasks have numbers');
});

it('sets the level of a logger', async () => {
  expect((await on('patch logger org.apache.kafka.connect.file -l debug')).out).toContain('org.apache.kafka.connect.file DEBUG\n');
  expect((await on('patch logger org.apache.kafka.connect.file -l warn -o name')).out).toContain('org.apache.kafka.connect.file\n');
  expect(await on('patch logger root -l loud')).toMatchObject({ code: 1, err: expect.stringContaining('invalid log level') as string });
});
