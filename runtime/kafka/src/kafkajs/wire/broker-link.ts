import { BrokerConnection } from './broker-connection.ts';
import { disconnected } from './broker-errors.ts';
import { exponentialBackoff, type Address, type WireConfig } from './wire-config.ts';

/** The way to one broker: opens a connection when one is needed and none is open, not more often than `reconnect.backoff.ms` allows. */
export class BrokerLink {
  readonly address: Address;
  readonly #config: WireConfig;
  #connection: BrokerConnection | null = null;
  #opening: Promise<BrokerConnection> | null = null;
  #failures = 0;
  #notBefore = 0;
  #isClosed = false;
  /** Ends a wait for the back-off early. */
  #wake: (() => void) | null = null;

  constructor(address: Address, config: WireConfig) {
    this.address = address;
    this.#config = config;
  }

  get isOpen(): boolean {
    return this.#connection?.isOpen === true;
  }

  /**
   * The open connection. Callers that wait for it go on in the order in which they came.
   * @throws what {@link BrokerConnection.open} throws, DisconnectException after {@link close}
   */
  async connection(): Promise<BrokerConnection> {
    if (this.#isClosed) throw disconnected(this.address);
    if (this.#connection?.isOpen === true) return this.#connection;
    this.#opening ??= this.#open().finally(() => {
      this.#opening = null;
    });
    return this.#opening;
  }

  /** Closes the connection; a later request opens another. */
  drop(): void {
    this.#connection?.close();
    this.#connection = null;
  }

  /** For good. Idempotent. */
  close(): void {
    this.#isClosed = true;
    this.#wake?.();
    this.drop();
  }

  async #open(): Promise<BrokerConnection> {
    await this.#backOff();
    try {
      const connection = await BrokerConnection.open(this.address, this.#config);
      if (this.#isClosed) {
        connection.close();
        throw disconnected(this.address);
      }
      this.#connection = connection;
      this.#failures = 0;
      return connection;
    } catch (error) {
      const { reconnectBackoffMs, reconnectBackoffMaxMs } = this.#config;
      this.#notBefore = performance.now() + exponentialBackoff(reconnectBackoffMs, reconnectBackoffMaxMs, this.#failures);
      this.#failures += 1;
      throw error;
    }
  }

  async #backOff(): Promise<void> {
    const wait = this.#notBefore - performance.now();
    if (wait <= 0) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, wait);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#wake = null;
    if (this.#isClosed) throw disconnected(this.address);
  }
}
