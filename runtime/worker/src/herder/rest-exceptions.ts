import { ConnectException, type ExceptionOptions } from '@millrace/api';

/** An error that REST answers with a status of its own. */
export class ConnectRestException extends ConnectException {
  static override readonly javaClass: string = 'org.apache.kafka.connect.runtime.rest.errors.ConnectRestException';
  readonly status: number;

  constructor(status: number, message: string, options: ExceptionOptions = {}) {
    super(message, options);
    this.status = status;
  }
}

/** The caller has to change the request. */
export class BadRequestException extends ConnectRestException {
  static override readonly javaClass: string = 'org.apache.kafka.connect.runtime.rest.errors.BadRequestException';
  static override readonly code: string = 'connect.request.invalid';

  constructor(message: string, options: ExceptionOptions = {}) {
    super(400, message, options);
  }
}

/** The worker has not read yet what it would answer from. */
export class WorkerStartingException extends ConnectRestException {
  readonly retryAfterSeconds = 1;

  constructor(message: string, options: ExceptionOptions = {}) {
    super(503, message, options);
  }
}
