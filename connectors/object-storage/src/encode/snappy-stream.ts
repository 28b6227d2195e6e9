import { compress } from 'snappy';

const blockBytes = 32 * 1024;
/** Magic, version 1, compatible with version 1. */
const header = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0, 0, 0, 0, 1, 0, 0, 0, 1]);

/** The next piece of a stream as snappy-java's `SnappyOutputStream` writes it: blocks of 32 KiB, each with its length before it. */
export async function snappyStream(piece: Buffer, isFirst: boolean): Promise<Buffer> {
  const out: Buffer[] = isFirst ? [header] : [];
  for (let start = 0; start < piece.length; start += blockBytes) {
    const block = await compress(piece.subarray(start, start + blockBytes));
    const length = Buffer.alloc(4);
    length.writeUInt32BE(block.length);
    out.push(length, block);
  }
  return Buffer.concat(out);
}
