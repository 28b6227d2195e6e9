/**
 * The Kafka port, and the embedded log behind it.
 *
 * @module
 */
export {
  ApiException,
  CommitFailedException,
  CorruptRecordException,
  GroupIdNotFoundException,
  GroupNotEmptyException,
  GroupSubscribedToTopicException,
  IllegalGenerationException,
  InconsistentGroupProtocolException,
  InvalidConfigurationException,
  InvalidOffsetException,
  InvalidPartitionsException,
  InvalidReplicationFactorException,
  InvalidTopicException,
  KafkaRetriableException,
  KafkaStorageException,
  NoOffsetForPartitionException,
  OffsetOutOfRangeException,
  RebalanceInProgressException,
  RecordTooLargeException,
  TimeoutException,
  UnknownMemberIdException,
  UnknownTopicOrPartitionException,
} from './errors.ts';
export { murmur2 } from './murmur2.ts';
export { embeddedFolder, openTransport, EmbeddedLogs, type OpenTransportOptions } from './open-transport.ts';
export { partitionForKey } from './partitioner.ts';
export type {
  Admin,
  ClientProperties,
  ConsumedRecord,
  Consumer,
  ConsumerOptions,
  DeliveryListener,
  GroupGeneration,
  GroupMember,
  GroupMemberOptions,
  JoinedMember,
  KafkaTransport,
  LogReader,
  LogReaderOptions,
  MemberProtocol,
  NewTopic,
  OffsetAndMetadata,
  Offsets,
  PartitionOffsets,
  Producer,
  ProducerRecord,
  RebalanceListener,
  TopicDescription,
} from './port.ts';
export { EmbeddedKafka } from './embedded/embedded-kafka.ts';
export { EmbeddedLog, type EmbeddedLogOptions } from './embedded/embedded-log.ts';
