import type { RebalanceFigures, RebalanceResult } from './rebalance-bench.ts';

/** The tables of the part rebalance: each a head and its rows. */
export function rebalanceTables({ threads, inline, jvm, large }: RebalanceResult): string[][][] {
  const row = (event: string, what: keyof RebalanceFigures, aim: string): string[] => [
    event,
    ms(threads[what]),
    ms(inline[what]),
    ms(jvm?.[what]),
    aim,
  ];
  const small = [
    ['30 instances, two workers', 'threads', 'inline', 'JVM', 'aim'],
    row('kill -9 of one: all RUNNING on the other', 'killMs', '< 12,000 ms'),
    row('orderly leave of one: the same', 'leaveMs', '< 3,000 ms'),
    row('join of one, healthy: balanced', 'joinMs', '< 3,000 ms'),
  ];
  if (large === null) return [small];
  return [
    small,
    [
      [`${whole(large.connectors)} connectors with ${whole(large.connectors * 2)} tasks, three workers`, 'Millrace'],
      ['creation of a connector, one after the other', `${large.createMs.toFixed(1)} ms`],
      ['start of the third worker until healthy', ms(large.startMs)],
      ['from then until balanced', ms(large.joinMs)],
      ['orderly leave of one until all RUNNING on two', ms(large.leaveMs)],
      ['memory for a connector with its tasks', `${whole(large.kbPerConnector)} KB`],
    ],
  ];
}

function ms(value: number | undefined): string {
  return value === undefined ? '–' : `${whole(value)} ms`;
}

function whole(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}
