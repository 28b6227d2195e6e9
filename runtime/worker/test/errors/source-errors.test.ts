import { describe, expect, it } from 'vitest';
import {
  ConfigDef,
  ConnectHeaders,
  DataException,
  RetriableException,
  Schema,
  SourceRecord,
  type ConnectRecord,
  type SourceTask,
} from '@millrace/api';
import { eventually } from '../support/eventually.ts';
import { plugin, sourcePlugin } from '../support/test-plugins.ts';
import { testWorker, type TestWorker } from '../support/test-worker.ts';
import { consume } from '../support/topics.ts';

const source = { 'connector.class': 'test.Source' };
const bytesConverter = 'org.apache.kafka.connect.converters.ByteArrayConverter';

function record(position: number, overrides: Partial<ConstructorParameters<typeof SourceRecord>[0]> = {}): SourceRecord {
  return new SourceRecord({
    sourcePartition: { file: 'a' },
    sourceOffset: { position },
    topic: 'out',
    valueSchema: Schema.STRING_SCHEMA,
    value: `value ${position}`,
    ...overrides,
  });
}

/** A task that hands out the records behind the stored offset, and then waits for its signal. */
function readingFrom(records: readonly SourceRecord[]): SourceTask {
  let left: SourceRecord[] | null = [...records];
  let readPosition = async (): Promise<number> => 0;
  return {
    initialize: (context) => {
      readPosition = async () => Number((await context.offsetStorageReader.offset({ file: 'a' }))?.['position'] ?? 0);
    },
    start: async () => {
      const position = await readPosition();
      left = records.filter(({ sourceOffset }) => Number(sourceOffset?.['position']) > position);
    },
    poll: (signal) => {
      const batch = left;
      left = null;
      if (batch !== null) return batch;
      return new Promise((resolve) => {
        if (signal.aborted) resolve(null);
        signal.addEventListener('abort', () => resolve(null), { once: true });
      });
    },
    stop: () => undefined,
  };
}

/** A transformation that does what a test says. */
function transformation(apply: (record: ConnectRecord<SourceRecord>) => void) {
  return class {
    config(): ConfigDef {
      return new ConfigDef();
    }
    configure(): void {
      // Nothing to configure.
    }
    apply(applied: SourceRecord): SourceRecord {
      apply(applied);
      return applied;
    }
  };
}

const transformed = { transforms: 't', 'transforms.t.type': 'test.Transformation' };

async function valuesIn(worker: TestWorker): Promise<string[]> {
  return (await consume(worker, 'out')).map(({ value }) => String(value));
}

describe.each<[string, Partial<ConstructorParameters<typeof SourceRecord>[0]>, Readonly<Record<string, string>>]>([
  ['TRANSFORMATION', { value: 'bad' }, transformed],
  ['HEADER_CONVERTER', { headers: new ConnectHeaders().add('h', 'text', Schema.STRING_SCHEMA) }, { 'header.converter': bytesConverter }],
  ['KEY_CONVERTER', { keySchema: Schema.STRING_SCHEMA, key: 'text' }, { 'key.converter': bytesConverter }],
  [
    'VALUE_CONVERTER',
    { valueSchema: Schema.INT32_SCHEMA, value: 1 },
    { 'value.converter': 'org.apache.kafka.connect.converters.LongConverter' },
  ],
])('a source record that fails at stage %s', (stage, bad, config) => {
  const good = stage === 'VALUE_CONVERTER' ? { valueSchema: Schema.INT64_SCHEMA, value: 3 } : {};
  const worker = (): Promise<TestWorker> =>
    testWorker([
      sourcePlugin('test.Source', () => readingFrom([record(1, good), record(2, bad), record(3, good)])),
      plugin(
        'transformation',
        'test.Transformation',
        transformation(({ value }) => {
          if (value === 'bad') throw new DataException('picky');
        }),
      ),
    ]);

  it('is skipped when errors.tolerance is all, and its offset goes on', async () => {
    const running = await worker();
    await running.create('s', { ...source, ...config, 'errors.tolerance': 'all', 'errors.log.enable': 'true' });
    await eventually(async () => expect(await valuesIn(running)).toHaveLength(2));
    await running.herder.setTargetState('s', 'STOPPED');

    expect(running.logLines.join('')).toContain(`Executing stage '${stage}'`);
    const { body } = await running.request('GET', '/connectors/s/offsets');
    expect(body).toEqual({ offsets: [{ partition: { file: 'a' }, offset: { position: 3 } }] });
  });

  it('fails the task without tolerance, and only what came before is stored', async () => {
    const running = await worker();
    await running.create('s', { ...source, ...config });
    const trace = await running.taskIn('FAILED', 's');

    expect(trace).toContain(`Tolerance exceeded in error handler: task s-0, stage ${stage} with class `);
    expect(trace).toContain('source partition {"file":"a"}, source offset {"position":2}');
    const { body } = await running.request('GET', '/connectors/s/offsets');
    expect(body).toEqual({ offsets: [{ partition: { file: 'a' }, offset: { position: 1 } }] });
  });
});

describe('a source record that may succeed later', () => {
  it('is retried and sent in its place', async () => {
    let refusals = 2;
    const flaky = transformation(({ value }) => {
      if (value === 'value 2' && refusals-- > 0) throw new RetriableException('busy');
    });
    const worker = await testWorker([
      sourcePlugin('test.Source', () => readingFrom([record(1), record(2), record(3)])),
      plugin('transformation', 'test.Transformation', flaky),
    ]);
    await worker.create('s', { ...source, ...transformed, 'errors.retry.timeout': '-1', 'errors.retry.delay.max.ms': '1' });
    await eventually(async () => expect(await valuesIn(worker)).toEqual(['value 1', 'value 2', 'value 3']));
    expect(refusals).toBe(-1);
  });

  it('does not hold up a stop, and is read again by the next run', async () => {
    let attempts = 0;
    let isBusy = true;
    const busy = transformation(({ value }) => {
      if (value !== 'value 2' || !isBusy) return;
      attempts += 1;
      throw new RetriableException('busy');
    });
    const worker = await testWorker([
      sourcePlugin('test.Source', () => readingFrom([record(1), record(2)])),
      plugin('transformation', 'test.Transformation', busy),
    ]);
    await worker.create('s', { ...source, ...transformed, 'errors.tolerance': 'all', 'errors.retry.timeout': '-1' });
    await eventually(() => expect(attempts).toBe(2));

    const startedAt = performance.now();
    await worker.herder.setTargetState('s', 'STOPPED');
    expect(performance.now() - startedAt).toBeLessThan(500);
    expect(await valuesIn(worker)).toEqual(['value 1']);
    isBusy = false;
    await worker.herder.setTargetState('s', 'STARTED');
    await eventually(async () => expect(await valuesIn(worker)).toEqual(['value 1', 'value 2']));
  });
});
