import { ConnectException } from '@millrace/api';
import { ConnectRestException } from './rest-exceptions.ts';

/** Another worker has to answer this request: the leader, or the one that runs what it is about. */
export class RequestTargetException extends ConnectException {
  static override readonly javaClass: string = 'org.apache.kafka.connect.runtime.distributed.RequestTargetException';
  /** Its address, which ends in `/`; null while it is not known. */
  readonly forwardUrl: string | null;

  constructor(message: string, forwardUrl: string | null) {
    super(message);
    this.forwardUrl = forwardUrl;
  }
}

/** 409 with the condition that holds, and when to try again. */
export class ConflictException extends ConnectRestException {
  /** Seconds after which another try may succeed. */
  readonly retryAfterSeconds = 1;

  constructor(message: string) {
    super(409, message);
  }
}

/** A rebalance is due or under way, so that nobody can tell who runs what. */
export function rebalanceNeeded(): ConflictException {
  return new ConflictException(
    'Cannot complete request momentarily due to stale configuration (typically caused by a concurrent config change)',
  );
}
