/**
 * The only door to Kafka. Everything above it talks to this interface; the embedded log and the kafkajs adapter implement it and pass one
 * contract suite.
 */

import type { RawHeader, RecordMetadata, TimestampType, TopicPartition } from '@millrace/api';

/** Client settings under Kafka's own names, such as `client.id` or `max.poll.records`. */
export type ClientProperties = Readonly<Record<string, string>>;

export interface KafkaTransport {
  /** Whether topics end with this process, so that what sinks have not taken by then is lost. */
  readonly isVolatile: boolean;
  admin(properties: ClientProperties): Admin;
  producer(properties: ClientProperties): Producer;
  consumer(options: ConsumerOptions): Consumer;
  reader(options: LogReaderOptions): LogReader;
  member(options: GroupMemberOptions): GroupMember;
  /**
   * Resolves when what was acknowledged so far is as safe as the transport can make it: a log in a folder has synced its files then. Where
   * an acknowledgement says all there is to say, as with brokers, it resolves at once.
   * @throws KafkaStorageException
   */
  sync(): Promise<void>;
  /** Closes every client that is still open. Idempotent. */
  close(): Promise<void>;
}

/** A record to write. Its buffers belong to the transport from `append` until the acknowledgement. */
export interface ProducerRecord {
  readonly topic: string;
  /** Null: chosen by the key's hash, or round robin in batches without a key. */
  readonly partition: number | null;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  /** Milliseconds since the epoch; null: now. */
  readonly timestamp: number | null;
  readonly headers: readonly RawHeader[];
}

/** Receives the fate of appended records. One object serves all records of a task: no closure and no promise a record. */
export interface DeliveryListener<Token> {
  acknowledged(token: Token, metadata: RecordMetadata): void;
  /** The record is not in Kafka and will not be. */
  failed(token: Token, error: Error): void;
}

export interface Producer {
  /**
   * Hands a record over. Records of one topic partition are written in this order; the listener hears of them later, in the order of each
   * partition and never from inside this call. A record that Kafka refuses, for instance because it is too large, is reported to the listener too.
   * @returns false when the buffer is full now: await {@link ready} before the next call.
   * @throws IllegalArgumentException for a negative partition or timestamp, IllegalStateException after {@link close},
   *   KafkaRetriableException or KafkaException if this record can be told at once not to go, and what a listener threw since the last call:
   *   in all cases the record is not written and its listener does not hear of it.
   */
  append<Token>(record: ProducerRecord, listener: DeliveryListener<Token>, token: Token): boolean;
  /** Resolves when there is room again, at once if there is or if the producer is closed. @throws the signal's reason when it fires first. */
  ready(signal?: AbortSignal): Promise<void>;
  /** Resolves when listeners know the fate of everything appended so far. @throws what a listener threw */
  flush(): Promise<void>;
  /** Flushes for at most this long, in milliseconds, then fails what is left. Idempotent. */
  close(timeoutMs: number): Promise<void>;
}

/** A record as it lies in Kafka. Buffers stay valid as long as somebody holds them. */
export interface ConsumedRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  /** -1 when the record has none. */
  readonly timestamp: number;
  readonly timestampType: TimestampType;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: readonly RawHeader[];
}

/** What a consumer knows of the rebalances of its group. The consumer waits for each call; without partitions there is none. */
export interface RebalanceListener {
  /** New partitions, before the first record of them is polled. Their positions are known; `seek` and `pause` work. */
  assigned(partitions: readonly TopicPartition[]): Promise<void> | void;
  /** Partitions that go to somebody else once this resolves: commit now. */
  revoked(partitions: readonly TopicPartition[]): Promise<void> | void;
  /** Partitions that are gone already: a commit would be refused. */
  lost(partitions: readonly TopicPartition[]): Promise<void> | void;
}

export interface ConsumerOptions {
  readonly groupId: string;
  /** Topics by name, or every topic that matches as a whole. */
  readonly subscription: readonly string[] | RegExp;
  readonly listener: RebalanceListener;
  readonly properties: ClientProperties;
  /**
   * The log wants older records committed, because it is short of room and this group holds them. Only the embedded log asks. Called from the
   * event loop, also while a `poll` waits: call `wakeup` so as to commit now.
   */
  onCommitWanted?(): void;
}

/** Offset to commit: the next record to read. */
export interface OffsetAndMetadata {
  readonly offset: number;
  readonly metadata?: string;
}

export type Offsets = ReadonlyMap<TopicPartition, OffsetAndMetadata>;

/** A member of a consumer group that fetches what it is assigned. */
export interface Consumer {
  /**
   * The next records, at most `max.poll.records`, in order within each partition; an empty array after `timeoutMs`, or at once after
   * {@link wakeup}. Rebalances happen inside this call. Errors of the listener come out of it. One call at a time; with data at hand it
   * resolves without giving the event loop a turn.
   * @throws NoOffsetForPartitionException or OffsetOutOfRangeException if `auto.offset.reset` is `none`
   */
  poll(timeoutMs: number): Promise<ConsumedRecord[]>;
  /** Makes the current or else the next `poll` return at once. */
  wakeup(): void;
  assignment(): readonly TopicPartition[];
  /**
   * Offset of the next record that `poll` will return.
   * @throws IllegalStateException if the partition is not assigned, NoOffsetForPartitionException
   */
  position(partition: TopicPartition): number;
  /** @throws IllegalStateException if the partition is not assigned, IllegalArgumentException if the offset is negative. */
  seek(partition: TopicPartition, offset: number): void;
  /** Stops delivery, also of records fetched before. @throws IllegalStateException if one is not assigned. */
  pause(partitions: readonly TopicPartition[]): void;
  resume(partitions: readonly TopicPartition[]): void;
  /**
   * @throws CommitFailedException if the group moved on without this member, RebalanceInProgressException between two generations,
   *   UnknownTopicOrPartitionException after the offsets of all other partitions were committed
   */
  commit(offsets: Offsets): Promise<void>;
  /** Last committed offsets of the group; partitions without one are left out. */
  committed(partitions: readonly TopicPartition[]): Promise<Map<TopicPartition, OffsetAndMetadata>>;
  /** Lets a waiting `poll` end, then leaves the group after a last call of the listener's `revoked`. Idempotent. Not from inside the listener. */
  close(): Promise<void>;
}

