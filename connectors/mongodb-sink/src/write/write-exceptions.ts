import { DataException } from '@millrace/api';
import { BSON } from 'mongodb';

const PACKAGE = 'com.mongodb.kafka.connect.sink.dlq';

/** What the server says of one refused write. */
export interface ServerRefusal {
  readonly code: number;
  readonly message: string;
  /** `errInfo`, or nothing. */
  readonly details: unknown;
}

/** A write that the server refused. Its text is part of the contract with readers of the dead letter queue. */
export class WriteException extends DataException {
  static override readonly javaClass = `${PACKAGE}.WriteException`;

  constructor({ code, message, details }: ServerRefusal) {
    super(`v=1, code=${code}, message=${message}, details=${detailsText(details)}`);
  }
}

/** A write behind a refused one in an ordered batch, which was not done. */
export class WriteSkippedException extends DataException {
  static override readonly javaClass = `${PACKAGE}.WriteSkippedException`;
}

/** A write that was done, but not to as many members as the write concern asks. */
export class WriteConcernException extends DataException {
  static override readonly javaClass = `${PACKAGE}.WriteConcernException`;

  constructor({ code, message, details }: ServerRefusal, codeName: string) {
    super(`v=1, code=${code}, codeName=${codeName}, message=${message}, details=${detailsText(details)}`);
  }
}

function detailsText(details: unknown): string {
  return details === undefined || details === null ? '{}' : BSON.EJSON.stringify(details);
}
