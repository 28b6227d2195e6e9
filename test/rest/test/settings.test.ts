import { describe, expect, it } from 'vitest';
import { readCaptures } from './support/capture.ts';
import { comparable } from './support/comparison.ts';
import { readNotApplicable } from './support/deviations.ts';
import { exchange } from './support/exchange.ts';
import { startLabWorker, type Mode } from './support/lab-worker.ts';

const captures = readCaptures('special');

/** Properties of the worker that was asked, by capture. */
const settings: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'admin-loggers-disabled': { 'admin.listeners': '' },
  'topics-disabled': { 'topic.tracking.enable': 'false' },
  'topics-reset-disabled': { 'topic.tracking.enable': 'false' },
  'topics-reset-not-allowed': { 'topic.tracking.allow.reset': 'false' },
  'policy-none-create': { 'connector.client.config.override.policy': 'None' },
  'policy-none-validate': { 'connector.client.config.override.policy': 'None' },
};

describe.each<Mode>(['standalone', 'distributed'])('answers of %s workers with settings of their own', (mode) => {
  const notApplicable = readNotApplicable(mode);

  for (const capture of captures) {
    const { case: name, request, response } = capture;
    if (notApplicable.has(name)) continue;

    it(`answers ${name} (${request.method} ${request.path}) as the JVM worker does`, async () => {
      const properties = settings[name];
      if (properties === undefined) throw new Error(`Nobody says how the worker of ${name} was set up`);
      const lab = await startLabWorker(mode, properties);
      try {
        const answer = await exchange(capture, lab.placeholders);
        expect(comparable(capture, answer, response)).toEqual(comparable(capture, response, response));
      } finally {
        await lab.stop();
      }
    });
  }
});
