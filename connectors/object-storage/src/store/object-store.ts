/** What a store can do; found out by `check` where it can be found out. */
export interface StoreCapabilities {
  /** Whether `ifNoneMatch` of `putObject` keeps an object from being replaced. */
  readonly conditionalPut: boolean;
  /** Whether `ifNoneMatch` of `complete` does. */
  readonly conditionalComplete: boolean;
  /** Whether a CRC32 that is sent along is compared with what arrives. */
  readonly checksums: boolean;
  /** Parts of one upload at most: 10 000 for S3. */
  readonly maxParts: number;
  /** Bytes of a part that is not the last one, at least: 5 MiB for S3. */
  readonly minPartBytes: number;
}

/** What goes with an object from its beginning. */
export interface ObjectOptions {
  /** User metadata; names in lower case. */
  readonly metadata: Readonly<Record<string, string>>;
  readonly contentType: string;
  /** Such as `gzip`. Absent for none. */
  readonly contentEncoding?: string;
}

/** What goes with a write that makes an object visible. */
export interface WriteCondition {
  /** Fail with a `StoreError` of the kind `exists` where the key is taken. */
  readonly ifNoneMatch: boolean;
  /** CRC32 of the whole object, unsigned. */
  readonly crc32: number;
}

/** An open multipart upload. */
export interface UploadHandle {
  readonly key: string;
  readonly uploadId: string;
}

/** An open multipart upload as the store lists it. */
export interface OpenUpload extends UploadHandle {
  /** Milliseconds since the epoch. */
  readonly initiatedAt: number;
}

/** A part that the store has. */
export interface PartReceipt {
  /** From 1. */
  readonly number: number;
  readonly etag: string;
  /** CRC32 of the part, unsigned. */
  readonly crc32: number;
}

/** What a store tells of an object without its content. */
export interface ObjectFacts {
  readonly size: number;
  /** CRC32 of the whole object; null where the store does not tell. */
  readonly crc32: number | null;
  readonly metadata: Readonly<Record<string, string>>;
  /** Tags of the object, where the store has them and they may be read. */
  readonly tags: Readonly<Record<string, string>>;
}

/**
 * A bucket. It is all that the sinks' core knows of a store; a sink writes one around its client. Bodies are Buffers, never streams, so
 * that every call can be repeated. Every method rejects with a `StoreError` and nothing else.
 */
export interface ObjectStore {
  /** Asks for the bucket, and what it can do. */
  check(): Promise<StoreCapabilities>;
  putObject(key: string, body: Buffer, options: ObjectOptions & WriteCondition): Promise<void>;
  createMultipart(key: string, options: ObjectOptions): Promise<UploadHandle>;
  /** @param part number from 1, and CRC32 of the body */
  uploadPart(handle: UploadHandle, part: { readonly number: number; readonly crc32: number }, body: Buffer): Promise<PartReceipt>;
  complete(handle: UploadHandle, parts: readonly PartReceipt[], condition: WriteCondition): Promise<void>;
  /** Gives back the room of an upload; one that is unknown is no error. */
  abort(handle: UploadHandle): Promise<void>;
  /** Null if there is no such object. */
  head(key: string): Promise<ObjectFacts | null>;
  tag(key: string, tags: Readonly<Record<string, string>>): Promise<void>;
  /** Open uploads of keys that begin so. */
  listUploads(prefix: string): Promise<readonly OpenUpload[]>;
  /** Ends connections. Idempotent. */
  close(): Promise<void>;
}
