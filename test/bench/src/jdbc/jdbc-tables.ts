import type { JdbcFigures, JdbcRow } from './jdbc-bench.ts';

/** The table of the part jdbc, with its head. Ratios are to the floor of the same run, and to Debezium's warm snapshot by the same converter. */
export function jdbcTables(rows: readonly JdbcRow[]): string[][][] {
  const floor = rows.find(({ who }) => who === 'COPY')?.warm.rowsPerSecond ?? Number.NaN;
  const peerOf = ({ name }: JdbcRow): JdbcFigures | null => {
    const converter = name.split(', ')[1];
    return rows.find((row) => row.who === 'debezium' && row.name.endsWith(`, ${converter}`))?.warm ?? null;
  };
  const body = rows.map((row) => {
    const { name, who, cold, warm } = row;
    const peer = who === 'millrace' ? peerOf(row) : null;
    return [
      name,
      who,
      whole(warm.rowsPerSecond),
      (warm.rowsPerSecond / floor).toFixed(2),
      peer === null ? '–' : (warm.rowsPerSecond / peer.rowsPerSecond).toFixed(1),
      warm.cpuSecondsPerMillion.toFixed(2),
      peer === null ? '–' : (peer.cpuSecondsPerMillion / warm.cpuSecondsPerMillion).toFixed(1),
      warm.peakRssMb === 0 ? '–' : `${whole(warm.peakRssMb)} MB`,
      cold === null ? '–' : `${whole(cold.rowsPerSecond)}/s, ${cold.cpuSecondsPerMillion.toFixed(2)} CPU-s`,
    ];
  });
  const head = [
    'case',
    'who',
    'rows/s',
    'of COPY',
    '× Debezium',
    'CPU-s per million',
    'rows per CPU-s, × Debezium',
    'peak memory',
    'first run',
  ];
  return [[head, ...body]];
}

function whole(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}
