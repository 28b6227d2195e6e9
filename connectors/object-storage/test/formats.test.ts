import { gunzipSync } from 'node:zlib';
import { BigDecimal, ConnectDecimal, ConnectHeaders, Schema } from '@millrace/api';
import { uncompress } from 'snappy';
import { describe, expect, it } from 'vitest';
import {
  compressionCodec,
  extensionOf,
  type FileView,
  headerView,
  JsonLinesFormat,
  keyView,
  RawBytesFormat,
  valueView,
} from '../src/index.ts';
import { record, structRecord } from './records.ts';

const json = new JsonLinesFormat();

function written(view: FileView, ...records: Parameters<FileView['select']>[0][]): string {
  const pieces: Buffer[] = [];
  const encoder = view.format.open(null);
  for (const item of records) encoder.write(view.select(item), { append: (bytes) => pieces.push(Buffer.from(bytes)) });
  return Buffer.concat(pieces).toString();
}

describe('JSON lines', () => {
  it('are a line for each record, with the schema left out', () => {
    const first = structRecord({ id: [Schema.INT64_SCHEMA, 1], note: [Schema.OPTIONAL_STRING_SCHEMA, null] });

    expect(written(valueView(json, null), first, record({ value: { a: [1.5, 'ü'] } }))).toBe('{"id":1,"note":null}\n{"a":[1.5,"ü"]}\n');
  });

  it('write decimals as asked', () => {
    const item = structRecord({ price: [ConnectDecimal.schema(2), new BigDecimal(1234n, 2)] });

    expect(written(valueView(json, null), item)).toBe('{"price":"BNI="}\n');
    expect(written(valueView(new JsonLinesFormat({ decimalFormat: 'NUMERIC' }), null), item)).toBe('{"price":12.34}\n');
  });

  it('append nothing for a value that cannot be written', () => {
    expect(() => written(valueView(json, null), record({ value: () => 1 }))).toThrow('does not have corresponding schema type');
  });

  it('hold keys and headers in files of their own', () => {
    const item = record({
      key: 'k',
      keySchema: Schema.STRING_SCHEMA,
      headers: new ConnectHeaders().addString('trace', 'abc').addInt('n', 5),
    });

    expect(written(keyView(json, null), item)).toBe('"k"\n');
    expect(written(headerView(json, null), item)).toBe('{"headers":[{"key":"trace","value":"abc"},{"key":"n","value":"5"}]}\n');
    expect(extensionOf(keyView(json, compressionCodec('gzip')))).toBe('.keys.json.gz');
  });
});

describe('raw bytes', () => {
  it('are written as they came, with a separator behind each', () => {
    const format = new RawBytesFormat({ extension: '.bin', separator: '\r\n', bytesOnly: true });

    expect(written(valueView(format, null), record({ value: Buffer.from('a') }), record({ value: Buffer.from('b') }))).toBe('a\r\nb\r\n');
    expect(() => written(valueView(format, null), record({ value: 'text' }))).toThrow('Raw bytes can only be made of bytes');
  });

  it('of IBM are text where there are no bytes, and nothing for null', () => {
    const format = new RawBytesFormat({ extension: '', separator: '\n', bytesOnly: false });
    const items = [record({ value: 'text' }), record({ value: null }), structRecord({ a: [Schema.INT8_SCHEMA, 1] })];

    expect(written(valueView(format, null), ...items)).toBe('text\n\nStruct{a=1}\n');
  });
});

describe('compression', () => {
  const pieces = ['one\n'.repeat(30_000), 'two\n'].map((text) => Buffer.from(text));

  async function compressed(name: 'gzip' | 'snappy' | 'zstd'): Promise<Buffer> {
    const codec = compressionCodec(name)!;
    return Buffer.concat([await codec.compress(pieces[0]!, true), await codec.compress(pieces[1]!, false)]);
  }

  it('by gzip makes members that are read as one file', async () => {
    expect(gunzipSync(await compressed('gzip')).equals(Buffer.concat(pieces))).toBe(true);
  });

  it('by snappy makes one stream of snappy-java', async () => {
    const stream = await compressed('snappy');
    const blocks: Buffer[] = [];
    for (let at = 16; at < stream.length; at += 4 + stream.readUInt32BE(at)) {
      blocks.push((await uncompress(stream.subarray(at + 4, at + 4 + stream.readUInt32BE(at)))) as Buffer);
    }

    expect(stream.subarray(0, 8).toString('latin1')).toBe('\u0082SNAPPY\0');
    expect(Buffer.concat(blocks).equals(Buffer.concat(pieces))).toBe(true);
  });

  it('by zstd works where Node has it, and says so where not', async () => {
    const hasZstd = 'zstdCompress' in (await import('node:zlib'));
    const magic = hasZstd ? (await compressed('zstd')).readUInt32LE(0) : null;

    if (hasZstd) expect(magic).toBe(0xfd2fb528);
    else expect(() => compressionCodec('zstd')).toThrow('zstd needs Node 22.15');
  });
});
