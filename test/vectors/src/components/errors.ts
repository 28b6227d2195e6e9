/** `errors.jsonl`: what becomes of a record that failed. */

import { RetriableException, RuntimeException, type RawHeader, type TimestampType } from '@millrace/api';
import {
  DeadLetterQueueReporter,
  FailureContext,
  LogReporter,
  RetryWithToleranceOperator,
  SINK_CONNECTOR_CONFIG,
  TaskCounters,
  type RetryWithToleranceOptions,
  type Stage,
} from '@millrace/worker';
import { decodeBytes, encodeBytes } from '../codec.ts';
import type { Component, Components, VectorError } from '../component.ts';

type Text = Readonly<Record<string, string>>;
type Consumed = NonNullable<FailureContext['consumed']>;

/** A record as a consumer returned it. */
interface VectorRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
  readonly timestamp: string;
  readonly timestampType: TimestampType;
  readonly key: unknown;
  readonly value: unknown;
  readonly headers: readonly (readonly [string, unknown])[];
}

interface Failure {
  readonly connector: string;
  readonly task: number;
  readonly stage: Stage;
  readonly class: string;
  readonly error: (VectorError & { readonly causes?: readonly VectorError[] }) | null;
  readonly record: VectorRecord | null;
}

/** An error of any Java class. */
function errorOf(javaClass: string, message: string | null, cause?: unknown): RuntimeException {
  const options = cause === undefined ? {} : { cause };
  const ErrorClass = class extends RuntimeException {
    static override readonly javaClass = javaClass;
  };
  return new ErrorClass(message ?? undefined, options);
}

function errorWithCauses({ class: javaClass, message, causes = [] }: NonNullable<Failure['error']>): RuntimeException {
  const cause = causes.reduceRight<RuntimeException | undefined>((inner, outer) => errorOf(outer.class, outer.message, inner), undefined);
  return errorOf(javaClass, message, cause);
}

function contextOf({ record, stage, class: executingClass, error }: Failure): FailureContext {
  const consumed: Consumed | null =
    record === null
      ? null
      : {
          topic: record.topic,
          partition: record.partition,
          offset: Number(record.offset),
          timestamp: Number(record.timestamp),
          timestampType: record.timestampType,
          key: decodeBytes(record.key),
          value: decodeBytes(record.value),
          headers: record.headers.map(([key, value]) => ({ key, value: decodeBytes(value) })),
        };
  const context = FailureContext.ofConsumed(consumed, stage, executingClass);
  context.error = error === null ? null : errorWithCauses(error);
  return context;
}

type Producer = ConstructorParameters<typeof DeadLetterQueueReporter>[0]['producer'];

/** Keeps the record that it gets. */
class RecordingProducer implements Producer {
  sent: Parameters<Producer['append']>[0] | null = null;

  append(record: Parameters<Producer['append']>[0]): boolean {
    this.sent = record;
    return true;
  }
  ready(): Promise<void> {
    return Promise.resolve();
  }
  flush(): Promise<void> {
    return Promise.resolve();
  }
  close(): Promise<void> {
    return Promise.resolve();
  }
}

const deadLetter: Component = ({ config, input }) => {
  const failure = input as Failure;
  const parsed = SINK_CONNECTOR_CONFIG.parse(config as Text);
  const topic = parsed['errors.deadletterqueue.topic.name'];
  const producer = new RecordingProducer();
  const reporter = new DeadLetterQueueReporter({
    id: { connector: failure.connector, task: failure.task },
    topic,
    contextHeaders: parsed['errors.deadletterqueue.context.headers.enable'],
    producer,
    counters: new TaskCounters(),
  });
  // A task without the name of a topic has no such reporter.
  if (topic !== '') void reporter.report(contextOf(failure));
  const { sent } = producer;
  if (sent === null) return null;
  return {
    topic: sent.topic,
    partition: sent.partition,
    timestamp: sent.timestamp === null ? null : String(sent.timestamp),
    key: encodeBytes(sent.key),
    value: encodeBytes(sent.value),
    headers: sent.headers.map(encodeHeader),
  };
};

