import { open, stat, type FileHandle } from 'node:fs/promises';
import { ConnectException, type Logger } from '@millrace/api';
import { fileChange } from './file-change.ts';
import { fileError } from './file-error.ts';
import type { LineInput } from './line-input.ts';
import type { LineSplitter } from './line-splitter.ts';

/** Longest wait for a change of the file that the system does not tell of. */
const LONGEST_WAIT_MS = 1000;
/** How often to look for a file that does not exist yet. */
const MISSING_WAIT_MS = 250;

/**
 * A file that grows. It is followed by name: when another file takes the name, or the file becomes shorter than what was read of it,
 * reading starts again at the first byte and a warning says so. The open handle keeps the old inode from being used again, so a
 * replacement can always be told while the task runs.
 */
export class TailedFile implements LineInput {
  readonly #path: string;
  readonly #log: Logger;
  #handle: FileHandle | null = null;
  /** Next byte to read. */
  #position: number;
  /** What was open is read to its end; the next read starts with the first byte of whatever has the name. */
  #startsAnew = false;
  #toldMissing = false;

  /** @param position where to start, in bytes */
  constructor(path: string, position: number, log: Logger) {
    this.#path = path;
    this.#position = position;
    this.#log = log;
  }

  async read(lines: LineSplitter): Promise<boolean> {
    if (this.#startsAnew) await this.#startAnew(lines);
    const handle = this.#handle ?? (await this.#open(lines));
    if (handle === null) return false;
    const room = lines.room();
    const { bytesRead } = await this.#reading(handle.read(room, 0, room.length, this.#position));
    if (bytesRead > 0) lines.filled(bytesRead);
    this.#position += bytesRead;
    return bytesRead === room.length;
  }

  async wait(lines: LineSplitter, signal: AbortSignal): Promise<void> {
    const change = fileChange(this.#path, this.#handle === null ? MISSING_WAIT_MS : LONGEST_WAIT_MS, signal);
    try {
      if (this.#handle !== null && (await this.#changed(this.#handle, lines))) return;
      await change.happened;
    } finally {
      change.cancel();
    }
  }

  async close(): Promise<void> {
    const handle = this.#handle;
    this.#handle = null;
    await handle?.close();
  }

  /** Whether there is something to read at once: more bytes, a shorter file or another one. */
  async #changed(handle: FileHandle, lines: LineSplitter): Promise<boolean> {
    // The name comes first: whatever was appended before the file lost its name then shows in the size of the open one.
    const named = await this.#named();
    const opened = await this.#reading(handle.stat({ bigint: true }));
    if (opened.size > this.#position) return true;
    if (named !== null && (named.ino !== opened.ino || named.dev !== opened.dev)) {
      // While the new file is empty its writer may still be writing to the old one.
      return named.size > 0n && this.#leave(lines, 'was replaced by another file');
    }
    if (opened.size === BigInt(this.#position)) return false;
    return this.#leave(lines, `has ${opened.size} bytes, fewer than the ${this.#position} that were read of it`);
  }

  /** What has the name now; null when nothing has. */
  async #named(): Promise<{ ino: bigint; dev: bigint; size: bigint } | null> {
    try {
      return await stat(this.#path, { bigint: true });
    } catch (error) {
      if (isMissing(error)) return null;
      throw fileError(`Couldn't look at file '${this.#path}'`, error);
    }
  }

  /** Invariant 4: an unfinished last line can never be finished now, so it goes out as it is instead of being dropped. */
  #leave(lines: LineSplitter, why: string): true {
    const fragment = lines.heldBytes > 0 ? `; the ${lines.heldBytes} bytes of its unfinished last line become a record` : '';
    this.#log.warn(`File '${this.#path}' ${why}. Reading starts again at the first byte${fragment}.`, { file: this.#path });
    lines.end();
    this.#startsAnew = true;
    return true;
  }

  async #startAnew(lines: LineSplitter): Promise<void> {
    this.#startsAnew = false;
    await this.close();
    this.#position = 0;
    lines.reset(0);
  }

  async #open(lines: LineSplitter): Promise<FileHandle | null> {
    let handle: FileHandle;
    try {
      handle = await open(this.#path, 'r');
    } catch (error) {
      if (!isMissing(error)) throw fileError(`Couldn't open file '${this.#path}' for FileStreamSourceTask`, error);
      this.#tellMissing();
      return null;
    }
    this.#handle = handle;
    this.#toldMissing = false;
    await this.#settlePosition(handle);
    lines.reset(this.#position);
    return handle;
  }

  /** Finds out whether the position, which may be that of an earlier run, can belong to this file. */
  async #settlePosition(handle: FileHandle): Promise<void> {
    const { size } = await this.#reading(regularFile(handle, this.#path));
    if (size < this.#position) {
      const why = `has ${size} bytes, fewer than the stored position ${this.#position}: it was truncated or replaced`;
      this.#log.warn(`File '${this.#path}' ${why}. Reading starts again at the first byte.`, { file: this.#path });
      this.#position = 0;
    } else if (this.#position > 0) {
      const before = Buffer.alloc(1);
      await this.#reading(handle.read(before, 0, 1, this.#position - 1));
      if (before[0] === 0x0a || before[0] === 0x0d) return;
      const why = `Position ${this.#position} of file '${this.#path}' is in the middle of a line, whose rest becomes the first record`;
      this.#log.warn(`${why}. Unless the offset was altered by hand, the file may have been replaced: then reset the offset.`);
    }
  }

  #tellMissing(): void {
    if (!this.#toldMissing) this.#log.warn(`File '${this.#path}' does not exist; waiting for it to be created.`, { file: this.#path });
    this.#toldMissing = true;
  }

  async #reading<T>(operation: Promise<T>): Promise<T> {
    try {
      return await operation;
    } catch (error) {
      if (error instanceof ConnectException) throw error;
      throw fileError(`Couldn't read file '${this.#path}' at position ${this.#position}`, error);
    }
  }
}

async function regularFile(handle: FileHandle, path: string): Promise<{ size: number }> {
  const status = await handle.stat();
  if (status.isFile()) return status;
  throw new ConnectException(`'${path}' is ${status.isDirectory() ? 'a folder' : 'a pipe or a device'}, not a regular file`, {
    configKey: 'file',
    suggestion: 'Set `file` to a regular file; to read a pipe, leave `file` unset and pipe it into the standard input of the worker.',
  });
}

function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT';
}
