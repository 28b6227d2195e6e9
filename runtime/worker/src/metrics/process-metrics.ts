import { monitorEventLoopDelay, type IntervalHistogram } from 'node:perf_hooks';
import type { MetricGroup } from './metric-definition.ts';

/** What is measured of the process. */
export interface ProcessReading {
  readonly memory: NodeJS.MemoryUsage;
  readonly cpuSeconds: number;
  readonly startedAtSeconds: number;
  /** Delay of the event loop since the last reading, in seconds; NaN right after it. */
  readonly loopDelay: { readonly mean: number; readonly p99: number; readonly max: number };
}

const loopResolutionMs = 20;

/** Watches the process that it is in. */
export class ProcessWatch {
  readonly #delay: IntervalHistogram = monitorEventLoopDelay({ resolution: loopResolutionMs });

  start(): void {
    this.#delay.enable();
  }

  stop(): void {
    this.#delay.disable();
  }

  /** The state of now. The delay of the event loop is that since the reading before. */
  read(now: number): ProcessReading {
    const cpu = process.cpuUsage();
    const delay = this.#delay;
    const loopDelay =
      delay.count === 0
        ? { mean: Number.NaN, p99: Number.NaN, max: Number.NaN }
        : { mean: beyond(delay.mean), p99: beyond(delay.percentile(99)), max: beyond(delay.max) };
    delay.reset();
    return {
      memory: process.memoryUsage(),
      cpuSeconds: (cpu.user + cpu.system) / 1e6,
      startedAtSeconds: now / 1000 - process.uptime(),
      loopDelay,
    };
  }
}

/** The histogram holds the time between two looks, in nanoseconds; the delay is what goes beyond the time that was asked for. */
function beyond(nanoseconds: number): number {
  return Math.max(0, nanoseconds / 1e9 - loopResolutionMs / 1000);
}

export const processGroup: MetricGroup<ProcessReading> = {
  prefix: 'millrace_process',
  labels: [],
  texts: [],
  metrics: [
    gauge('resident-memory-bytes', 'Memory of the process that is in RAM, in bytes.', ({ memory }) => memory.rss),
    gauge('heap-used-bytes', 'JavaScript heap in use, in bytes.', ({ memory }) => memory.heapUsed),
    gauge('heap-total-bytes', 'JavaScript heap that is reserved, in bytes.', ({ memory }) => memory.heapTotal),
    gauge('external-memory-bytes', 'Memory of buffers and other objects outside of the heap, in bytes.', ({ memory }) => memory.external),
    {
      attribute: 'cpu-seconds-total',
      type: 'counter',
      help: 'Processor time, user and system, in seconds.',
      value: ({ cpuSeconds }) => cpuSeconds,
    },
    gauge('start-time-seconds', 'Start of the process, in seconds since the epoch.', ({ startedAtSeconds }) => startedAtSeconds),
    gauge('event-loop-delay-mean-seconds', 'Mean delay of the event loop since the last scrape, in seconds.', (it) => it.loopDelay.mean),
    gauge('event-loop-delay-p99-seconds', '99th percentile of that delay, in seconds.', (it) => it.loopDelay.p99),
    gauge(
      'event-loop-delay-max-seconds',
      'Greatest such delay, in seconds: how long a plug-in held up the worker.',
      (it) => it.loopDelay.max,
    ),
  ],
};

function gauge(
  attribute: string,
  help: string,
  value: (reading: ProcessReading) => number,
): MetricGroup<ProcessReading>['metrics'][number] {
  return { attribute, type: 'gauge', help, value };
}
