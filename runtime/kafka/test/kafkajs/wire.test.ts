import { describe, expect, it } from 'vitest';
import { ConfigException, KafkaException } from '@millrace/api';
import { brokerError, isRetriable } from '../../src/kafkajs/wire/broker-errors.ts';
import { errorKind } from '../../src/kafkajs/wire/error-codes.ts';
import { exponentialBackoff } from '../../src/kafkajs/wire/wire-config.ts';
import { wireConfig } from '../../src/kafkajs/wire/wire-properties.ts';
import { WireReader } from '../../src/kafkajs/wire/wire-reader.ts';
import { WireWriter } from '../../src/kafkajs/wire/wire-writer.ts';

const large = Buffer.alloc(5000, 9);

/** One of each type, and the bytes by Kafka's protocol guide. */
const primitives: readonly [
  name: string,
  write: (writer: WireWriter) => void,
  hex: string,
  read: (reader: WireReader) => unknown,
  value: unknown,
][] = [
  ['true', (w) => w.boolean(true), '01', (r) => r.boolean(), true],
  ['int8', (w) => w.int8(-2), 'fe', (r) => r.int8(), -2],
  ['int16', (w) => w.int16(-2), 'fffe', (r) => r.int16(), -2],
  ['int32', (w) => w.int32(258), '00000102', (r) => r.int32(), 258],
  ['int64', (w) => w.int64(-1), 'ffffffffffffffff', (r) => r.int64(), -1],
  ['int64 beyond 32 bits', (w) => w.int64(2 ** 53 - 1), '001fffffffffffff', (r) => r.int64(), 2 ** 53 - 1],
  ['int64 as bigint', (w) => w.int64(2n ** 63n - 1n), '7fffffffffffffff', (r) => r.bigInt64(), 2n ** 63n - 1n],
  ['unsigned varint', (w) => w.unsignedVarint(300), 'ac02', (r) => r.unsignedVarint(), 300],
  ['largest unsigned varint', (w) => w.unsignedVarint(2 ** 32 - 1), 'ffffffff0f', (r) => r.unsignedVarint(), 2 ** 32 - 1],
  ['string', (w) => w.string('é'), '0002c3a9', (r) => r.string(), 'é'],
  ['null string', (w) => w.nullableString(null), 'ffff', (r) => r.nullableString(), null],
  ['compact string', (w) => w.compactString('ab'), '036162', (r) => r.compactString(), 'ab'],
  ['compact null string', (w) => w.compactNullableString(null), '00', (r) => r.compactNullableString(), null],
  ['bytes', (w) => w.bytes(Buffer.from([7])), '0000000107', (r) => r.bytes(), Buffer.from([7])],
  ['null bytes', (w) => w.nullableBytes(null), 'ffffffff', (r) => r.nullableBytes(), null],
  ['array', (w) => w.array([1, 2], (n) => w.int8(n)), '000000020102', (r) => r.array(() => r.int8()), [1, 2]],
  ['null array', (w) => w.nullableArray(null, () => undefined), 'ffffffff', (r) => r.array(() => r.int8()), []],
  ['compact array', (w) => w.compactArray([1, 2], (n) => w.int8(n)), '030102', (r) => r.compactArray(() => r.int8()), [1, 2]],
  ['no tags', (w) => w.noTags(), '00', (r) => r.skipTags(), undefined],
];

