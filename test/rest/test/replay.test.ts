import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TopicPartition } from '@millrace/api';
import type { Answer, Capture } from './support/capture.ts';
import { readCaptures } from './support/capture.ts';
import { comparable, fits } from './support/comparison.ts';
import { readDeviations, readNotApplicable, type Deviation } from './support/deviations.ts';
import { exchange } from './support/exchange.ts';
import { startLabWorker, type LabWorker, type Mode } from './support/lab-worker.ts';

const captures = readCaptures('sequence');
const deviations = readDeviations();
const deadlineMs = 5000;
const modes: readonly Mode[] = ['standalone', 'distributed'];

let lab: LabWorker;

/** What the captured run waited for before a request, beyond what its answers show. */
const waitsBefore: Readonly<Record<string, () => Promise<boolean>>> = {
  'delete-num1': async () => (await recordsIn('rest-t')) === 12,
  'put-config-update': () => isRunning('p1'),
  restart: () => isRunning('s1'),
  'restart-only-failed': () => isRunning('s1'),
  'task-restart': () => isRunning('s1'),
  pause: () => isRunning('s1'),
  'offsets-source': () => isRunning('s1'),
  'offsets-patch-empty': async () => (await lab.worker.herder.connectorStatus('s1')).connector.state === 'STOPPED',
  'offsets-sink-patch-running': () => isRunning('s1'),
  'forward-false': () => isRunning('s1'),
};

async function isRunning(name: string): Promise<boolean> {
  const { connector, tasks } = await lab.worker.herder.connectorStatus(name);
  return connector.state === 'RUNNING' && tasks.length === 1 && tasks[0]?.state === 'RUNNING';
}

async function recordsIn(topic: string): Promise<number> {
  const admin = lab.worker.transport.admin({});
  const offsets = await admin.offsets([TopicPartition.of(topic, 0)], 'read_uncommitted');
  await admin.close();
  return [...offsets.values()].reduce((sum, { end }) => sum + end, 0);
}

/** Repeats until the result is what is waited for, and gives the last one. */
async function until<T>(attempt: () => Promise<T>, isDone: (result: T) => boolean): Promise<T> {
  const deadline = performance.now() + deadlineMs;
  for (;;) {
    const result = await attempt();
    if (isDone(result) || performance.now() > deadline) return result;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Questions are asked until the answer is the expected one, since states take a moment; an answer that reports a fault is final. */
function answerTo(capture: Capture, isExpected: (answer: Answer) => boolean): Promise<Answer> {
  const isQuestion = capture.request.method === 'GET';
  return until(
    () => exchange(capture, lab.placeholders),
    (answer) => !isQuestion || answer.status >= 500 || isExpected(answer),
  );
}

function isSame(capture: Capture, answer: Answer): boolean {
  const { response } = capture;
  return JSON.stringify(sorted(comparable(capture, answer, response))) === JSON.stringify(sorted(comparable(capture, response, response)));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, item]) => [key, sorted(item)])) as unknown;
}

async function expectDeviation(capture: Capture, deviation: Deviation): Promise<void> {
  expect(fits(capture.response, deviation.kafka), 'the document quotes the answer of the JVM worker').toBe(true);
  const answer = await answerTo(capture, (candidate) => fits(candidate, deviation.ours));
  expect(isSame(capture, answer), 'the row of docs/rest-deviations.md is needed').toBe(false);
  const { status, texts } = deviation.ours;
  expect(answer.status).toBe(status);
  for (const text of texts) expect(JSON.stringify(answer.body)).toContain(JSON.stringify(text).slice(1, -1));
}

describe.each(modes)('answers of the REST API of a %s worker, in the order in which a JVM worker was asked', (mode) => {
  const notApplicable = readNotApplicable(mode);

  beforeAll(async () => {
    lab = await startLabWorker(mode);
  });
  afterAll(() => lab.stop());

  for (const capture of captures) {
    const { case: name, request, response } = capture;
    if (notApplicable.has(name)) continue;
    const deviation = deviations.get(name);
    const how = deviation === undefined ? 'as the JVM worker does' : 'otherwise, as documented';

    it(`answers ${name} (${request.method} ${request.path}) ${how}`, async () => {
      const isReady = waitsBefore[name];
      if (isReady !== undefined) expect(await until(isReady, Boolean), 'the worker is ready for the request').toBe(true);
      if (deviation !== undefined) return expectDeviation(capture, deviation);
      const answer = await answerTo(capture, (candidate) => isSame(capture, candidate));
      expect(comparable(capture, answer, response)).toEqual(comparable(capture, response, response));
    });
  }
});

describe('docs/rest-deviations.md', () => {
  it('names only captures that there are, each once', () => {
    const known = new Set([...captures, ...readCaptures('special')].map((capture) => capture.case));
    const missing = modes.map(readNotApplicable);
    const named = [...deviations.keys(), ...missing.flatMap((rows) => [...rows.keys()])];

    expect(named.filter((name) => !known.has(name))).toEqual([]);
    const isAskedElsewhere = (name: string): boolean =>
      name.startsWith('two-') || missing.some((rows) => rows.get(name)?.includes('`test/rest/test/integration`') === true);
    const ofOne = [...deviations.keys()].filter((name) => !isAskedElsewhere(name));
    expect(ofOne.filter((name) => missing.every((rows) => rows.has(name)))).toEqual([]);
  });

  it('gives a reason in every row', () => {
    const reasons = [
      ...Array.from(deviations.values(), ({ reason }) => reason),
      ...modes.flatMap((mode) => [...readNotApplicable(mode).values()]),
    ];

    expect(reasons.filter((reason) => reason === '')).toEqual([]);
  });
});
