import type { Converter } from '@millrace/api';
import type { ProducerRecord } from '@millrace/kafka';
import { canonicalText } from '@millrace/api';
import { architecture, type ContractCase } from '../contract-case.ts';
import { demand, violated } from '../contract-violation.ts';
import { eventually } from '../deadline.ts';
import { failureOf, startMemoryWorker, type MemoryWorker } from '../memory-worker.ts';
import { produce } from '../run-sink.ts';
import { shown } from '../sink-run.ts';
import { CONTRACT_TOPIC, type Subject } from '../subject.ts';

const noSilence = architecture('promise 4');
const schemas = { 'key.converter.schemas.enable': 'true', 'value.converter.schemas.enable': 'true' };

async function workerOf(subject: Subject): Promise<MemoryWorker> {
  const worker = await startMemoryWorker([subject.plugin], schemas);
  subject.onEnd(() => worker.stop());
  return worker;
}

async function create(subject: Subject, worker: MemoryWorker, more: Readonly<Record<string, string>>): Promise<void> {
  const name = subject.props['name'] as string;
  await worker.herder.putConnectorConfig(name, { ...subject.props, ...more }, { allowReplace: true });
  await subject.inTime('start of the connector', worker.herder.awaitStart(name));
}

/** Items 0 to 2, bytes that are no JSON at offset 3, items 4 to 6. */
async function producePoisoned(subject: Subject, worker: MemoryWorker): Promise<void> {
  const Json = await worker.plugins.get(['converter'], 'JsonConverter').load();
  const [key, value] = [new Json() as Converter, new Json() as Converter];
  key.configure({ 'schemas.enable': 'true', 'converter.type': 'key' }, true);
  value.configure({ 'schemas.enable': 'true', 'converter.type': 'value' }, false);
  const records = Array.from({ length: 7 }, (_, n): ProducerRecord => {
    const fixture = subject.sink.record(n);
    return {
      topic: CONTRACT_TOPIC,
      partition: 0,
      key: key.fromConnectData(CONTRACT_TOPIC, fixture.key.schema, fixture.key.value),
      value: n === 3 ? Buffer.from('no { JSON') : value.fromConnectData(CONTRACT_TOPIC, fixture.value.schema, fixture.value.value),
      timestamp: null,
      headers: [],
    };
  });
  await produce(worker.transport, records);
}

async function awaitOthers(subject: Subject, worker: MemoryWorker): Promise<void> {
  const expected = [...shown(subject, 0, 3), ...shown(subject, 4, 3)];
  let missing = expected;
  await eventually(
    () => `${missing.length} records around the poison record did not arrive: ${missing.join(', ')}`,
    subject.patienceMs,
    async () => {
      const trace = await failureOf(worker, 'contract');
      if (trace !== null) throw violated(`The task failed although errors are tolerated: ${trace}`);
      const got = await subject.sink.read();
      missing = expected.filter((text) => !got.includes(text));
      return missing.length === 0;
    },
  );
}

/** What shows only inside of a worker. */
export const workerCases: readonly ContractCase[] = [
  {
    id: 'rest-round-trip',
    name: 'REST validates the configuration, runs it, and gives it back as it was',
    kind: 'both',
    readMore: architecture('Compatibility'),
    async run(subject) {
      const worker = await workerOf(subject);
      const config = subject.props;
      const request = { method: 'PUT', headers: { 'content-type': 'application/json' }, body: JSON.stringify(config) };
      const kind = encodeURIComponent(subject.plugin.className);
      const validated = await fetch(`${worker.url}/connector-plugins/${kind}/config/validate`, request);
      const found = (await validated.json()) as { error_count?: number; message?: string };
      demand(validated.status === 200 && found.error_count === 0, () => `Validation answers ${validated.status} ${found.message ?? ''}`);
      const put = await fetch(`${worker.url}/connectors/contract/config`, request);
      demand(put.status === 201, () => `PUT answers ${put.status}`);
      await subject.inTime('start of the connector', worker.herder.awaitStart('contract'));
      await eventually(
        () => 'The first task is not RUNNING',
        subject.patienceMs,
        async () => {
          const trace = await failureOf(worker, 'contract');
          if (trace !== null) throw violated(`The connector failed: ${trace}`);
          return (await worker.herder.connectorStatus('contract')).tasks.some(({ state }) => state === 'RUNNING');
        },
      );
      const got: unknown = await (await fetch(`${worker.url}/connectors/contract/config`)).json();
      demand(canonicalText(got) === canonicalText(config), () => `GET gives ${JSON.stringify(got)} for ${JSON.stringify(config)}`);
    },
  },
  {
    id: 'sink-poison-fails',
    name: 'under errors.tolerance=none unreadable bytes fail the task with topic, partition and offset, and the records around them are not lost',
    kind: 'sink',
    readMore: noSilence,
    async run(subject) {
      const worker = await workerOf(subject);
      await producePoisoned(subject, worker);
      await create(subject, worker, { 'errors.tolerance': 'none' });
      let trace: string | null = null;
      await eventually(
        () => 'The task did not fail',
        subject.patienceMs,
        async () => (trace = await failureOf(worker, 'contract')) !== null,
      );
      const text = trace ?? '';
      demand(/contract.*\b0\b.*\b3\b/s.test(text), () => `The trace does not name ${CONTRACT_TOPIC}-0 at 3: ${text}`);
      await create(subject, worker, { 'errors.tolerance': 'all' });
      await awaitOthers(subject, worker);
    },
  },
  {
    id: 'sink-poison-tolerated',
    name: 'under errors.tolerance=all unreadable bytes are skipped and the records around them are delivered',
    kind: 'sink',
    readMore: noSilence,
    async run(subject) {
      const worker = await workerOf(subject);
      await producePoisoned(subject, worker);
      await create(subject, worker, { 'errors.tolerance': 'all' });
      await awaitOthers(subject, worker);
    },
  },
];
