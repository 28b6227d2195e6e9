import { constants, isAscii } from 'node:buffer';
import { ConnectException } from '@millrace/api';

const LF = 0x0a;
const CR = 0x0d;
/** What a search says when the bytes at hand hold no such byte. */
const NONE = -1;

/** Most bytes of one read: large enough that a read costs next to nothing per line, small enough to stay in the processor's cache. */
const CHUNK_BYTES = 256 * 1024;
/** A read into less room than this is not worth a call. */
const LEAST_ROOM_BYTES = CHUNK_BYTES / 4;

/**
 * Cuts a stream of bytes into lines of UTF-8 text, as Kafka's file source does: a line ends with `\n`, `\r\n` or a lone `\r`.
 * Bytes come into one buffer that is used again and again; what is left of an unfinished line moves to its front.
 */
export class LineSplitter {
  readonly #source: string;
  #buffer: Buffer = Buffer.allocUnsafe(CHUNK_BYTES);
  /** The bytes in use, as a view of their own since `indexOf` takes no end. */
  #view: Buffer = this.#buffer.subarray(0, 0);
  /** First byte that belongs to no line yet. */
  #start = 0;
  /** The next line feed and the next carriage return at or behind `#start`. */
  #lineFeed = NONE;
  #carriageReturn = NONE;
  /** False when a byte at or behind `#start` may be beyond ASCII. */
  #ascii = true;
  #ended = false;
  /** Place in the stream of the first byte of the buffer. */
  #origin = 0;

  /** @param source what is read, for messages */
  constructor(source: string) {
    this.#source = source;
  }

  /** Place in the stream, in bytes, right behind the last line that was handed out. */
  get position(): number {
    return this.#origin + this.#start;
  }

  /** Count of bytes that are held back because no terminator has come yet (once {@link next} answers null). */
  get heldBytes(): number {
    return this.#view.length - this.#start;
  }

  /** Forgets everything and goes on at this place of another stream. */
  reset(position: number): void {
    this.#view = this.#buffer.subarray(0, 0);
    this.#start = 0;
    this.#lineFeed = NONE;
    this.#carriageReturn = NONE;
    this.#ended = false;
    this.#origin = position;
  }

  /**
   * Where the next bytes have to go; {@link filled} then says how many came. To be called when {@link next} has nothing more.
   * @throws ConnectException if a single line is longer than a string can be.
   */
  room(): Buffer {
    if (this.#buffer.length - this.#view.length < LEAST_ROOM_BYTES) this.#makeRoom();
    return this.#buffer.subarray(this.#view.length, this.#view.length + CHUNK_BYTES);
  }

  /** So many bytes were written to the front of {@link room}. */
  filled(count: number): void {
    const from = this.#view.length;
    this.#view = this.#buffer.subarray(0, from + count);
    // Only new bytes are looked at: a line of many chunks must not be searched from its start each time.
    if (this.#lineFeed === NONE) this.#lineFeed = this.#view.indexOf(LF, from);
    if (this.#carriageReturn === NONE) this.#carriageReturn = this.#view.indexOf(CR, from);
    this.#ascii = (this.#ascii || this.#start === from) && isAscii(this.#view.subarray(from));
  }

  /** Takes bytes that somebody else has read. */
  push(bytes: Buffer): void {
    for (let taken = 0; taken < bytes.length; ) {
      const count = bytes.copy(this.room(), 0, taken);
      this.filled(count);
      taken += count;
    }
  }

  /** No more bytes will come: what is held back is the last line, although nothing ends it. */
  end(): void {
    this.#ended = true;
  }

  /** The next line without its terminator, or null when there is no complete one. */
  next(): string | null {
    const lineFeed = this.#lineFeed;
    const carriageReturn = this.#carriageReturn;
    if (carriageReturn === NONE || (lineFeed !== NONE && lineFeed < carriageReturn)) {
      return lineFeed === NONE ? this.#rest() : this.#take(lineFeed, lineFeed + 1);
    }
    const behind = carriageReturn + 1;
    // The byte behind a carriage return decides whether it is the whole terminator, so one at the very end waits for it.
    if (behind === this.#view.length && !this.#ended) return null;
    return this.#take(carriageReturn, behind === lineFeed ? behind + 1 : behind);
  }

  #rest(): string | null {
    return this.#ended && this.heldBytes > 0 ? this.#take(this.#view.length, this.#view.length) : null;
  }

  #take(until: number, behind: number): string {
    const line = this.#view.toString(this.#ascii ? 'latin1' : 'utf8', this.#start, until);
    this.#start = behind;
    if (this.#lineFeed !== NONE && this.#lineFeed < behind) this.#lineFeed = this.#view.indexOf(LF, behind);
    if (this.#carriageReturn !== NONE && this.#carriageReturn < behind) this.#carriageReturn = this.#view.indexOf(CR, behind);
    return line;
  }

  /** Moves what is held to the front of a buffer that has room: this one, a larger one, or the first size again after a huge line. */
  #makeRoom(): void {
    const held = this.heldBytes;
    if (held > constants.MAX_STRING_LENGTH) {
      throw new ConnectException(`${this.#source}: the line at position ${this.position} has over ${constants.MAX_STRING_LENGTH} bytes`, {
        suggestion: 'Check that this is a text file with line ends; alter the offset to a position behind this line to skip it.',
      });
    }
    let size = this.#buffer.length;
    if (held > size / 2) size *= 2;
    else if (held <= CHUNK_BYTES / 2) size = CHUNK_BYTES;
    const target = size === this.#buffer.length ? this.#buffer : Buffer.allocUnsafe(size);
    this.#view.copy(target, 0, this.#start);
    this.#origin += this.#start;
    if (this.#lineFeed !== NONE) this.#lineFeed -= this.#start;
    if (this.#carriageReturn !== NONE) this.#carriageReturn -= this.#start;
    this.#start = 0;
    this.#buffer = target;
    this.#view = target.subarray(0, held);
  }
}
