import { monitorEventLoopDelay, type IntervalHistogram } from 'node:perf_hooks';
import type { MetricGroup } from './metric-definition.ts';

/** Delay of the event loop, in seconds. */
interface LoopDelay {
  readonly mean: number;
  readonly p99: number;
  readonly max: number;
}

/** What is measured of the process. */
export interface ProcessReading {
  readonly memory: NodeJS.MemoryUsage;
  readonly cpuSeconds: number;
  readonly startedAtSeconds: number;
  /** Of the last half to one minute. */
  readonly loopDelay: LoopDelay;
}

const loopResolutionMs = 20;
const sampleMs = 30_000;
const noDelay: LoopDelay = { mean: 0, p99: 0, max: 0 };

/** Watches the process that it is in. */
export class ProcessWatch {
  readonly #delay: IntervalHistogram = monitorEventLoopDelay({ resolution: loopResolutionMs });
  /** The full sample before the one that grows: scrapes must not take measurements from each other. */
  #sampled: LoopDelay = noDelay;
  #timer: NodeJS.Timeout | undefined;

  start(): void {
    this.#delay.enable();
    this.#timer = setInterval(() => {
      this.#sampled = this.#growing();
      this.#delay.reset();
    }, sampleMs).unref();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#delay.disable();
  }

  read(now: number): ProcessReading {
    const cpu = process.cpuUsage();
    const [growing, sampled] = [this.#growing(), this.#sampled];
    return {
      memory: process.memoryUsage(),
      cpuSeconds: (cpu.user + cpu.system) / 1e6,
      startedAtSeconds: now / 1000 - process.uptime(),
      loopDelay: {
        mean: Math.max(growing.mean, sampled.mean),
        p99: Math.max(growing.p99, sampled.p99),
        max: Math.max(growing.max, sampled.max),
      },
    };
  }

  #growing(): LoopDelay {
    const delay = this.#delay;
    if (delay.count === 0) return noDelay;
    return { mean: beyond(delay.mean), p99: beyond(delay.percentile(99)), max: beyond(delay.max) };
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
    gauge('event-loop-delay-mean-seconds', 'Mean delay of the event loop in the last minute, in seconds.', (it) => it.loopDelay.mean),
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
