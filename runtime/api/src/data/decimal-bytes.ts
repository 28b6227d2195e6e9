import { NumberFormatException } from '../errors/exceptions.ts';

/** Bytes that a plain integer read can take. */
const maxPlainBytes = 6;

/** The shortest big-endian two's complement of an integer, as `java.math.BigInteger.toByteArray`. */
export function twosComplement(value: bigint): Buffer {
  const plain = Number(value);
  if (plain >= -0x8000_0000 && plain <= 0x7fff_ffff) return int32Bytes(plain);
  const length = byteLength(value);
  if (length <= 8) {
    const bytes = Buffer.allocUnsafe(8);
    bytes.writeBigInt64BE(value);
    return bytes.subarray(8 - length);
  }
  const unsigned = BigInt.asUintN(length * 8, value);
  return Buffer.from(unsigned.toString(16).padStart(length * 2, '0'), 'hex');
}

/** The integer of a big-endian two's complement of any length. @throws NumberFormatException for no bytes at all. */
export function fromTwosComplement(bytes: Uint8Array): bigint {
  const buffer = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = buffer.length;
  if (length === 0) throw new NumberFormatException('An integer needs at least one byte');
  if (length <= maxPlainBytes) return BigInt(buffer.readIntBE(0, length));
  if (length === 8) return buffer.readBigInt64BE(0);
  return BigInt.asIntN(length * 8, BigInt(`0x${buffer.toString('hex')}`));
}

function int32Bytes(value: number): Buffer {
  const length =
    value >= -0x80 && value <= 0x7f ? 1 : value >= -0x8000 && value <= 0x7fff ? 2 : value >= -0x80_0000 && value <= 0x7f_ffff ? 3 : 4;
  const bytes = Buffer.allocUnsafe(length);
  bytes.writeIntBE(value, 0, length);
  return bytes;
}

/** Bytes that hold a value and its sign. */
function byteLength(value: bigint): number {
  const magnitude = value < 0n ? -value - 1n : value;
  const hexDigits = magnitude.toString(16);
  const needsSignByte = hexDigits.length % 2 === 0 && hexDigits >= '8';
  return Math.ceil(hexDigits.length / 2) + (needsSignByte ? 1 : 0);
}
