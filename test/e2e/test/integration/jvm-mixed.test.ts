import { type ConnectJvm, startConnectJvm } from '@millrace/test-services';
import { kafkaForFile } from '@millrace/test-services/for-file';
import { afterAll, describe, expect, it } from 'vitest';
import { eventually, freePort, temporaryFolder } from '../support/millrace-process.ts';
import { ClusterWorker, clusterProperties, instancesOf, propertiesOf, untilBalanced } from './support/cluster-worker.ts';
import { request } from './support/standalone-worker.ts';

const kafka = kafkaForFile({ properties: { 'group.initial.rebalance.delay.ms': '0' } });
const longMs = 240_000;
let jvms: ConnectJvm[] = [];

afterAll(async () => {
  for (const jvm of jvms) await jvm.stop();
  jvms = [];
});

async function startJvm(): Promise<ConnectJvm> {
  const jvm = await startConnectJvm({ kafka: kafka(), groupId: 'mixed', properties: clusterProperties });
  jvms.push(jvm);
  return jvm;
}

async function stopJvm(jvm: ConnectJvm): Promise<void> {
  await jvm.stop();
  jvms = jvms.filter((other) => other !== jvm);
}

function idOf(jvm: ConnectJvm): string {
  return new URL(jvm.url).host;
}

function sinkConfig(tasks: number): Record<string, string> {
  return { 'connector.class': 'FileStreamSink', 'tasks.max': String(tasks), topics: 'mixed-topic', file: '/dev/null' };
}

async function create(url: string, name: string, tasks = 2): Promise<void> {
  const { status, body } = await request(url, 'POST', '/connectors', { name, config: sinkConfig(tasks) });
  expect({ status, body }).toMatchObject({ status: 201, body: { name } });
}

/** Connectors and tasks that there should be. */
async function countOf(url: string): Promise<number> {
  const { body } = await request(url, 'GET', '/connectors?expand=info');
  return Object.values(body as Record<string, { info: { tasks: unknown[] } }>).reduce((sum, { info }) => sum + 1 + info.tasks.length, 0);
}

/** A request that a worker has to forward while it answers 409 for a rebalance. */
async function untilAnswered(url: string, method: string, path: string, status: number): Promise<void> {
  await eventually(async () => expect(await request(url, method, path)).toMatchObject({ status }), 15_000);
}

/** Restarts one connector and one task of each worker, always by way of the other one. */
async function restartAcross(workers: readonly { readonly url: string; readonly id: string }[]): Promise<void> {
  for (const { url } of workers) {
    for (const { id } of workers) {
      const mine = Array.from(await instancesOf(url)).filter(([, { worker_id }]) => worker_id === id);
      const connector = mine.find(([name]) => !/-\d$/.test(name))?.[0] ?? `no connector on ${id}`;
      const [, name, task] = /^(.*)-(\d)$/.exec(mine.find(([key]) => /-\d$/.test(key))?.[0] ?? '') ?? [];
      await untilAnswered(url, 'POST', `/connectors/${connector}/restart`, 204);
      await untilAnswered(url, 'POST', `/connectors/${name}/tasks/${task}/restart`, 204);
    }
  }
}

/** Gives a connector that runs on this worker a task more, which that worker has to tell the leader. */
async function growOneOf(worker: string, url: string, tasks: number): Promise<void> {
  const name = Array.from(await instancesOf(url)).find(([key, { worker_id }]) => !/-\d$/.test(key) && worker_id === worker)?.[0] ?? '';
  await eventually(async () => {
    const { status } = await request(url, 'PUT', `/connectors/${name}/config`, sinkConfig(tasks));
    expect({ name, status }).toEqual({ name, status: 200 });
  });
  await eventually(async () => {
    const { body } = await request(url, 'GET', `/connectors/${name}/tasks`);
    expect(body).toHaveLength(tasks);
  });
}

/** A millrace worker's properties for the cluster of a JVM worker. */
async function ourProperties(jvm: ConnectJvm): Promise<string> {
  const properties = await propertiesOf(jvm);
  return properties.replace(/^listeners=.*$/m, `listeners=http://127.0.0.1:${await freePort()}`);
}

describe('a cluster of JVM workers and Millrace', () => {
  it(
    'shares work, requests and task sets, whoever leads, and stays balanced when one joins or leaves',
    async () => {
      const folder = await temporaryFolder();
      await kafka().createTopic('mixed-topic', 4);
      const leader = await startJvm();
      for (const name of ['a', 'b']) await create(leader.url, name);
      const ours = await ClusterWorker.start(folder, await ourProperties(leader));

      // We follow a JVM worker that leads.
      await untilBalanced(ours.url, 6, [ours.id, idOf(leader)]);
      await create(ours.url, 'c');
      await create(leader.url, 'd');
      await untilBalanced(leader.url, 12, [ours.id, idOf(leader)]);
      await restartAcross([ours, { url: leader.url, id: idOf(leader) }]);
      await untilBalanced(ours.url, 12, [ours.id, idOf(leader)]);
      await growOneOf(ours.id, leader.url, 3);
      await untilBalanced(leader.url, 13, [ours.id, idOf(leader)]);

      // It leaves: we lead, at first alone.
      await stopJvm(leader);
      await untilBalanced(ours.url, 13, [ours.id]);
      const follower = await startJvm();
      await untilBalanced(follower.url, 13, [ours.id, idOf(follower)]);
      await restartAcross([ours, { url: follower.url, id: idOf(follower) }]);
      await create(follower.url, 'e');
      await untilBalanced(ours.url, 16, [ours.id, idOf(follower)]);
      await growOneOf(idOf(follower), ours.url, 4);
      const total = await countOf(ours.url);
      await untilBalanced(ours.url, total, [ours.id, idOf(follower)]);

      // We leave: it has everything.
      expect(await ours.stop()).toBe(0);
      await untilBalanced(follower.url, total, [idOf(follower)]);
    },
    longMs,
  );
});
