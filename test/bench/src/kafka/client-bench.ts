import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { once } from 'node:events';
import type { Admin } from '@millrace/kafka';

/** A client alone, beside the public one of kafkajs. */
export interface ClientRow {
  readonly name: string;
  readonly ours: ClientRun;
  readonly kafkajs: ClientRun;
}

export interface ClientRun {
  readonly recordsPerSecond: number;
  readonly cpuSecondsPerMillion: number;
}

/** What a process of its own does, see `client-run.ts`. */
export type ClientAction = 'produce' | 'consume';

/** Producer and consumer alone: records of 200 bytes to and from a topic of one partition, each run in a fresh process. */
export async function benchClients(bootstrap: string, admin: Admin, records: number): Promise<ClientRow[]> {
  const topic = 'bench-clients';
  await admin.createTopic({ name: topic, partitions: 1, replicationFactor: 1, config: {} });
  const other = 'bench-clients-kafkajs';
  await admin.createTopic({ name: other, partitions: 1, replicationFactor: 1, config: {} });
  const rows = [
    {
      name: 'producer',
      ours: await run('ours', 'produce', bootstrap, topic, records),
      kafkajs: await run('kafkajs', 'produce', bootstrap, other, records),
    },
    {
      name: 'consumer',
      ours: await run('ours', 'consume', bootstrap, topic, records),
      kafkajs: await run('kafkajs', 'consume', bootstrap, topic, records),
    },
  ];
  await admin.deleteTopic(topic);
  await admin.deleteTopic(other);
  return rows;
}

async function run(who: string, action: ClientAction, bootstrap: string, topic: string, records: number): Promise<ClientRun> {
  const script = fileURLToPath(new URL('./client-run.js', import.meta.url));
  const child = spawn(process.execPath, [script, who, action, bootstrap, topic, String(records)], { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  const [code] = (await once(child, 'close')) as [number];
  if (code !== 0) throw new Error(`${who} ${action} ended with exit code ${code}`);
  return JSON.parse(output) as ClientRun;
}
