import { createHash } from 'node:crypto';
import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ConnectException } from '@millrace/api';

/** First bytes of a serialised Java object, which is what the JVM worker's file is. */
const javaMagic = 0xaced;

export interface DurableFileOptions {
  readonly path: string;
  /** What is in it, as its first line says. */
  readonly kind: 'offsets' | 'connectors';
  /** How messages name the file. */
  readonly label: string;
  /** What to do without the file. */
  readonly withoutIt: string;
  /** Everything that is to be in the file, one JSON document a line. */
  readonly lines: () => Iterable<unknown>;
  /** Awaited between taking the lines and writing them. */
  readonly beforeWrite?: () => Promise<void>;
}

/**
 * JSON documents in a file that is replaced as a whole: a new one is written and synced beside it and then takes its name, and the folder is
 * synced. So the file is always the old or the new one, whenever the process dies or the power goes, and its checksum tells if the disk does not
 * keep that promise. Others may not read it: configurations have passwords.
 */
export class DurableFile {
  readonly #options: DurableFileOptions;
  #saving: Promise<void> | null = null;
  /** The save that has not begun yet; it takes all lines that there are when it does. */
  #next: Promise<void> | null = null;

  constructor(options: DurableFileOptions) {
    this.#options = options;
  }

  /** The documents; none if there is no file. @throws ConnectException if the file cannot be read or is not what was written */
  async read(): Promise<unknown[]> {
    const { path, label } = this.#options;
    try {
      return this.#parse(await readFile(path));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
      if (error instanceof ConnectException) throw error;
      throw new ConnectException(`Cannot read ${label}: ${(error as Error).message}`, { cause: error });
    }
  }

  /** Resolves when everything of now is safe. Callers that come while a save runs share the one after it. @throws what the file system says */
  async save(): Promise<void> {
    this.#next ??= this.#saveAfter(this.#saving);
    await this.#next;
  }

  /** Resolves when no save is under way; those who asked for it know how it went. */
  async settled(): Promise<void> {
    await Promise.allSettled([this.#next, this.#saving]);
  }

  async #saveAfter(previous: Promise<void> | null): Promise<void> {
    // Without one this waits a turn all the same, so that `next` is set.
    await previous?.catch(() => undefined);
    // Begins a turn later: whoever comes from here on, also from within the save, is not in it.
    const saving = Promise.resolve().then(() => this.#write());
    this.#saving = saving;
    this.#next = null;
    try {
      await saving;
    } finally {
      if (this.#saving === saving) this.#saving = null;
    }
  }

  async #write(): Promise<void> {
    const { path, lines, beforeWrite } = this.#options;
    const body = Array.from(lines(), (line) => JSON.stringify(line)).join('\n');
    // Invariant 3: what comes into the lines from now on is not in this file.
    await beforeWrite?.();
    const temporary = `${path}.new`;
    await mkdir(dirname(path), { recursive: true });
    const file = await open(temporary, 'w', 0o600);
    try {
      await file.writeFile(`${this.#header(body)}\n${body}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
    await syncFolder(dirname(path));
  }

  #parse(bytes: Buffer): unknown[] {
    const { label, kind, withoutIt } = this.#options;
    if (bytes.length >= 2 && bytes.readUInt16BE(0) === javaMagic) {
      throw new ConnectException(`${label} was written by the JVM worker, whose file format only Java can read`, {
        suggestion: 'Name another file, and set the start offsets with PATCH /connectors/{name}/offsets',
      });
    }
    const text = bytes.toString('utf8');
    const headerEnd = text.indexOf('\n');
    const body = text.slice(headerEnd + 1, -1);
    if (text.slice(0, headerEnd) !== this.#header(body)) {
      const fault = bytes.length === 0 ? 'is empty, which no file of ours is' : 'its checksum does not match';
      throw new ConnectException(`${label} is damaged or not a file of ${kind}: ${fault}`, {
        suggestion: `Restore it from a copy, or move it away to ${withoutIt}`,
      });
    }
    return body === '' ? [] : body.split('\n').map((line) => JSON.parse(line) as unknown);
  }

  #header(body: string): string {
    return `millrace-${this.#options.kind} 1 ${createHash('sha256').update(body).digest('hex')}`;
  }
}

/** Makes a rename durable. Windows cannot, and does not need to: it journals them. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
