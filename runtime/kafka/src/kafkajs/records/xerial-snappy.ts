import { CorruptRecordException } from '../../errors.ts';

/**
 * The framing that Java's snappy stream (xerial) puts around snappy blocks, and that Kafka's clients therefore write: a header of 16 bytes,
 * then blocks with their compressed length before them.
 */
const magic = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00]);
const headerBytes = 16;
const blockBytes = 32 * 1024;

type Transform = (bytes: Buffer) => Buffer;

/** Snappy in blocks of 32 KiB, as Java writes it. */
export function compressXerial(bytes: Buffer, compress: Transform): Buffer {
  const header = Buffer.alloc(headerBytes);
  magic.copy(header);
  header.writeInt32BE(1, 8);
  header.writeInt32BE(1, 12);
  const pieces: Buffer[] = [header];
  for (let at = 0; at < bytes.length; at += blockBytes) {
    const block = compress(bytes.subarray(at, at + blockBytes));
    const length = Buffer.allocUnsafe(4);
    length.writeInt32BE(block.length);
    pieces.push(length, block);
  }
  return Buffer.concat(pieces);
}

/** Reads framed blocks, and a bare block without framing as some clients write it. @throws CorruptRecordException if a block is cut */
export function decompressXerial(bytes: Buffer, decompress: Transform): Buffer {
  if (bytes.length < headerBytes || !bytes.subarray(0, magic.length).equals(magic)) return decompress(bytes);
  const pieces: Buffer[] = [];
  for (let at = headerBytes; at < bytes.length; ) {
    const length = at + 4 <= bytes.length ? bytes.readInt32BE(at) : -1;
    if (length < 0 || at + 4 + length > bytes.length) throw new CorruptRecordException('A snappy block ends early');
    pieces.push(decompress(bytes.subarray(at + 4, at + 4 + length)));
    at += 4 + length;
  }
  return pieces.length === 1 ? (pieces[0] as Buffer) : Buffer.concat(pieces);
}
