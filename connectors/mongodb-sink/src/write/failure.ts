import {
  BSON,
  MongoBulkWriteError,
  MongoError,
  MongoInvalidArgumentError,
  MongoNetworkError,
  MongoServerError,
  MongoServerSelectionError,
  type WriteError,
} from 'mongodb';
import type { ServerRefusal } from './write-exceptions.ts';

/** A refused write and its place in the batch. */
export interface RefusedWrite extends ServerRefusal {
  readonly index: number;
}

/** The write concern of a batch was not met. */
export interface ConcernFailure extends ServerRefusal {
  readonly codeName: string;
}

/** Why a bulk write failed. */
export type Failure =
  /** The server judged the writes one by one. */
  | { readonly kind: 'refused'; readonly writes: readonly RefusedWrite[]; readonly concern: ConcernFailure | null }
  /** It will pass: an outage, an election, a timeout. What became of the writes is not known. */
  | { readonly kind: 'transient' }
  /** The batch as a whole was refused because of something in it. */
  | { readonly kind: 'data' }
  /** No record is to blame, and trying again does not help: credentials, privileges. */
  | { readonly kind: 'fatal' };

/** Codes of the server's that pass: elections, shutdowns, timeouts, conflicts. */
const TRANSIENT = new Set([
  6, 7, 50, 64, 89, 91, 112, 133, 134, 189, 234, 262, 317, 358, 384, 9001, 10058, 10107, 11600, 11602, 13388, 13435, 13436,
]);
/** Unauthorized, authentication failed, unknown or wrong write concern, atlas' own, Stable API. */
const FATAL = new Set([11, 13, 18, 79, 100, 323, 8000]);
const LABELS = ['RetryableWriteError', 'TransientTransactionError'];

/** Whether a code of the server's will pass. */
export function isTransientCode(code: number): boolean {
  return TRANSIENT.has(code);
}

/** What an error of a bulk write means. */
export function failureOf(error: unknown): Failure {
  if (!(error instanceof MongoBulkWriteError)) return { kind: kindOf(error) };
  const writes = [error.writeErrors].flat().map(refusedWrite);
  const concern = concernOf(error);
  if (writes.some(({ code }) => TRANSIENT.has(code)) && writes.length === 1) return { kind: 'transient' };
  if (writes.length > 0 || concern !== null) return { kind: 'refused', writes, concern };
  // The driver wraps whatever cut the batch short, and copies what the server said into the wrapper.
  const cut: unknown = error.errorResponse;
  return { kind: kindOf(cut instanceof Error ? cut : error) };
}

/** What an error that is not about single writes means. */
export function kindOf(error: unknown): 'transient' | 'data' | 'fatal' {
  if (error instanceof BSON.BSONError || error instanceof MongoInvalidArgumentError) return 'data';
  // What does not fit the driver's buffer of 17 MB is no BSONError but an error of the Buffer.
  if (error instanceof RangeError) return 'data';
  const code = Number((error as { code?: unknown }).code);
  if (FATAL.has(code)) return 'fatal';
  if (TRANSIENT.has(code)) return 'transient';
  if (error instanceof MongoNetworkError || error instanceof MongoServerSelectionError) return 'transient';
  if (error instanceof MongoError && LABELS.some((label) => error.hasErrorLabel(label))) return 'transient';
  if (error instanceof MongoServerError) return 'data';
  // The driver passes on errors of the operating system as they are.
  if (typeof (error as { syscall?: unknown }).syscall === 'string') return 'transient';
  // Errors of the driver itself, such as a closed pool or topology, come and go with the connection.
  return error instanceof MongoError ? 'transient' : 'fatal';
}

function refusedWrite({ index, code, errmsg, errInfo }: WriteError): RefusedWrite {
  return { index, code, message: errmsg ?? '', details: errInfo };
}

function concernOf(error: MongoBulkWriteError): ConcernFailure | null {
  const found = error.result.getWriteConcernError();
  if (found !== undefined) {
    const { code = found.code ?? 0, errmsg = found.errmsg ?? '', codeName = '', errInfo } = found.toJSON() as ConcernDocument;
    return { code, message: errmsg, details: errInfo, codeName };
  }
  // A write concern that failed for the whole command is told by code and message alone.
  const response: unknown = error.errorResponse;
  const isCommand = response instanceof Error || 'ok' in (response as object);
  return isCommand || [error.writeErrors].flat().length > 0
    ? null
    : { code: Number(error.code), message: error.message, details: null, codeName: '' };
}

interface ConcernDocument {
  readonly code?: number;
  readonly errmsg?: string;
  readonly codeName?: string;
  readonly errInfo?: unknown;
}
