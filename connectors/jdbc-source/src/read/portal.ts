import type { DecodedRow } from '../types/decoded-row.ts';
import type { RowDecoder } from '../types/row-decoder.ts';
import { bind, closePortal, execute, flush, Message, parse, sync } from '../wire/frontend.ts';
import { type ConnectionLost, readServerError, type ServerError } from '../wire/server-error.ts';
import type { Exchange, Session } from '../wire/session.ts';

/** Rows of one request to the server amount to so many bytes, as far as the rows before tell. */
const TARGET_BYTES = 1024 * 1024;
/** Rows of the first request, when nothing is known of their size. */
const FIRST_ROWS = 100;

/** How a portal reads. */
export interface PortalOptions {
  readonly sql: string;
  readonly params: readonly string[];
  readonly decoder: RowDecoder;
  /** Bytes of rows that are held; beyond them the socket is paused, so that the server waits. */
  readonly budgetBytes: number;
}

/**
 * The rows of one statement, asked for in steps. The next step is requested when half of the last is consumed, so that the server works while
 * the task does.
 */
export class Portal implements Exchange {
  readonly #session: Session;
  readonly #options: PortalOptions;
  #rows: DecodedRow[] = [];
  #heldBytes = 0;
  #isPaused = false;
  #isRequested = true;
  #isComplete = false;
  #isReady = false;
  #error: ServerError | ConnectionLost | Error | null = null;
  #wake: (() => void) | null = null;
  #seenRows = 0;
  #seenBytes = 0;
  #requestRows = FIRST_ROWS;

  constructor(session: Session, options: PortalOptions) {
    this.#session = session;
    this.#options = options;
    const { sql, params, decoder } = options;
    session.begin(this, Buffer.concat([parse(sql), bind(params, decoder.formats), execute(this.#requestRows), flush]));
  }

  /** Whether all rows came and were taken. */
  get isExhausted(): boolean {
    return this.#isComplete && this.#rows.length === 0 && this.#error === null;
  }

  /**
   * Up to `most` rows, as soon as there are any; an empty list when the signal fired first, null at the end.
   * @throws ServerError, ConnectionLost, or what decoding a value throws
   */
  async take(most: number, signal: AbortSignal): Promise<DecodedRow[] | null> {
    while (this.#rows.length === 0) {
      if (this.#error !== null) throw this.#error;
      if (this.#isComplete) return null;
      if (signal.aborted) return [];
      this.#request();
      await this.#change(signal);
    }
    const taken = this.#rows.length <= most ? this.#rows : this.#rows.slice(0, most);
    this.#rows = this.#rows.length <= most ? [] : this.#rows.slice(most);
    for (const row of taken) this.#heldBytes -= row.bytes;
    if (this.#isPaused && this.#heldBytes <= this.#options.budgetBytes / 2) {
      this.#isPaused = false;
      this.#session.resume();
    }
    this.#request();
    return taken;
  }

  /** Ends the statement and gives the session back. @throws what the server had against it */
  async close(): Promise<void> {
    this.#rows = [];
    this.#heldBytes = 0;
    if (this.#isPaused) this.#session.resume();
    this.#isPaused = false;
    this.#session.send(Buffer.concat([closePortal(), sync]));
    const never = new AbortController().signal;
    while (!this.#isReady && this.#error === null) await this.#change(never);
    if (this.#error !== null) throw this.#error;
    this.#session.release();
  }

  message(type: number, buffer: Buffer, start: number, end: number): void {
    if (type === Message.DATA_ROW) {
      this.#row(buffer, start, end);
      return;
    }
    if (type === Message.PORTAL_SUSPENDED) this.#isRequested = false;
    else if (type === Message.COMMAND_COMPLETE || type === Message.EMPTY_QUERY) this.#isComplete = true;
    else if (type === Message.READY) this.#isReady = true;
    else if (type === Message.ERROR) this.#error ??= readServerError(buffer, start, end);
    else return;
    this.#notify();
  }

  failed(error: ConnectionLost): void {
    this.#error ??= error;
    this.#notify();
  }

  #row(buffer: Buffer, start: number, end: number): void {
    if (this.#error !== null) return;
    let row: DecodedRow;
    try {
      row = this.#options.decoder.decode(buffer, start, end);
    } catch (error) {
      this.#error = error as Error;
      this.#notify();
      return;
    }
    this.#rows.push(row);
    this.#heldBytes += row.bytes;
    this.#seenRows += 1;
    this.#seenBytes += row.bytes;
    if (!this.#isPaused && this.#heldBytes > this.#options.budgetBytes) {
      this.#isPaused = true;
      this.#session.pause();
    }
    if (this.#wake !== null) this.#notify();
  }

  #request(): void {
    const { budgetBytes } = this.#options;
    if (this.#isRequested || this.#isComplete || this.#error !== null) return;
    if (this.#rows.length > this.#requestRows / 2 || this.#heldBytes > budgetBytes / 2) return;
    const rowBytes = Math.max(1, this.#seenBytes / Math.max(1, this.#seenRows));
    this.#requestRows = Math.max(1, Math.floor(Math.min(TARGET_BYTES, budgetBytes / 2) / rowBytes));
    this.#isRequested = true;
    this.#session.send(Buffer.concat([execute(this.#requestRows), flush]));
  }

  #change(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const end = (): void => {
        signal.removeEventListener('abort', end);
        this.#wake = null;
        resolve();
      };
      this.#wake = end;
      signal.addEventListener('abort', end, { once: true });
    });
  }

  #notify(): void {
    this.#wake?.();
  }
}
