import { randomUUID } from 'node:crypto';
import { type FileHandle, open, unlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Bytes of one open file that had to leave memory. It has no name once it is open, so nothing is left behind even by `kill -9`. */
export class SpillFile {
  readonly #handle: FileHandle;
  #length = 0;

  private constructor(handle: FileHandle) {
    this.#handle = handle;
  }

  /** @param folder where it lies. Default: the system's folder for temporary files */
  static async create(folder: string = tmpdir()): Promise<SpillFile> {
    const path = join(folder, `millrace-spill-${randomUUID()}`);
    const handle = await open(path, 'wx+', 0o600);
    await unlink(path);
    return new SpillFile(handle);
  }

  get length(): number {
    return this.#length;
  }

  /** Appends. One call at a time. */
  async write(bytes: Buffer): Promise<void> {
    let done = 0;
    while (done < bytes.length) {
      const { bytesWritten } = await this.#handle.write(bytes, done, bytes.length - done, this.#length);
      done += bytesWritten;
      this.#length += bytesWritten;
    }
  }

  /** Reads all into the beginning of a buffer that is long enough. */
  async readInto(target: Buffer): Promise<void> {
    let done = 0;
    while (done < this.#length) {
      const { bytesRead } = await this.#handle.read(target, done, this.#length - done, done);
      if (bytesRead === 0) throw new Error(`A spill file ends after ${done} of ${this.#length} bytes`);
      done += bytesRead;
    }
  }

  close(): Promise<void> {
    return this.#handle.close();
  }
}
