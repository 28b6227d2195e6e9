import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { describeKafkaContract } from '../src/contract/describe-kafka-contract.ts';
import { EmbeddedKafka } from '../src/embedded/embedded-kafka.ts';
import { openTransport } from '../src/open-transport.ts';

describeKafkaContract('EmbeddedKafka', { open: async () => new EmbeddedKafka() });

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-contract-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

// One folder for all cases: each opens what the one before has closed.
describeKafkaContract('EmbeddedKafka in a folder', { open: async () => openTransport({ 'bootstrap.servers': `embedded:${folder}` }) });
