import { createHash } from 'node:crypto';
import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ConnectException, type SourceMap } from '@millrace/api';
import { MemoryOffsetStore } from './memory-offset-store.ts';
import type { OffsetEntry } from './offset-store.ts';

const magic = 'millrace-offsets 1';
/** First bytes of a serialised Java object, which is what the JVM worker's file is. */
const javaMagic = 0xaced;

/**
 * Offsets in one file (`offset.storage.file.filename`). Each write replaces the file as a whole: a new one is written and synced beside it and
 * then takes its name, so that the file is always either the old or the new one, whenever the power goes.
 */
export class FileOffsetStore extends MemoryOffsetStore {
  readonly #path: string;
  #saving: Promise<void> | null = null;
  /** The save that has not begun yet; it takes all entries that arrive until it does. */
  #next: Promise<void> | null = null;

  constructor(path: string) {
    super();
    this.#path = path;
  }

  override async start(): Promise<void> {
    let bytes: Buffer;
    try {
      bytes = await readFile(this.#path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
      throw new ConnectException(`Cannot read offset.storage.file.filename=${this.#path}: ${(error as Error).message}`, { cause: error });
    }
    if (bytes.length === 0) return;
    for (const [connector, partition, offset] of this.#parse(bytes)) this.apply(connector, [[partition, offset]]);
  }

  override async stop(): Promise<void> {
    await this.#next;
    await this.#saving;
  }

  override async write(connector: string, entries: readonly OffsetEntry[]): Promise<void> {
    this.apply(connector, entries);
    // Writers that come while a save runs share the one after it.
    this.#next ??= this.#saveAfter(this.#saving);
    await this.#next;
  }

  async #saveAfter(previous: Promise<void> | null): Promise<void> {
    await previous?.catch(() => undefined);
    this.#saving = this.#save();
    this.#next = null;
    await this.#saving;
  }

  async #save(): Promise<void> {
    const lines = Array.from(this.entries(), (entry) => JSON.stringify(entry));
    const body = lines.join('\n');
    const temporary = `${this.#path}.new`;
    await mkdir(dirname(this.#path), { recursive: true });
    const file = await open(temporary, 'w');
    try {
      await file.writeFile(`${magic} ${checksum(body)}\n${body}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, this.#path);
    await syncFolder(dirname(this.#path));
  }

  #parse(bytes: Buffer): [string, SourceMap, SourceMap][] {
    if (bytes.length >= 2 && bytes.readUInt16BE(0) === javaMagic) {
      throw new ConnectException(
        `offset.storage.file.filename=${this.#path} was written by the JVM worker, whose file format only Java can read`,
        { suggestion: 'Name another file, and set the start offsets with PATCH /connectors/{name}/offsets' },
      );
    }
    const text = bytes.toString('utf8');
    const headerEnd = text.indexOf('\n');
    const body = text.slice(headerEnd + 1, -1);
    if (text.slice(0, headerEnd) !== `${magic} ${checksum(body)}`) {
      throw new ConnectException(
        `offset.storage.file.filename=${this.#path} is damaged or not a file of offsets: its checksum does not match`,
        {
          suggestion: 'Restore it from a copy, or move it away to start without offsets',
        },
      );
    }
    return body === '' ? [] : body.split('\n').map((line) => JSON.parse(line) as [string, SourceMap, SourceMap]);
  }
}

function checksum(body: string): string {
  return createHash('sha256').update(body).digest('hex');
}

/** Makes a rename durable. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
