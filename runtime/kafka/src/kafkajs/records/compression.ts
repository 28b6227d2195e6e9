import { createRequire } from 'node:module';
import zlib from 'node:zlib';
import { ConfigException } from '@millrace/api';
import { CorruptRecordException, UnsupportedCompressionTypeException } from '../../errors.ts';
import { compressXerial, decompressXerial } from './xerial-snappy.ts';

/** Values of `compression.type`, in the order of the codes that record batches carry. */
export const compressionTypes = ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const;
export type CompressionType = (typeof compressionTypes)[number];

/** Turns the records of a batch into fewer bytes and back. */
export interface Codec {
  readonly compress: Compress;
  readonly decompress: Compress;
}

type Compress = (this: void, bytes: Buffer) => Buffer;

interface ZstdOfNode {
  readonly zstdCompressSync?: Compress;
  readonly zstdDecompressSync?: Compress;
}

const require = createRequire(import.meta.url);
const loaded = new Map<CompressionType, Codec>();

/** Each codec's library is loaded when the first batch needs it. */
const loaders: Readonly<Record<Exclude<CompressionType, 'none'>, () => Codec>> = {
  gzip: () => ({ compress: (bytes) => zlib.gzipSync(bytes), decompress: (bytes) => zlib.gunzipSync(bytes) }),
  snappy: () => {
    const snappy = require('snappy') as { readonly compressSync: Compress; readonly uncompressSync: Compress };
    return {
      compress: (bytes) => compressXerial(bytes, snappy.compressSync),
      decompress: (bytes) => decompressXerial(bytes, snappy.uncompressSync),
    };
  },
  lz4: () => {
    const lz4 = require('lz4-napi') as { readonly compressFrameSync: Compress; readonly decompressFrameSync: Compress };
    return { compress: lz4.compressFrameSync, decompress: lz4.decompressFrameSync };
  },
  zstd: () => {
    const { zstdCompressSync, zstdDecompressSync } = zlib as ZstdOfNode;
    if (zstdCompressSync !== undefined && zstdDecompressSync !== undefined) {
      return { compress: zstdCompressSync, decompress: zstdDecompressSync };
    }
    const fzstd = require('fzstd') as { decompress(bytes: Uint8Array): Uint8Array };
    return {
      compress: () => {
        throw zstdNeedsNode();
      },
      decompress: (bytes) => Buffer.from(fzstd.decompress(bytes)),
    };
  },
};

/** The codec for batches of this compression, null for none. */
export function codecFor(type: CompressionType): Codec | null {
  if (type === 'none') return null;
  let codec = loaded.get(type);
  if (codec === undefined) {
    codec = loaders[type]();
    loaded.set(type, codec);
  }
  return codec;
}

/** The codec of a batch that was read. @throws UnsupportedCompressionTypeException for a code that Kafka does not know yet */
export function codecOfCode(code: number): Codec | null {
  const type = compressionTypes[code];
  if (type === undefined) throw new UnsupportedCompressionTypeException(`A record batch has the unknown compression code ${code}`);
  return codecFor(type);
}

/** Decompresses the records of a batch. @throws CorruptRecordException if they are damaged */
export function decompressRecords(codec: Codec, bytes: Buffer, batch: string): Buffer {
  try {
    return codec.decompress(bytes);
  } catch (error) {
    throw new CorruptRecordException(`${batch} cannot be decompressed: ${(error as Error).message}`, { cause: error });
  }
}

/** @throws ConfigException if this Node cannot write batches of this compression */
export function checkCompression(type: CompressionType): void {
  if (type === 'zstd' && (zlib as ZstdOfNode).zstdCompressSync === undefined) throw zstdNeedsNode();
}

function zstdNeedsNode(): ConfigException {
  return ConfigException.invalidValue('compression.type', 'zstd', `Node ${process.versions.node} reads zstd and cannot write it`, {
    suggestion: 'Use Node 22.15 or later, or one of gzip, snappy, lz4, none',
  });
}
