import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Capture } from './support/capture.ts';
import { readCaptures } from './support/capture.ts';
import { comparable, fits } from './support/comparison.ts';
import { readDeviations } from './support/deviations.ts';
import { exchange } from './support/exchange.ts';
import { startLabPair, type LabPair } from './support/lab-pair.ts';

/** Captures with two workers that both live, in the order in which they were taken. */
const cases = [
  'two-create-on-follower-forward-false',
  'two-status-remote',
  'two-restart-remote',
  'two-restart-remote-forward-false',
  'two-restart-other-forward-false',
  'two-task-restart-remote',
  'two-delete-forward-false',
  'two-restart-lost-tasks',
];
const captures = new Map(readCaptures('special').map((capture) => [capture.case, capture]));
const deviations = readDeviations();

let pair: LabPair;

beforeAll(async () => {
  pair = await startLabPair();
});
afterAll(() => pair.stop());

/** The capture about a connector that runs on the other worker here. */
function placed(name: string): Capture {
  const capture = captures.get(name);
  if (capture === undefined) throw new Error(`There is no capture ${name}`);
  return JSON.parse(JSON.stringify(capture).replaceAll(/\by[12]\b/g, pair.remote)) as Capture;
}

describe('answers of a worker that does not lead, about what runs on the leader', () => {
  it.each(cases)('answers %s as the JVM worker does, or otherwise as documented', async (name) => {
    const capture = placed(name);
    await pair.untilRunning();
    const answer = await exchange(capture, pair.placeholders);

    const deviation = deviations.get(name);
    if (deviation === undefined) {
      expect(comparable(capture, answer, capture.response)).toEqual(comparable(capture, capture.response, capture.response));
      return;
    }
    expect(fits(capture.response, deviation.kafka), 'the document quotes the answer of the JVM worker').toBe(true);
    expect(fits(answer, deviation.ours), 'the answer is the documented one').toBe(true);
    expect(answer.body, 'the row of docs/rest-deviations.md is needed').not.toEqual(capture.response.body);
  });
});