export interface LogReaderOptions {
  readonly topic: string;
  /** Only records of finished transactions, or all. */
  readonly isolation: 'read_committed' | 'read_uncommitted';
  readonly properties: ClientProperties;
}

/**
 * Reads a whole topic without a group, as Kafka Connect's KafkaBasedLog reads its internal topics. Each record is returned once, by one of the two
 * methods. @throws UnknownTopicOrPartitionException from both if there is no such topic
 */
export interface LogReader {
  /**
   * Records from where the last call ended (at first: the beginning) to the end as it is when the call is made.
   * @throws the signal's reason when it fires first
   */
  readToEnd(signal?: AbortSignal): Promise<ConsumedRecord[]>;
  /** Resolves with the next records as soon as there are any, with none after {@link close}. @throws the signal's reason when it fires first */
  tail(signal: AbortSignal): Promise<ConsumedRecord[]>;
  /** Idempotent. */
  close(): Promise<void>;
}

/** One protocol that a member can speak, with its metadata. */
export interface MemberProtocol {
  readonly name: string;
  readonly metadata: Buffer;
}

export interface JoinedMember {
  readonly memberId: string;
  readonly metadata: Buffer;
}

export interface GroupMemberOptions {
  readonly groupId: string;
  /** `connect` for workers, `consumer` for consumers. */
  readonly protocolType: string;
  readonly properties: ClientProperties;
  /** Protocols in order of preference; asked anew before every join. */
  protocols(): readonly MemberProtocol[];
  /** Only on the leader: the assignment of each member. */
  assign(protocol: string, members: readonly JoinedMember[], leaderId: string): Promise<ReadonlyMap<string, Buffer>>;
  onAssigned(assignment: Buffer, generation: GroupGeneration): Promise<void> | void;
  /** Before the next join. The member waits for it. */
  onRevoked(generation: GroupGeneration): Promise<void> | void;
  /** The group moved on without this member, which joins again as a new one. */
  onLost(): Promise<void> | void;
  /** A callback failed after the first assignment. The member leaves, calls `onLost`, and joins again after `retry.backoff.ms`. */
  onError?(error: Error): void;
}

export interface GroupGeneration {
  readonly generationId: number;
  readonly memberId: string;
  readonly protocol: string;
  readonly isLeader: boolean;
}

/** A member of a group of any protocol type. */
export interface GroupMember {
  /**
   * Joins and stays; resolves after the first `onAssigned`. Once only.
   * @throws what a callback throws or the signal's reason; the member has left then
   */
  join(signal?: AbortSignal): Promise<void>;
  /** Joins again. A rebalance for all follows if this is the leader or if its protocols have changed, as Kafka has it. */
  requestRejoin(): void;
  /** Null while not in the group. */
  generation(): GroupGeneration | null;
  /** Leaves the group without a callback. Idempotent. */
  leave(): Promise<void>;
}

export interface NewTopic {
  readonly name: string;
  /** -1: the broker's default. */
  readonly partitions: number;
  /** -1: the broker's default. */
  readonly replicationFactor: number;
  readonly config: Readonly<Record<string, string>>;
}

export interface TopicDescription {
  readonly name: string;
  readonly partitions: number;
}

/** First offset, and end offset: that of the next record to be written. */
export interface PartitionOffsets {
  readonly beginning: number;
  readonly end: number;
}

export interface Admin {
  clusterId(): Promise<string>;
  /**
   * Creates a topic.
   * @returns false if it exists already, whatever its settings
   * @throws InvalidTopicException, InvalidPartitionsException, InvalidReplicationFactorException, InvalidConfigurationException
   */
  createTopic(topic: NewTopic): Promise<boolean>;
  /** Topics that do not exist are left out. */
  describeTopics(names: readonly string[]): Promise<Map<string, TopicDescription>>;
  /** The configuration in force, defaults included. @throws UnknownTopicOrPartitionException */
  topicConfig(topic: string): Promise<Map<string, string>>;
  listTopics(): Promise<string[]>;
  /** Deletes a topic, also one that is read and written. @throws UnknownTopicOrPartitionException */
  deleteTopic(name: string): Promise<void>;
  /** @throws UnknownTopicOrPartitionException */
  offsets(
    partitions: readonly TopicPartition[],
    isolation: 'read_committed' | 'read_uncommitted',
  ): Promise<Map<TopicPartition, PartitionOffsets>>;
  /** Empty for a group that does not exist. */
  groupOffsets(groupId: string): Promise<Map<TopicPartition, OffsetAndMetadata>>;
  /** Creates the group if need be. @throws GroupNotEmptyException or UnknownMemberIdException if the group has members. */
  alterGroupOffsets(groupId: string, offsets: Offsets): Promise<void>;
  /** @throws GroupSubscribedToTopicException if a member reads the topic, GroupIdNotFoundException, UnknownTopicOrPartitionException */
  deleteGroupOffsets(groupId: string, partitions: readonly TopicPartition[]): Promise<void>;
  /** A group that does not exist counts as deleted. @throws GroupNotEmptyException */
  deleteGroup(groupId: string): Promise<void>;
  close(): Promise<void>;
}
