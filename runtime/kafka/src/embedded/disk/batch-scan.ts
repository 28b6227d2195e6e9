import { readSync } from 'node:fs';
import type { BatchHeader } from './batch-format.ts';
import { batchBytes, checkBatch } from './batch-decoder.ts';

/** What a scan of a whole file reads at once, in bytes. */
const scanChunkBytes = 1024 * 1024;

/** A batch of a file that is intact. */
export interface ScannedBatch {
  readonly header: BatchHeader;
  /** Where it begins in the file. */
  readonly position: number;
  readonly buffer: Buffer;
  /** Where it begins in the buffer. */
  readonly at: number;
}

/** Batches from a position up to the end of the file or to the first that is cut off or damaged, whichever comes first. */
export function* scanBatches(
  descriptor: number,
  from: number,
  fileBytes: number,
  chunkBytes: number = scanChunkBytes,
): Generator<ScannedBatch> {
  let position = from;
  while (position < fileBytes) {
    const buffer = readFully(descriptor, position, Math.min(chunkBytes, fileBytes - position));
    let at = 0;
    for (let header = checkBatch(buffer, 0); header !== null; header = checkBatch(buffer, at)) {
      yield { header, position: position + at, buffer, at };
      at += header.bytes;
    }
    position += at;
    if (at > 0) continue;
    const large = largeBatch(descriptor, buffer, position, fileBytes);
    if (large === null) return;
    yield large;
    position += large.header.bytes;
  }
}

/** A batch that is larger than a chunk, if that is why it was not found intact. */
function largeBatch(descriptor: number, chunk: Buffer, position: number, fileBytes: number): ScannedBatch | null {
  const bytes = batchBytes(chunk, 0) ?? 0;
  if (bytes <= chunk.length || bytes > fileBytes - position) return null;
  const buffer = readFully(descriptor, position, bytes);
  const header = checkBatch(buffer, 0);
  return header === null ? null : { header, position, buffer, at: 0 };
}

/** Bytes of a file; fewer only if it ends before. */
export function readFully(descriptor: number, position: number, bytes: number): Buffer {
  const buffer = Buffer.allocUnsafeSlow(bytes);
  let done = 0;
  while (done < bytes) {
    const count = readSync(descriptor, buffer, done, bytes - done, position + done);
    if (count === 0) break;
    done += count;
  }
  return done === bytes ? buffer : buffer.subarray(0, done);
}
