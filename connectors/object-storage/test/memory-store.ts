import { crc32 } from 'node:zlib';
import {
  type ObjectFacts,
  type ObjectOptions,
  type ObjectStore,
  type OpenUpload,
  type PartReceipt,
  type StoreCapabilities,
  StoreError,
  type StoreErrorKind,
  type UploadHandle,
  type WriteCondition,
} from '../src/index.ts';

interface Stored {
  readonly body: Buffer;
  readonly options: ObjectOptions;
  tags: Readonly<Record<string, string>>;
}

interface Open {
  readonly upload: OpenUpload;
  readonly options: ObjectOptions;
  readonly parts: Map<number, Buffer>;
}

/** The name of a store's method that writes. */
export type StoreCall = 'putObject' | 'createMultipart' | 'uploadPart' | 'complete' | 'head' | 'tag' | 'abort' | 'listUploads';

/** A bucket in memory that checks what a strict server checks, and fails on demand. */
export class MemoryStore implements ObjectStore {
  readonly objects = new Map<string, Stored>();
  readonly uploads = new Map<string, Open>();
  readonly calls: string[] = [];
  capabilities: StoreCapabilities = { conditionalPut: true, conditionalComplete: true, checksums: true, maxParts: 10_000, minPartBytes: 5 };
  now = 0;
  /** Calls under way that carry bytes, and the most there were. */
  underWay = 0;
  mostUnderWay = 0;
  readonly #faults: { call: StoreCall; kind: StoreErrorKind; isAfter: boolean }[] = [];
  #uploadCount = 0;
  #gate: Promise<void> | null = null;

  /** The next calls of this name fail, in order; `after` once the store has done its work, as when an answer is lost. */
  fail(call: StoreCall, kind: StoreErrorKind, options: { times?: number; after?: boolean } = {}): void {
    for (let time = 0; time < (options.times ?? 1); time += 1) this.#faults.push({ call, kind, isAfter: options.after ?? false });
  }

  heal(): void {
    this.#faults.length = 0;
  }

  /** Calls that carry bytes wait until the result is called. */
  hold(): () => void {
    let open = (): void => undefined;
    this.#gate = new Promise((resolve) => {
      open = resolve;
    });
    return () => {
      this.#gate = null;
      open();
    };
  }

  /** Content by key, as text. */
  texts(): Record<string, string> {
    const keys = [...this.objects.keys()].sort();
    return Object.fromEntries(keys.map((key): [string, string] => [key, this.objects.get(key)?.body.toString() ?? '']));
  }

  check(): Promise<StoreCapabilities> {
    return Promise.resolve(this.capabilities);
  }

  putObject(key: string, body: Buffer, options: ObjectOptions & WriteCondition): Promise<void> {
    return this.#call('putObject', key, () => {
      expectCrc(body, options.crc32);
      this.#makeVisible(key, Buffer.from(body), options, options);
    });
  }

  createMultipart(key: string, options: ObjectOptions): Promise<UploadHandle> {
    return this.#call('createMultipart', key, () => {
      this.#uploadCount += 1;
      const upload = { key, uploadId: `upload-${this.#uploadCount}`, initiatedAt: this.now };
      this.uploads.set(upload.uploadId, { upload, options, parts: new Map() });
      return upload;
    });
  }

  uploadPart(handle: UploadHandle, part: { number: number; crc32: number }, body: Buffer): Promise<PartReceipt> {
    return this.#call('uploadPart', handle.key, () => {
      expectCrc(body, part.crc32);
      this.#open(handle).parts.set(part.number, Buffer.from(body));
      return { ...part, etag: `etag-${part.number}` };
    });
  }

  complete(handle: UploadHandle, parts: readonly PartReceipt[], condition: WriteCondition): Promise<void> {
    return this.#call('complete', handle.key, () => {
      const open = this.#open(handle);
      const bodies = parts.map(({ number }) => open.parts.get(number) ?? refuse('fatal', 'InvalidPart'));
      if (bodies.slice(0, -1).some(({ length }) => length < this.capabilities.minPartBytes)) refuse('fatal', 'EntityTooSmall');
      const body = Buffer.concat(bodies);
      expectCrc(body, condition.crc32);
      this.#makeVisible(handle.key, body, open.options, condition);
      this.uploads.delete(handle.uploadId);
    });
  }

  abort(handle: UploadHandle): Promise<void> {
    return this.#call('abort', handle.key, () => {
      this.uploads.delete(handle.uploadId);
    });
  }

  head(key: string): Promise<ObjectFacts | null> {
    return this.#call('head', key, () => {
      const stored = this.objects.get(key);
      if (stored === undefined) return null;
      const { body, options, tags } = stored;
      return { size: body.length, crc32: this.capabilities.checksums ? crc32(body) : null, metadata: options.metadata, tags };
    });
  }

  tag(key: string, tags: Readonly<Record<string, string>>): Promise<void> {
    return this.#call('tag', key, () => {
      const stored = this.objects.get(key) ?? refuse('fatal', 'NoSuchKey');
      stored.tags = tags;
    });
  }

  listUploads(prefix: string): Promise<readonly OpenUpload[]> {
    return this.#call('listUploads', prefix, () =>
      [...this.uploads.values()].map(({ upload }) => upload).filter(({ key }) => key.startsWith(prefix)),
    );
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  async #call<T>(call: StoreCall, key: string, work: () => T): Promise<T> {
    this.calls.push(`${call} ${key}`);
    this.underWay += 1;
    this.mostUnderWay = Math.max(this.mostUnderWay, this.underWay);
    try {
      await (this.#gate ?? Promise.resolve());
      const at = this.#faults.findIndex((fault) => fault.call === call);
      const fault = at < 0 ? undefined : this.#faults.splice(at, 1)[0];
      if (fault !== undefined && !fault.isAfter) refuse(fault.kind, `${call} on demand`);
      const result = work();
      if (fault !== undefined) refuse(fault.kind, `answer to ${call} lost on demand`);
      return result;
    } finally {
      this.underWay -= 1;
    }
  }

  #open({ uploadId }: UploadHandle): Open {
    return this.uploads.get(uploadId) ?? refuse('gone', 'NoSuchUpload');
  }

  #makeVisible(key: string, body: Buffer, options: ObjectOptions, { ifNoneMatch }: WriteCondition): void {
    if (ifNoneMatch && this.objects.has(key)) refuse('exists', 'PreconditionFailed');
    this.objects.set(key, { body, options, tags: {} });
  }
}

function expectCrc(body: Buffer, expected: number): void {
  if (crc32(body) !== expected) refuse('fatal', 'BadDigest');
}

function refuse(kind: StoreErrorKind, message: string): never {
  throw new StoreError(kind, message);
}
