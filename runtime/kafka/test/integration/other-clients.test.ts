import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import zlib from 'node:zlib';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type ContractKafka, Outcomes, recordOf } from '../../src/contract/contract-kafka.ts';
import { compressionTypes } from '../../src/kafkajs/records/compression.ts';
import { RealKafka } from './support/real-kafka.ts';

const kafka = RealKafka.forThisFile();
const writable = compressionTypes.filter((type) => type !== 'zstd' || 'zstdCompressSync' in zlib);

/** The program of librdkafka, from the system's packages. */
const kcatProgram = process.env['MILLRACE_KCAT'] || 'kcat';
const hasKcat = spawnSync(kcatProgram, ['-V']).status === 0;
const noKcat = `kcat is needed, and ${kcatProgram} does not run: apt-get install kcat, or set MILLRACE_KCAT to its name`;

/** Runs kcat. @returns its output @throws Error with what it printed when it fails */
async function kcat(args: readonly string[], input = ''): Promise<string> {
  const child = spawn(kcatProgram, ['-b', kafka.cluster.bootstrap(), '-q', ...args], { stdio: 'pipe' });
  const closed = once(child, 'close') as Promise<[number | null]>;
  child.stdin.end(input);
  const [output, errors, [code]] = await Promise.all([text(child.stdout), text(child.stderr), closed]);
  if (code !== 0) throw new Error(`kcat ended with ${code}: ${errors}`);
  return output;
}

/** Long enough for every codec to have something to do. */
const values = Array.from({ length: 200 }, (_, n) => `${n} ${'abc'.repeat(n % 50)}`);

async function write(ours: ContractKafka, topic: string, compression: string): Promise<void> {
  const producer = ours.transport.producer({ 'compression.type': compression });
  onTestFinished(() => producer.close(0));
  const outcomes = new Outcomes();
  for (const [n, value] of values.entries()) {
    const headers = [{ key: 'h', value: Buffer.from(`header ${n}`) }];
    producer.append(
      recordOf(topic, { key: Buffer.from(`key ${n}`), value: Buffer.from(value), headers, timestamp: 1000 + n }),
      outcomes,
      n,
    );
  }
  await producer.flush();
  expect(outcomes.errors()).toEqual([]);
}

function lines(output: string): string[] {
  return output.split('\n').filter((line) => line !== '');
}

describe('the Java client', () => {
  it.each(writable)('reads what we write with compression.type=%s', async (compression) => {
    const ours = await kafka.ours();
    const topic = await ours.topic();
    await write(ours, topic, compression);
    const format = ['print.key=true', 'print.headers=true', 'print.timestamp=true', 'key.separator=|'];
    const output = await kafka.cluster.kafkaTool('kafka-console-consumer', [
      '--topic',
      topic,
      '--from-beginning',
      '--max-messages',
      String(values.length),
      '--timeout-ms',
      '20000',
      ...format.flatMap((property) => ['--formatter-property', property]),
    ]);

    expect(lines(output)).toEqual(values.map((value, n) => `CreateTime:${1000 + n}|h:header ${n}|key ${n}|${value}`));
  });

  it.each(compressionTypes)('writes with compression.type=%s what we read', async (compression) => {
    const ours = await kafka.ours();
    const topic = await ours.topic();
    const args = ['--topic', topic, '--compression-codec', compression, '--reader-property', 'parse.key=true'];
    const input = values.map((value, n) => `key ${n}\t${value}\n`).join('');
    await kafka.cluster.kafkaTool('kafka-console-producer', args, input);
    const records = await ours.readAll(topic);

    expect(records.map(({ key, value }) => [key?.toString(), value?.toString()])).toEqual(values.map((value, n) => [`key ${n}`, value]));
  });
});

describe('librdkafka', () => {
  it.for(writable)('reads what we write with compression.type=%s', async (compression, context) => {
    if (!hasKcat) return context.skip(noKcat);
    const ours = await kafka.ours();
    const topic = await ours.topic();
    await write(ours, topic, compression);
    const output = await kcat(['-C', '-t', topic, '-e', '-o', 'beginning', '-X', 'check.crcs=true', '-f', '%T|%h|%k|%s\n']);

    expect(lines(output)).toEqual(values.map((value, n) => `${1000 + n}|h=header ${n}|key ${n}|${value}`));
  });

  it.for(compressionTypes)('writes with compression.type=%s what we read', async (compression, context) => {
    if (!hasKcat) return context.skip(noKcat);
    const ours = await kafka.ours();
    const topic = await ours.topic();
    const input = values.map((value, n) => `key ${n}|${value}\n`).join('');
    await kcat(['-P', '-t', topic, '-z', compression, '-K', '|', '-H', 'h=1', '-H', 'h=2'], input);
    const records = await ours.readAll(topic);

    expect(records.map(({ key, value }) => [key?.toString(), value?.toString()])).toEqual(values.map((value, n) => [`key ${n}`, value]));
    expect(records[0]?.headers).toEqual([
      { key: 'h', value: Buffer.from('1') },
      { key: 'h', value: Buffer.from('2') },
    ]);
  });
});
