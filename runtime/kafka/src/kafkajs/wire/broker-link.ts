import { BrokerConnection } from './broker-connection.ts';
import { disconnected } from './broker-errors.ts';
import { exponentialBackoff, type Address, type WireConfig } from './wire-config.ts';

/** The way to one broker: opens a connection when one is needed and none is open, not more often than `reconnect.backoff.ms` allows. */
export class BrokerLink {
  readonly address: Address;
  readonly #config: WireConfig;
  /** Open, or being opened. */
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
    return this.#opening === null && this.#connection?.isOpen === true;
  }

  /**
   * The open connection. Callers that wait for it go on in the order in which they came.
   * @throws what {@link BrokerConnection.open} throws, DisconnectException after {@link close}
   */
  async connection(): Promise<BrokerConnection> {
    if (this.#isClosed) throw disconnected(this.address);
    if (this.#opening === null && this.#connection?.isOpen === true) return this.#connection;
    this.#opening ??= this.#open().finally(() => {
      this.#opening = null;
    });
    return this.#opening;
  }

  /** For good, also while a connection is being opened. Idempotent. */
  close(): void {
    this.#isClosed = true;
    this.#wake?.();
    this.#connection?.close();
  }

  async #open(): Promise<BrokerConnection> {
    await this.#backOff();
    const connection = new BrokerConnection(this.address, this.#config);
    this.#connection = connection;
    try {
      await connection.open();
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
