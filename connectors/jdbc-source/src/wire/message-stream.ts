/** Takes a message of the server: its type and its body, which is only valid during the call. */
export type OnMessage = (type: number, buffer: Buffer, start: number, end: number) => void;

const HEADER = 5;

/** Cuts what a socket delivers into messages. Bytes are copied only when a message spans two deliveries. */
export class MessageStream {
  readonly #onMessage: OnMessage;
  /** Deliveries that begin with a message whose end did not come yet. */
  #pieces: Buffer[] = [];
  #held = 0;
  /** Bytes that the first held message needs; 0 while its header is not complete. */
  #needed = 0;

  constructor(onMessage: OnMessage) {
    this.#onMessage = onMessage;
  }

  /** Takes a delivery. */
  push(chunk: Buffer): void {
    let buffer = chunk;
    if (this.#held > 0) {
      this.#pieces.push(chunk);
      this.#held += chunk.length;
      // A large message is put together once, not once a delivery.
      if (this.#needed > this.#held) return;
      buffer = Buffer.concat(this.#pieces, this.#held);
      this.#pieces = [];
      this.#held = 0;
    }
    this.#cut(buffer);
  }

  #cut(buffer: Buffer): void {
    let at = 0;
    this.#needed = 0;
    while (buffer.length - at >= HEADER) {
      const end = at + 1 + buffer.readUInt32BE(at + 1);
      if (end > buffer.length) {
        this.#needed = end - at;
        break;
      }
      this.#onMessage(buffer[at] as number, buffer, at + HEADER, end);
      at = end;
    }
    if (at === buffer.length) return;
    this.#pieces = [buffer.subarray(at)];
    this.#held = buffer.length - at;
  }
}
