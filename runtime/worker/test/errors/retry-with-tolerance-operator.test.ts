import { describe, expect, it } from 'vitest';
import { ConnectException, DataException, RetriableException } from '@millrace/api';
import type { Clock } from '../../src/task/clock.ts';
import type { ErrorReporter } from '../../src/task/errors/error-reporter.ts';
import { FailureContext } from '../../src/task/errors/failure-context.ts';
import { recover, type Conversion } from '../../src/task/errors/recover.ts';
import { RetryWithToleranceOperator, type RetryWithToleranceOptions } from '../../src/task/errors/retry-with-tolerance-operator.ts';
import type { Stage } from '../../src/task/errors/stage.ts';
import { TaskCounters } from '../../src/task/task-counters.ts';

/** Time that moves by waits alone, and may end one early as the system's does. */
class FakeClock implements Clock {
  readonly waits: number[] = [];
  time = 0;
  now(): number {
    return this.time;
  }
  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    this.waits.push(ms);
    if (signal?.aborted !== true) this.time += ms;
  }
}

const consumed = {
  topic: 'in',
  partition: 2,
  offset: 7,
  timestamp: 5,
  timestampType: 'CreateTime' as const,
  key: null,
  value: null,
  headers: [],
};

function setUp(overrides: Partial<RetryWithToleranceOptions> = {}) {
  const clock = new FakeClock();
  const counters = new TaskCounters();
  const log: string[] = [];
  const operator = new RetryWithToleranceOperator({
    taskName: 'k-0',
    tolerance: 'none',
    retryTimeoutMs: 0,
    maxRetryDelayMs: 60_000,
    reporters: [],
    clock,
    stopSignal: new AbortController().signal,
    counters,
    services: { log: (_, message) => void log.push(message) },
    random: () => 0.5,
    ...overrides,
  });
  return { operator, clock, counters, log, context: FailureContext.ofConsumed(consumed, 'VALUE_CONVERTER', 'a.Converter') };
}

/** Throws so many times, then gives `done`. The first failure is taken as having happened. */
function failing(times: number): () => string {
  let left = times - 1;
  return () => {
    if (left-- > 0) throw new RetriableException('later');
    return 'done';
  };
}

describe('the retries of an operation', () => {
  it('wait 300 ms, then twice as long each time, and the rest of the budget at last', async () => {
    const { operator, clock, context, counters } = setUp({ retryTimeoutMs: 6000, tolerance: 'all' });
    const result = await operator.recover(context, new RetriableException('later'), failing(100));
    expect(result).toBeNull();
    expect(context.failed).toBe(true);
    expect(clock.waits).toEqual([300, 600, 1200, 2400, 1500]);
    expect(counters).toMatchObject({ retries: 5, recordFailures: 6, recordErrors: 1, recordsSkipped: 1 });
  });

  it('never end without a budget', async () => {
    const { operator, clock, context, counters } = setUp({ retryTimeoutMs: -1 });
    const result = await operator.recover(context, new RetriableException('later'), failing(8));
    expect(result).toBe('done');
    expect(clock.waits).toEqual([300, 600, 1200, 2400, 4800, 9600, 19_200, 38_400]);
    expect(counters).toMatchObject({ retries: 8, recordFailures: 8, recordErrors: 0, recordsSkipped: 0 });
    expect(operator.withinTolerance).toBe(true);
  });

  it('are drawn at random below the longest delay once they would be longer', async () => {
    const { operator, clock, context } = setUp({ retryTimeoutMs: -1, maxRetryDelayMs: 1000 });
    await operator.recover(context, new RetriableException('later'), failing(4));
    expect(clock.waits).toEqual([300, 600, 500, 500]);
  });

  it('are for RetriableExceptions only', async () => {
    const { operator, clock, context } = setUp({ retryTimeoutMs: -1, tolerance: 'all' });
    expect(await operator.recover(context, new DataException('bad'), failing(1))).toBeNull();
    expect(clock.waits).toEqual([]);
  });

  it('end when the task is to stop, without a decision on the record', async () => {
    const stop = new AbortController();
    const { operator, context, counters } = setUp({ retryTimeoutMs: -1, tolerance: 'all', stopSignal: stop.signal });
    stop.abort();
    const recovery = operator.recover(context, new RetriableException('later'), failing(9));
    await expect(recovery).rejects.toMatchObject({ name: 'AbortError' });
    expect(context.failed).toBe(false);
    expect(counters).toMatchObject({ recordErrors: 0, recordsSkipped: 0 });
  });

  it('are counted anew for a later step, and steps that succeeded are not repeated', async () => {
    const { operator, clock, context } = setUp({ retryTimeoutMs: 1000 });
    const steps: string[] = [];
    const conversion: Conversion<string> & { position: number; stage: Stage; executingClass: string } = {
      position: 0,
      stage: 'KEY_CONVERTER',
      executingClass: 'a.Key',
      resume() {
        if (this.position === 0) {
          steps.push('key');
          this.position = 1;
          this.stage = 'VALUE_CONVERTER';
          this.executingClass = 'a.Value';
        }
        steps.push('value');
        if (steps.length < 4) throw new RetriableException('later');
        return 'converted';
      },
    };
    expect(await recover(conversion, context, operator, new RetriableException('key'))).toBe('converted');
    expect(steps).toEqual(['key', 'value', 'value', 'value']);
    expect(clock.waits).toEqual([300, 300, 600]);
    expect(context).toMatchObject({ stage: 'VALUE_CONVERTER', executingClass: 'a.Value', failed: false });
  });
});