describe('the protocol', () => {
  it.each(primitives)('writes and reads %s', (_name, write, hex, read, value) => {
    const writer = new WireWriter();
    write(writer);

    expect(writer.length).toBe(hex.length / 2);
    const bytes = writer.toBuffer();
    expect(bytes.toString('hex')).toBe(hex);
    const reader = new WireReader(bytes);
    expect(read(reader)).toEqual(value);
    expect(reader.remaining).toBe(0);
  });

  it('passes tagged fields that it does not know', () => {
    const reader = new WireReader(Buffer.from('020003aabbcc0501dd2a', 'hex'));
    reader.skipTags();

    expect(reader.int8()).toBe(42);
  });

  it('takes large buffers as they are, in place and in order', () => {
    const writer = new WireWriter().int8(1).raw(large).int8(2).string('s'.repeat(1000)).raw(large);
    const { length } = writer;
    const chunks = writer.chunks();

    expect(chunks.filter((chunk) => chunk === large)).toHaveLength(2);
    const expected = Buffer.concat([Buffer.from([1]), large, Buffer.from([2, 1000 >> 8, 1000 & 255]), Buffer.alloc(1000, 's'), large]);
    expect(Buffer.concat(chunks)).toEqual(expected);
    expect(length).toBe(expected.length);
  });

  it.each(primitives.filter(([, , hex]) => hex.length > 0))('never reads %s past the end', (_name, _write, hex, read) => {
    const bytes = Buffer.from(hex, 'hex');
    for (let cut = 0; cut < bytes.length; cut++) {
      expect(() => read(new WireReader(bytes.subarray(0, cut)))).toThrow(KafkaException);
    }
  });
});

describe('error codes', () => {
  it.each([
    [0, 'error 0', false],
    [3, 'UNKNOWN_TOPIC_OR_PARTITION', true],
    [6, 'NOT_LEADER_OR_FOLLOWER', true],
    [10, 'MESSAGE_TOO_LARGE', false],
    [27, 'REBALANCE_IN_PROGRESS', false],
    [45, 'OUT_OF_ORDER_SEQUENCE_NUMBER', false],
    [-1, 'UNKNOWN_SERVER_ERROR', false],
    [9999, 'error 9999', false],
  ])('%i is %s', (code, name, retriable) => {
    expect(errorKind(code)).toEqual({ name, retriable });
  });

  it.each([
    // A producer repeats the request by the code; for a consumer it is final, as in Java.
    [2, 'org.apache.kafka.common.errors.CorruptRecordException', false],
    [3, 'org.apache.kafka.common.errors.UnknownTopicOrPartitionException', true],
    [7, 'org.apache.kafka.common.errors.RetriableException', true],
    [10, 'org.apache.kafka.common.errors.RecordTooLargeException', false],
    [17, 'org.apache.kafka.common.errors.InvalidTopicException', false],
    [22, 'org.apache.kafka.common.errors.IllegalGenerationException', false],
    [25, 'org.apache.kafka.common.errors.UnknownMemberIdException', false],
    [44, 'org.apache.kafka.common.errors.ApiException', false],
  ])('%i becomes %s', (code, javaClass, retriable) => {
    const error = brokerError(code, 'Doing this', 'for a reason');

    expect(error.javaClass).toBe(javaClass);
    expect(isRetriable(error)).toBe(retriable);
    expect(error.message).toBe(`Doing this failed: ${errorKind(code).name} (${code}): for a reason`);
  });
});

describe('bootstrap.servers', () => {
  const addresses = (value: string): unknown => wireConfig({ 'bootstrap.servers': value }).bootstrap;

  it('is a list of hosts with ports, of names, IPv4 and IPv6', () => {
    expect(addresses('localhost:9092')).toEqual([{ host: 'localhost', port: 9092 }]);
    expect(addresses(' a.example:1 ,10.0.0.1:65535,, [::1]:9093,PLAINTEXT://b:9094')).toEqual([
      { host: 'a.example', port: 1 },
      { host: '10.0.0.1', port: 65_535 },
      { host: '::1', port: 9093 },
      { host: 'b', port: 9094 },
    ]);
  });

  it.each(['', ' , ', 'host', 'host:', ':9092', 'host:65536', 'host:-1', '::1:9092', 'host:9092/x'])('may not be "%s"', (value) => {
    expect(() => addresses(value)).toThrow(ConfigException);
    expect(() => addresses(value)).toThrow('bootstrap.servers');
  });
});

describe('the wait between attempts', () => {
  it('doubles up to its limit, spread by a fifth', () => {
    for (const [failures, base] of [
      [0, 100],
      [1, 200],
      [3, 800],
      [4, 1000],
      [500, 1000],
    ] as const) {
      for (let n = 0; n < 50; n++) {
        const wait = exponentialBackoff(100, 1000, failures);
        expect(wait).toBeGreaterThanOrEqual(base * 0.8);
        expect(wait).toBeLessThanOrEqual(base * 1.2);
      }
    }
  });
});
