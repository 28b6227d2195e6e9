import { promisify } from 'node:util';
import * as zlib from 'node:zlib';
import { ConfigException } from '@millrace/api';
import type { Codec } from './codec.ts';
import { snappyStream } from './snappy-stream.ts';

/** Names of compressions of JSON lines and raw bytes. */
export type CompressionName = 'none' | 'gzip' | 'snappy' | 'zstd';

const gzip = promisify(zlib.gzip);
/** Absent before Node 22.15. */
const zstd = (zlib as { zstdCompress?: (piece: Buffer, options: object, done: (error: Error | null, result: Buffer) => void) => void })
  .zstdCompress;

/**
 * The codec of a name; null for `none`. Pieces become members of one gzip file,
 * frames of one zstd file or blocks of one snappy stream, which every reader joins. There
 * is no time and no name in their headers, so that the same records make the same bytes.
 *
 * @param level of gzip, -1 to 9. Default -1, zlib's own choice
 * @throws ConfigException where this Node cannot do it.
 */
export function compressionCodec(name: CompressionName, level = -1): Codec | null {
  switch (name) {
    case 'none':
      return null;
    case 'gzip':
      return { extension: '.gz', contentEncoding: 'gzip', compress: (piece) => gzip(piece, { level }) };
    case 'snappy':
      return { extension: '.snappy', compress: snappyStream };
    case 'zstd':
      return { extension: '.zst', contentEncoding: 'zstd', compress: zstdCompress() };
  }
}

function zstdCompress(): (piece: Buffer) => Promise<Buffer> {
  if (zstd === undefined) {
    throw new ConfigException(`zstd needs Node 22.15 or later, and this is ${process.version}: choose gzip, or a later Node`);
  }
  const compress = zstd;
  return (piece) =>
    new Promise((resolve, reject) => {
      compress(piece, {}, (error, result) => (error === null ? resolve(result) : reject(error)));
    });
}