describe('the tolerance', () => {
  it('none fails with connector, task, stage, class, topic, partition, offset and cause', async () => {
    const { operator, context, counters } = setUp();
    const cause = new DataException('bad');
    await expect(operator.recover(context, cause, failing(1))).rejects.toMatchObject({
      message:
        'Tolerance exceeded in error handler: task k-0, stage VALUE_CONVERTER with class a.Converter, topic in, partition 2, offset 7: bad',
      cause,
    });
    expect(counters).toMatchObject({ recordErrors: 1, recordsSkipped: 0 });
  });

  it.each<Stage>(['TASK_POLL', 'TASK_PUT', 'KAFKA_PRODUCE', 'KAFKA_CONSUME'])(
    'all covers nothing but what was worth a retry at stage %s',
    async (stage) => {
      const { operator } = setUp({ tolerance: 'all' });
      const context = FailureContext.ofConsumed(consumed, stage, 'a.Task');
      await expect(operator.recover(context, new DataException('bad'), failing(1))).rejects.toThrow('Unhandled exception in error handler');
      expect(await operator.recover(context, new RetriableException('later'), failing(1))).toBeNull();
    },
  );

  it.each<Stage>(['TRANSFORMATION', 'KEY_CONVERTER', 'VALUE_CONVERTER', 'HEADER_CONVERTER'])(
    'all covers whatever is thrown at stage %s',
    async (stage) => {
      const { operator, counters } = setUp({ tolerance: 'all' });
      const context = FailureContext.ofConsumed(consumed, stage, 'a.Plugin');
      expect(await operator.recover(context, new TypeError('x is undefined'), failing(1))).toBeNull();
      expect(counters.recordsSkipped).toBe(1);
    },
  );
});

describe('the reports of a failure', () => {
  const broken: ErrorReporter = { report: () => Promise.reject(new ConnectException('queue is gone')) };

  it('are waited for before offsets may be committed', async () => {
    let deliver: () => void = () => undefined;
    const slow: ErrorReporter = { report: () => new Promise((resolve) => (deliver = resolve)) };
    const { operator, context } = setUp({ tolerance: 'all', reporters: [slow] });
    await operator.recover(context, new DataException('bad'), failing(1));
    let isSafe = false;
    const safe = operator.pendingReports.settled().then(() => (isSafe = true));
    await Promise.resolve();
    expect(isSafe).toBe(false);
    deliver();
    await safe;
    expect(isSafe).toBe(true);
  });

  it('are logged when they fail, and the record counts as skipped', async () => {
    const { operator, context, log, counters } = setUp({ tolerance: 'all', reporters: [broken] });
    await operator.recover(context, new DataException('bad'), failing(1));
    await operator.pendingReports.settled();
    expect(log).toEqual(['Task k-0: queue is gone']);
    expect(counters.recordsSkipped).toBe(1);
  });

  it('are the caller’s concern when the failure happened elsewhere', async () => {
    const { operator, context } = setUp({ tolerance: 'all', reporters: [broken] });
    await expect(operator.executeFailed(context, new DataException('bad'))).rejects.toThrow('queue is gone');
  });

  it('are made before a failure that is not tolerated is thrown', () => {
    const seen: FailureContext[] = [];
    const keep = (failure: FailureContext): null => {
      seen.push(failure);
      return null;
    };
    const { operator, context } = setUp({ reporters: [{ report: keep }] });
    expect(() => operator.executeFailed(context, new DataException('bad'))).toThrow('Tolerance exceeded in error handler');
    expect(seen).toEqual([context]);
  });
});
