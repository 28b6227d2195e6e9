import { connect, type Socket } from 'node:net';
import { type CutAction, Lane, type LaneFaults } from './lane.ts';

/** `up` is from the client to the target, `down` is what the target answers. */
export type Direction = 'up' | 'down';

/** One connection through the proxy. */
export class ProxiedConnection {
  /** Counts from 1 in the order of arrival. */
  readonly id: number;
  readonly #client: Socket;
  readonly #target: Socket;
  readonly #lanes: Readonly<Record<Direction, Lane>>;
  #isHalfOpen = false;

  constructor(id: number, client: Socket, port: number, onClose: (connection: ProxiedConnection) => void) {
    this.id = id;
    this.#client = client;
    this.#target = connect({ port, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
    this.#lanes = {
      up: new Lane(client, this.#target, (action) => this.#act(action)),
      down: new Lane(this.#target, client, (action) => this.#act(action)),
    };
    for (const socket of [client, this.#target]) {
      // A broken side is told to the other as what it is, a reset; 'close' follows.
      socket.on('error', () => {
        if (!this.#isHalfOpen) this.reset();
      });
      socket.on('close', () => {
        if (client.destroyed && this.#target.destroyed) onClose(this);
      });
    }
  }

  /** Bytes that were passed on. */
  get bytes(): Readonly<Record<Direction, number>> {
    return { up: this.#lanes.up.bytes, down: this.#lanes.down.bytes };
  }

  /** Changes how both directions, or one, treat what passes from now on. */
  setFaults(faults: LaneFaults, direction?: Direction): void {
    for (const lane of this.#chosen(direction)) lane.faults = faults;
  }

  /** Passes nothing on until `resume`; nothing is lost. */
  pause(direction?: Direction): void {
    for (const lane of this.#chosen(direction)) lane.pause();
  }

  resume(direction?: Direction): void {
    for (const lane of this.#chosen(direction)) lane.resume();
  }

  /** Passes exactly that many bytes more in a direction, then resets, ends, or half-opens the connection. */
  cutAfter(bytes: number, direction: Direction, action: CutAction = 'reset'): void {
    this.#lanes[direction].cutAfter(bytes, action);
  }

  /** Both sides get a TCP reset. */
  reset(): void {
    this.#client.resetAndDestroy();
    this.#target.resetAndDestroy();
  }

  /** Both sides see an ordinary end. */
  end(): void {
    this.#swallow();
    this.#client.end();
    this.#target.end();
    this.#client.destroySoon();
    this.#target.destroySoon();
  }

  /** The target is gone without a word: the client's socket stays open, takes what it sends, and never answers. */
  halfOpen(): void {
    this.#isHalfOpen = true;
    this.#swallow();
    this.#target.resetAndDestroy();
  }

  #act(action: CutAction): void {
    if (action === 'reset') this.reset();
    else if (action === 'end') this.end();
    else this.halfOpen();
  }

  #swallow(): void {
    this.#lanes.up.swallow();
    this.#lanes.down.swallow();
  }

  #chosen(direction: Direction | undefined): readonly Lane[] {
    return direction === undefined ? [this.#lanes.up, this.#lanes.down] : [this.#lanes[direction]];
  }
}