function encodeHeader({ key, value }: RawHeader): [string, unknown] {
  if (key !== '__connect.errors.exception.stacktrace') return [key, encodeBytes(value)];
  return [key, { firstLine: String(value).split('\n', 1)[0] }];
}

const logMessage: Component = ({ config, input }) => {
  const failure = input as Failure;
  const reporter = new LogReporter({
    taskName: `${failure.connector}-${failure.task}`,
    includeRecord: SINK_CONNECTOR_CONFIG.parse(config as Text)['errors.log.include.messages'],
    services: { log: () => undefined },
    counters: new TaskCounters(),
  });
  return reporter.message(contextOf(failure));
};

const thrown: Readonly<Record<string, () => RuntimeException>> = {
  retriable: () => new RetriableException('r'),
  data: () => errorOf('org.apache.kafka.connect.errors.DataException', 'd'),
  runtime: () => new RuntimeException('x'),
  kafkaRetriable: () => errorOf('org.apache.kafka.common.errors.TimeoutException', 't'),
  io: () => errorOf('java.io.IOException', 'io'),
};

/** An operation that does what the script says, and time that moves by waits alone. */
class Script {
  readonly delays: string[] = [];
  calls = 0;
  reports = 0;
  #now = 0;
  readonly #script: readonly string[];

  constructor(script: readonly string[]) {
    this.#script = script;
  }

  run(): string {
    const step = this.#script[Math.min(this.calls, this.#script.length - 1)] as string;
    this.calls += 1;
    const error = thrown[step]?.();
    if (error !== undefined) throw error;
    return step;
  }

  operator(config: Text): RetryWithToleranceOperator {
    const parsed = SINK_CONNECTOR_CONFIG.parse({ name: 'k', 'connector.class': 'oracle.DummySink', ...config });
    const options: RetryWithToleranceOptions = {
      taskName: 'k-0',
      tolerance: parsed['errors.tolerance'] === 'all' ? 'all' : 'none',
      retryTimeoutMs: Number(parsed['errors.retry.timeout']),
      maxRetryDelayMs: Number(parsed['errors.retry.delay.max.ms']),
      reporters: [{ report: () => this.#report() }],
      clock: { now: () => this.#now, sleep: (ms) => this.#sleep(ms) },
      stopSignal: new AbortController().signal,
      counters: new TaskCounters(),
      services: { log: () => undefined },
      random: () => 0,
    };
    return new RetryWithToleranceOperator(options);
  }

  #report(): null {
    this.reports += 1;
    return null;
  }

  #sleep(ms: number): Promise<void> {
    this.#now += ms;
    this.delays.push(String(ms));
    return Promise.resolve();
  }
}

/** As the loops do: the operator is entered when the first attempt has failed. */
async function attempt(script: Script, operator: RetryWithToleranceOperator, context: FailureContext): Promise<object> {
  try {
    return { result: script.run() };
  } catch (error) {
    try {
      return { result: await operator.recover(context, error, () => script.run()) };
    } catch (failure) {
      return { thrown: encodeThrown(failure as RuntimeException) };
    }
  }
}

function encodeThrown({ javaClass, message, cause }: RuntimeException): object {
  const inner = cause as RuntimeException;
  return { class: javaClass, message, causes: [{ class: inner.javaClass, message: inner.message }] };
}

const execute: Component = async ({ config, input }) => {
  const { stage, calls } = input as { stage: Stage; calls: readonly string[] };
  const script = new Script(calls);
  const operator = script.operator(config as Text);
  const context = FailureContext.ofConsumed(null, stage, 'oracle.DummySink');
  const outcome = await attempt(script, operator, context);
  return {
    ...outcome,
    calls: script.calls,
    attempt: context.attempt,
    delays: script.delays,
    failed: context.failed,
    contextError: context.error === null ? null : (context.error as RuntimeException).javaClass,
    reports: script.reports,
    withinTolerance: operator.withinTolerance,
  };
};

export const errors: Components = {
  'DeadLetterQueueReporter.report': deadLetter,
  'LogReporter.Sink.message': logMessage,
  'RetryWithToleranceOperator.execute': execute,
};
