import { ConnectException } from '@millrace/api';

/** An error that the server reported, with its SQLSTATE. */
export class ServerError extends ConnectException {
  /** Five characters, such as `42P01`. */
  readonly sqlState: string;

  constructor(message: string, sqlState: string, suggestion?: string) {
    super(message, suggestion === undefined ? {} : { suggestion });
    this.sqlState = sqlState;
  }
}

/** The connection is gone, or could not be had. */
export class ConnectionLost extends ConnectException {}

/** Reads an ErrorResponse. Its detail is left out: it can quote rows. */
export function readServerError(buffer: Buffer, start: number, end: number): ServerError {
  let message = 'unknown error';
  let sqlState = 'XX000';
  for (let at = start; at < end && buffer[at] !== 0; ) {
    const close = buffer.indexOf(0, at + 1);
    const text = buffer.toString('utf8', at + 1, close);
    if (buffer[at] === 0x4d) message = text;
    if (buffer[at] === 0x43) sqlState = text;
    at = close + 1;
  }
  return new ServerError(`PostgreSQL: ${message} (SQLSTATE ${sqlState})`, sqlState, adviceFor(sqlState, message));
}

/**
 * Whether the same statement may succeed later: the server or the connection was away, resources were short, transactions were in each
 * other's way, or a table is missing, which the connector's next listing of tables puts right.
 */
export function isTransient(error: unknown): boolean {
  if (error instanceof ConnectionLost) return true;
  return error instanceof ServerError && /^(?:08|40|53|57P0|57014|55P03|58|25006|25P03|42P01)/.test(error.sqlState);
}

/** What to do about an error of the server, where that is known. */
export function adviceFor(sqlState: string, message: string): string | undefined {
  if (sqlState === '42501') {
    const table = /(?:table|relation|view) (\S+)/.exec(message)?.[1];
    return table === undefined ? 'Grant the missing privilege to connection.user.' : `Run: GRANT SELECT ON ${table} TO <connection.user>;`;
  }
  if (message.includes('valid client certificate')) {
    return 'Name the certificate of connection.user and its key by sslcert and sslkey in connection.url, with sslmode=require or stricter.';
  }
  if (sqlState === '28000' && message.includes('no encryption')) return 'Set sslmode=require in connection.url: the server wants TLS.';
  if (sqlState.startsWith('28')) return 'Check connection.user and connection.password, and pg_hba.conf of the server.';
  if (sqlState === '3D000') return 'Check the database name at the end of connection.url.';
  return undefined;
}
