import { spawn } from 'node:child_process';
import { once as onceEvent } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { hasImage, whyNoEngine } from '../../src/container/engine.ts';
import { isContainerRunning } from '../../src/container/service-container.ts';
import { fileNeeds } from '../../src/for-file.ts';
import { type ContainerKafka, startKafkaContainer } from '../../src/kafka/container-kafka.ts';
import { KAFKA_IMAGE } from '../../src/kafka/kafka-image.ts';
import { run } from '../../src/process/run.ts';
import { kafkaClient, once, receive, send } from '../support/kafka-client.ts';
import { until } from '../support/until.ts';

let kafka: ContainerKafka;
fileNeeds(whyNoEngine, async () => {
  kafka = await startKafkaContainer();
  return () => kafka.stop();
});

const client = () => kafkaClient({ brokers: [kafka.bootstrap()] });

describe('Kafka in a container', () => {
  it('has its records after kill -9 and a restart, at the same address', async () => {
    const before = kafka.bootstrap();
    await send(client(), 'survives', ['a', 'b']);

    await kafka.kill();
    const refused = kafkaClient({ brokers: [before], ...once })
      .admin()
      .connect();
    await expect(refused).rejects.toThrow(/ECONNREFUSED|Connection error|Closed/);
    await kafka.restart();

    expect(kafka.bootstrap()).toBe(before);
    expect(await receive(client(), 'survives', 2)).toEqual(['a', 'b']);
  });

  it('has its records after a restart in order', async () => {
    await send(client(), 'restarts', ['a']);

    await kafka.restart();

    expect(await receive(client(), 'restarts', 1)).toEqual(['a']);
  });

  it('accepts connections while it is frozen and answers only when it is thawed', async () => {
    await send(client(), 'there', ['a']);
    const admin = kafkaClient({ brokers: [kafka.bootstrap()], requestTimeout: 500, ...once }).admin();
    await admin.connect();

    await kafka.freeze();
    await expect(admin.listTopics()).rejects.toThrow(/timed out/);
    await kafka.thaw();

    expect(await admin.listTopics()).toContain('there');
    await admin.disconnect();
  });

  it('gives what the broker has printed', async () => {
    expect(await kafka.logs()).toMatch(/Kafka Server started/);
  });

  it('says what a broker printed that did not start', async () => {
    const properties = { 'broker.session.timeout.ms': 'never' };

    await expect(startKafkaContainer({ properties })).rejects.toThrow(/ended before it answered:[\s\S]*broker\.session\.timeout\.ms/);
  });
});

describe('the container of a holder that was killed', () => {
  it('is removed by the next holder of its ports', async () => {
    const slot = 7;
    const program = fileURLToPath(new URL('../support/container-owner.mjs', import.meta.url));
    const owner = spawn(process.execPath, [program, String(slot)], { stdio: ['ignore', 'pipe', 'inherit'] });
    let id = '';
    owner.stdout.on('data', (chunk: Buffer) => {
      id += chunk.toString();
    });
    const ended = onceEvent(owner, 'exit');
    await until(() => id.endsWith('\n') || owner.exitCode !== null, 90_000);
    owner.kill('SIGKILL');
    await ended;

    const next = await startKafkaContainer({ slot });
    onTestFinished(() => next.stop());

    expect(next.container.id).not.toBe(id.trim());
    expect(await isContainerRunning(id.trim())).toBe(false);
  });
});

describe('pnpm services with a container', () => {
  const program = fileURLToPath(new URL('../support/run-cli.mjs', import.meta.url));
  const services = (...args: string[]) => run(process.execPath, [program, ...args]);

  it('starts Kafka, says where it is, and ends it at down without leaving anything', async () => {
    expect(await hasImage(KAFKA_IMAGE)).toBe(true);
    const up = spawn(process.execPath, [program, 'up', 'kafka', '--provider', 'container'], { stdio: ['ignore', 'pipe', 'inherit'] });
    onTestFinished(() => void up.kill('SIGKILL'));
    let printed = '';
    up.stdout.on('data', (chunk: Buffer) => {
      printed += chunk.toString();
    });
    await until(() => printed.includes('Ctrl-C') || up.exitCode !== null, 90_000);

    const status = await services('status');
    const logs = await services('logs', 'kafka');
    const ended = onceEvent(up, 'exit');
    const down = await services('down');
    await ended;

    expect(printed).toContain('export MILLRACE_KAFKA=127.0.0.1:20000\n');
    expect(status).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/kafka \(container [0-9a-f]{12}\)\n {2}PLAINTEXT +127\.0\.0\.1:20000/) as string,
    });
    expect(logs).toMatchObject({ code: 0, stdout: expect.stringContaining('Kafka Server started') as string });
    expect(down).toMatchObject({ code: 0, stdout: 'stopped\n' });
    expect(await services('status')).toMatchObject({ code: 1, stdout: 'nothing runs\n' });
  });

  it('refuses what a container does not offer', async () => {
    expect(await services('up', 'kafka', '--provider', 'container', '--brokers', '3')).toMatchObject({
      code: 2,
      output: expect.stringContaining('has one broker and a plain listener') as string,
    });
    expect(await services('up', 'kafka', '--provider', 'docker')).toMatchObject({
      code: 2,
      output: expect.stringContaining('--provider takes container or process, got docker') as string,
    });
  });
});
