import { InvalidRecordException } from '@millrace/api';

/**
 * A record's timestamp, in milliseconds since the epoch, as the producer takes it: -1 means none.
 * @throws InvalidRecordException for any other negative one. As `ConnectUtils.checkAndConvertTimestamp`.
 */
export function checkedTimestamp<T extends number | bigint>(timestamp: T | null): T | null {
  if (timestamp === null || timestamp >= 0) return timestamp;
  if (Number(timestamp) === -1) return null;
  throw new InvalidRecordException(`Invalid record timestamp ${timestamp}`);
}
