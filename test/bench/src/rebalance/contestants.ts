import { startConnectJvm, stockConnectOptions, type KafkaCluster } from '@millrace/test-services';
import { rssMb } from '../process-usage.ts';
import { WorkerProcess } from '../worker-process.ts';

/** A worker of a cluster. */
export interface ClusterMember {
  readonly url: string;
  /** Resident memory in megabytes. */
  rssMb(): number;
  /** Ends it in order. */
  leave(): Promise<void>;
  kill(): Promise<void>;
}

/** Whose workers a cluster is made of. */
export interface Contestant {
  /** Resolves when it is healthy. @param groupId the internal topics are named after it */
  start(kafka: KafkaCluster, groupId: string): Promise<ClusterMember>;
}

const string = 'org.apache.kafka.connect.storage.StringConverter';

const shared: Readonly<Record<string, string>> = {
  'key.converter': string,
  'value.converter': string,
  'offset.flush.interval.ms': '5000',
  'scheduled.rebalance.max.delay.ms': '1000',
  'session.timeout.ms': '10000',
};

/** Millrace. @param taskHost `task.host` of its workers */
export const millrace = (taskHost: 'thread' | 'inline'): Contestant => ({
  start: async (kafka, groupId) => {
    const topics = Object.fromEntries(
      ['config', 'offset', 'status'].flatMap((kind) => [
        [`${kind}.storage.topic`, `${groupId}-${kind}s`],
        [`${kind}.storage.replication.factor`, '1'],
      ]),
    );
    const properties = { ...shared, ...topics, 'bootstrap.servers': kafka.bootstrap(), 'group.id': groupId, 'task.host': taskHost };
    const worker = await WorkerProcess.start(properties, { isPinned: false, command: 'worker' });
    return { url: worker.url, rssMb: () => worker.rssMb(), leave: () => worker.stop(), kill: () => worker.stop('SIGKILL') };
  },
});

export const jvm: Contestant = {
  start: async (kafka, groupId) => {
    const worker = await startConnectJvm({ kafka, groupId, properties: shared, jvmOptions: stockConnectOptions });
    return {
      url: worker.url,
      rssMb: () => rssMb(worker.pid ?? 0),
      leave: () => worker.stop(),
      kill: async () => {
        await worker.kill();
        await worker.stop();
      },
    };
  },
};
