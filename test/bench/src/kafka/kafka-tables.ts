import type { KafkaBenchResult } from './kafka-bench.ts';

/** The tables of the part kafka: each a head and its rows. */
export function kafkaTables({ rows, clients, rest }: KafkaBenchResult): string[][][] {
  const workers = rows.map(({ name, ours, jvm }) => [
    name,
    whole(ours.recordsPerSecond),
    jvm === null ? '–' : whole(jvm.recordsPerSecond),
    jvm === null ? '–' : (ours.recordsPerSecond / jvm.recordsPerSecond).toFixed(2),
    ours.cpuSecondsPerMillion.toFixed(2),
    jvm === null ? '–' : jvm.cpuSecondsPerMillion.toFixed(2),
    jvm === null ? '–' : (jvm.cpuSecondsPerMillion / ours.cpuSecondsPerMillion).toFixed(2),
    `${whole(ours.peakRssMb)} MB`,
    jvm === null ? '–' : `${whole(jvm.peakRssMb)} MB`,
  ]);
  const processes = [
    [
      'cold start',
      `${whole(rest.ours.coldStartMs)} ms`,
      ...(rest.jvm === null ? ['–', '–'] : compared(rest.jvm.coldStartMs, rest.ours.coldStartMs, 'ms')),
    ],
    [
      'idle memory',
      `${whole(rest.ours.idleRssMb)} MB`,
      ...(rest.jvm === null ? ['–', '–'] : compared(rest.jvm.idleRssMb, rest.ours.idleRssMb, 'MB')),
    ],
  ];
  const alone = clients.map(({ name, ours, kafkajs }) => [
    name,
    whole(ours.recordsPerSecond),
    whole(kafkajs.recordsPerSecond),
    ours.cpuSecondsPerMillion.toFixed(2),
    kafkajs.cpuSecondsPerMillion.toFixed(2),
    (kafkajs.cpuSecondsPerMillion / ours.cpuSecondsPerMillion).toFixed(2),
  ]);
  return [
    [['case', 'records/s', 'JVM', 'ratio', 'CPU-s per million', 'JVM', 'records per CPU-s, ratio', 'peak memory', 'JVM'], ...workers],
    [['worker', 'Millrace', 'JVM', 'ratio'], ...processes],
    [['client alone', 'records/s', 'kafkajs', 'CPU-s per million', 'kafkajs', 'records per CPU-s, ratio'], ...alone],
  ];
}

function compared(theirs: number, ours: number, unit: string): [string, string] {
  return [`${whole(theirs)} ${unit}`, `1/${(theirs / ours).toFixed(1)}`];
}

function whole(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}
