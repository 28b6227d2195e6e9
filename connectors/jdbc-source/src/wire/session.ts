import type { Socket } from 'node:net';
import { bind, describeStatement, execute, Message, parse, sync, terminate } from './frontend.ts';
import { MessageStream } from './message-stream.ts';
import { ConnectionLost, readServerError, type ServerError } from './server-error.ts';

/** A column as the server describes it. */
export interface ColumnDescription {
  readonly name: string;
  /** 0 when the column is no plain column of a table. */
  readonly tableOid: number;
  readonly attribute: number;
  readonly typeOid: number;
  readonly typeModifier: number;
}

/** One request and the server's answers to it. */
export interface Exchange {
  message(type: number, buffer: Buffer, start: number, end: number): void;
  failed(error: ConnectionLost): void;
}

/** A row of texts. */
export type TextRow = readonly (string | null)[];

/**
 * An authenticated connection. Its socket is read here and not by the driver that opened it, so that rows are decoded straight from what the
 * socket delivers. One exchange runs at a time.
 */
export class Session {
  readonly #socket: Socket;
  #exchange: Exchange | null = null;
  #lost: ConnectionLost | null = null;

  constructor(socket: Socket) {
    this.#socket = socket;
    const messages = new MessageStream((type, buffer, start, end) => this.#dispatch(type, buffer, start, end));
    socket.on('data', (chunk: Buffer) => messages.push(chunk));
    socket.on('error', (error) => this.#lose(error));
    socket.on('close', () => this.#lose(null));
    socket.resume();
  }

  /** Whether it can still be used. */
  get isAlive(): boolean {
    return this.#lost === null;
  }

  /** Runs a statement and gives its rows as texts. @throws ServerError, ConnectionLost */
  async query(sql: string, params: readonly (string | null)[] = []): Promise<TextRow[]> {
    const rows: TextRow[] = [];
    await this.#run(Buffer.concat([parse(sql), bind(params), execute(0), sync]), (type, buffer, start) => {
      if (type === Message.DATA_ROW) rows.push(textRow(buffer, start));
    });
    return rows;
  }

  /** What columns a statement gives, without running it. @throws ServerError, ConnectionLost */
  async describe(sql: string): Promise<ColumnDescription[]> {
    let columns: ColumnDescription[] = [];
    await this.#run(Buffer.concat([parse(sql), describeStatement(), sync]), (type, buffer, start) => {
      if (type === Message.ROW_DESCRIPTION) columns = columnDescriptions(buffer, start);
    });
    return columns;
  }

  /** Hands the connection to an exchange until {@link Session.release}. */
  begin(exchange: Exchange, request: Buffer): void {
    if (this.#exchange !== null) throw new ConnectionLost('the connection is in use');
    this.#exchange = exchange;
    if (this.#lost === null) this.#socket.write(request);
    else exchange.failed(this.#lost);
  }

  /** Sends more of the running exchange. */
  send(request: Buffer): void {
    if (this.#lost === null) this.#socket.write(request);
  }

  /** Ends the running exchange; everything that it asked for was answered. */
  release(): void {
    this.#exchange = null;
  }

  /** Stops reading, so that the server has to wait. */
  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  /** Ends the connection at once; whoever waits for an answer gets an error. */
  close(): void {
    if (this.#lost === null) this.#socket.end(terminate);
    this.#lose(null);
    this.#socket.destroySoon();
  }

  #run(request: Buffer, onMessage: (type: number, buffer: Buffer, start: number) => void): Promise<void> {
    return new Promise((resolve, reject) => {
      let error: ServerError | null = null;
      const exchange: Exchange = {
        message: (type, buffer, start, end) => {
          if (type === Message.ERROR) error ??= readServerError(buffer, start, end);
          else if (type === Message.READY) {
            this.release();
            if (error === null) resolve();
            else reject(error);
          } else onMessage(type, buffer, start);
        },
        failed: reject,
      };
      this.begin(exchange, request);
    });
  }

  #dispatch(type: number, buffer: Buffer, start: number, end: number): void {
    if (type === Message.NOTICE || type === Message.PARAMETER_STATUS || type === Message.NOTIFICATION) return;
    if (this.#exchange !== null) {
      this.#exchange.message(type, buffer, start, end);
    } else if (type === Message.ERROR) {
      // Such as the end of a session that was idle in its transaction for too long.
      this.#lose(readServerError(buffer, start, end));
    }
  }

  #lose(cause: Error | null): void {
    if (this.#lost !== null) return;
    const why = cause === null ? '' : `: ${cause.message}`;
    this.#lost = new ConnectionLost(`The connection to PostgreSQL is closed${why}`, cause === null ? {} : { cause });
    const exchange = this.#exchange;
    this.#exchange = null;
    exchange?.failed(this.#lost);
  }
}

function textRow(buffer: Buffer, start: number): TextRow {
  const count = buffer.readInt16BE(start);
  const row: (string | null)[] = [];
  let at = start + 2;
  for (let index = 0; index < count; index++) {
    const length = buffer.readInt32BE(at);
    at += 4;
    row.push(length < 0 ? null : buffer.toString('utf8', at, at + length));
    if (length > 0) at += length;
  }
  return row;
}

function columnDescriptions(buffer: Buffer, start: number): ColumnDescription[] {
  const count = buffer.readInt16BE(start);
  const columns: ColumnDescription[] = [];
  let at = start + 2;
  for (let index = 0; index < count; index++) {
    const end = buffer.indexOf(0, at);
    columns.push({
      name: buffer.toString('utf8', at, end),
      tableOid: buffer.readUInt32BE(end + 1),
      attribute: buffer.readInt16BE(end + 5),
      typeOid: buffer.readUInt32BE(end + 7),
      typeModifier: buffer.readInt32BE(end + 13),
    });
    at = end + 19;
  }
  return columns;
}
