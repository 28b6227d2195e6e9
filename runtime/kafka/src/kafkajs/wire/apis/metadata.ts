import type { Api } from '../api.ts';

export interface MetadataRequest {
  /** Null: all topics. */
  readonly topics: readonly string[] | null;
  /** Whether the broker may create topics that are not there, if its own configuration allows it. */
  readonly allowAutoTopicCreation: boolean;
}

/** A broker as clients reach it. */
export interface Node {
  readonly nodeId: number;
  readonly host: string;
  readonly port: number;
}

export interface PartitionMetadata {
  readonly errorCode: number;
  readonly partition: number;
  /** -1: none at present. */
  readonly leader: number;
  readonly leaderEpoch: number;
  readonly replicas: readonly number[];
  readonly inSyncReplicas: readonly number[];
}

export interface TopicMetadata {
  readonly errorCode: number;
  readonly name: string;
  readonly isInternal: boolean;
  readonly partitions: readonly PartitionMetadata[];
}

export interface MetadataResponse {
  readonly nodes: readonly Node[];
  readonly clusterId: string | null;
  readonly controllerId: number;
  readonly topics: readonly TopicMetadata[];
}

/** Brokers, topics and the leaders of their partitions. */
export const metadata: Api<MetadataRequest, MetadataResponse> = {
  key: 3,
  name: 'Metadata',
  minVersion: 7,
  maxVersion: 7,
  encode(writer, { topics, allowAutoTopicCreation }) {
    writer.nullableArray(topics, (topic) => writer.string(topic)).boolean(allowAutoTopicCreation);
  },
  decode(reader) {
    reader.int32();
    const nodes = reader.array(() => {
      const node = { nodeId: reader.int32(), host: reader.string(), port: reader.int32() };
      reader.nullableString();
      return node;
    });
    const clusterId = reader.nullableString();
    const controllerId = reader.int32();
    const topics = reader.array(() => ({
      errorCode: reader.int16(),
      name: reader.string(),
      isInternal: reader.boolean(),
      partitions: reader.array(() => {
        const partition = {
          errorCode: reader.int16(),
          partition: reader.int32(),
          leader: reader.int32(),
          leaderEpoch: reader.int32(),
          replicas: reader.array(() => reader.int32()),
          inSyncReplicas: reader.array(() => reader.int32()),
        };
        reader.array(() => reader.int32());
        return partition;
      }),
    }));
    return { nodes, clusterId, controllerId, topics };
  },
};
