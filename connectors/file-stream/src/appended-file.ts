import { open, type FileHandle } from 'node:fs/promises';
import { fileError } from './file-error.ts';
import type { LineOutput } from './line-output.ts';

const LF = 0x0a;

/** A file that grows at its end, also when several tasks write to it: each write is one append of whole lines. */
export class AppendedFile implements LineOutput {
  readonly #path: string;
  readonly #handle: FileHandle;
  readonly #isRegular: boolean;
  #unsynced = false;

  private constructor(path: string, handle: FileHandle, isRegular: boolean) {
    this.#path = path;
    this.#handle = handle;
    this.#isRegular = isRegular;
  }

  /**
   * Opens a file, creating it if needed. A last line that a crash (or a full disk) left unfinished is ended first, so that it does not
   * run into the next record. @throws ConnectException in the words of Kafka's task if the file cannot be opened.
   */
  static async open(path: string): Promise<AppendedFile> {
    try {
      const handle = await open(path, 'a');
      const { isRegular, endsInLine } = await inspect(path, handle);
      const file = new AppendedFile(path, handle, isRegular);
      if (endsInLine) await file.write('\n');
      return file;
    } catch (error) {
      throw fileError(`Couldn't find or create file '${path}' for FileStreamSinkTask`, error);
    }
  }

  async write(text: string): Promise<void> {
    const bytes = Buffer.from(text);
    this.#unsynced = true;
    try {
      // The system may take a part only; the loop then goes on behind it.
      for (let written = 0; written < bytes.length; ) {
        written += (await this.#handle.write(bytes, written)).bytesWritten;
      }
    } catch (error) {
      throw fileError(`Couldn't write to file '${this.#path}'`, error);
    }
  }

  async sync(): Promise<void> {
    if (!this.#unsynced || !this.#isRegular) return;
    try {
      await this.#handle.datasync();
    } catch (error) {
      throw fileError(`Couldn't flush file '${this.#path}' to disk`, error);
    }
    this.#unsynced = false;
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }
}

/** Whether the file is a regular one, and whether its last line has no end. Closes the handle when it fails. */
async function inspect(path: string, handle: FileHandle): Promise<{ isRegular: boolean; endsInLine: boolean }> {
  try {
    const status = await handle.stat();
    const endsInLine = status.isFile() && status.size > 0 && (await lastByte(path, status.size)) !== LF;
    return { isRegular: status.isFile(), endsInLine };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** The last byte; a line feed, which asks for nothing, when the file may be written but not read. */
async function lastByte(path: string, size: number): Promise<number> {
  let handle: FileHandle;
  try {
    handle = await open(path, 'r');
  } catch {
    return LF;
  }
  try {
    const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, size - 1);
    return buffer[0] ?? LF;
  } finally {
    await handle.close();
  }
}
