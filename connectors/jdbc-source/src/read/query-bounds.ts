import { ConnectException, type Logger } from '@millrace/api';
import type { SourceConfig } from '../config/source-config.ts';
import type { Session } from '../wire/session.ts';
import type { QueryBounds } from './cursor.ts';

/** What the watermark stays below the oldest open transaction, for clocks that are read before a transaction begins. */
const WATERMARK_MARGIN_MS = 50;
/** A watermark that is so far behind is worth a warning. */
const STALLED_MS = 60_000;

/** Our own transactions only read, so they hold nothing back. */
const WATERMARK = `
SELECT floor(extract(epoch FROM LEAST(clock_timestamp(),
  (SELECT min(xact_start) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
    AND backend_type = 'client backend' AND application_name <> current_setting('application_name')),
  (SELECT min(prepared) FROM pg_prepared_xacts WHERE database = current_database()))) * 1000)::bigint,
  floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint, pg_is_in_recovery()`;

const NOW = 'SELECT floor(extract(epoch FROM CURRENT_TIMESTAMP) * 1000)::bigint';
const SNAPSHOT = `${NOW}, txid_snapshot_xmin(s), txid_snapshot_xmax(s) FROM (SELECT txid_current_snapshot() AS s) AS snapshot`;

const LEVELS: Readonly<Record<string, string>> = {
  READ_UNCOMMITTED: 'READ UNCOMMITTED',
  READ_COMMITTED: 'READ COMMITTED',
  SERIALIZABLE: 'SERIALIZABLE',
};

/** Begins the transaction of a query and reads its bounds. */
export async function beginQuery(session: Session, config: SourceConfig, needsSnapshot: boolean, log: Logger): Promise<QueryBounds> {
  // Before the snapshot of the data: a transaction that ends in between is then below neither.
  const watermark = config.keys['timestamp.safe.mode'] === 'watermark' ? await readWatermark(session, log) : null;
  const level = LEVELS[config.keys['transaction.isolation.mode'].toUpperCase()] ?? 'REPEATABLE READ';
  // A query of the user may call functions that write.
  const access = config.query === null ? ' READ ONLY' : '';
  await session.query(`BEGIN ISOLATION LEVEL ${level}${access}`);
  const [row] = await session.query(needsSnapshot ? SNAPSHOT : NOW);
  const endMs = Number(row?.[0]) - Number(config.keys['timestamp.delay.interval.ms']);
  return {
    endMs: watermark === null ? endMs : Math.min(endMs, watermark),
    snapshot: needsSnapshot ? { xmin: Number(row?.[1]), xmax: Number(row?.[2]) } : null,
  };
}

async function readWatermark(session: Session, log: Logger): Promise<number> {
  const [row] = await session.query(WATERMARK);
  if (row?.[2] === 't') {
    throw new ConnectException(
      'timestamp.safe.mode=watermark cannot be had on a standby, which does not show the open transactions of its primary',
      {
        configKey: 'timestamp.safe.mode',
        suggestion: 'Use snapshot, which works on a standby too, or name only the primary in connection.url.',
      },
    );
  }
  const [oldest, now] = [Number(row?.[0]), Number(row?.[1])];
  if (now - oldest > STALLED_MS) {
    const seconds = Math.round((now - oldest) / 1000);
    log.warn(`A transaction is open for ${seconds} s: rows since its begin wait for its end. Look for it in pg_stat_activity.`);
  }
  return oldest - WATERMARK_MARGIN_MS;
}
