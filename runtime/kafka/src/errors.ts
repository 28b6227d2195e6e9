/** Kafka's own exceptions, as its Java client names them. */
import { KafkaException } from '@millrace/api';

/** Root of the errors that a broker answers with. */
export class ApiException extends KafkaException {
  static override readonly javaClass: string = 'org.apache.kafka.common.errors.ApiException';
  static override readonly code: string = 'kafka.api';
}

/**
 * The same call may succeed later. Kafka's `org.apache.kafka.common.errors.RetriableException`; it has another name here, because Kafka
 * Connect has a `RetriableException` of its own.
 */
export class KafkaRetriableException extends ApiException {
  static override readonly javaClass: string = 'org.apache.kafka.common.errors.RetriableException';
  static override readonly code: string = 'kafka.retriable';

  /** Lets code that knows only Kafka Connect's exceptions see that a repetition may help. */
  get retriable(): true {
    return true;
  }
}

/** An operation did not end in time. */
export class TimeoutException extends KafkaRetriableException {
  static override readonly javaClass: string = 'org.apache.kafka.common.errors.TimeoutException';
  static override readonly code: string = 'kafka.timeout';
}

/** The topic, or this partition of it, does not exist. */
export class UnknownTopicOrPartitionException extends KafkaRetriableException {
  static override readonly javaClass: string = 'org.apache.kafka.common.errors.UnknownTopicOrPartitionException';
  static override readonly code: string = 'kafka.topic.unknown';
}

/** A topic cannot have this name. */
export class InvalidTopicException extends ApiException {
  static override readonly javaClass: string = 'org.apache.kafka.common.errors.InvalidTopicException';
  static override readonly code: string = 'kafka.topic.invalid';
}

/** A topic cannot have this number of partitions. */
export class InvalidPartitionsException extends ApiException {
  static override readonly javaClass: string = 'org.apache.kafka.common.errors.InvalidPartitionsException';
  static override readonly code: string = 'kafka.topic.partitions';
}

/** A topic cannot have this many replicas. */
export class InvalidReplicationFactorException extends ApiException {
  static override readonly javaClass: string = 'org.apache.kafka.common.errors.InvalidReplicationFactorException';
  static override readonly code: string = 'kafka.topic.replication';
}

/** A topic cannot be configured like this. */
export class InvalidConfigurationException extends ApiException {
  static override readonly javaClass: string = 'org.apache.kafka.common.errors.InvalidConfigurationException';
  static override readonly code: string = 'kafka.config.invalid';
}

/** A record is larger than `max.request.size` or the topic allow. */
export class RecordTooLargeException extends ApiException {
  static override readonly javaClass: string = 'org.apache.kafka.common.errors.RecordTooLargeException';
  static override readonly code: string = 'kafka.record.too_large';
}

/** The files of a partition cannot be written or read. */
export class KafkaStorageException extends KafkaRetriableException {
  static override readonly javaClass: string = 'org.apache.kafka.common.errors.KafkaStorageException';
  static override readonly code: string = 'kafka.storage';
}

/**
 * The bytes of a record are not those that were written. Unlike in Kafka, whose replicas may have better ones, the same call will not succeed
 * later.
 */
export class CorruptRecordException extends ApiException {
  static override readonly javaClass: string = 'org.apache.kafka.common.errors.CorruptRecordException';
  static override readonly code: string = 'kafka.record.corrupt';
}

/** An offset cannot be committed, because the group moved on without this member. */
export class CommitFailedException extends KafkaException {
  static override readonly javaClass: string = 'org.apache.kafka.clients.consumer.CommitFailedException';
  static override readonly code: string = 'kafka.commit.failed';
}

/** The group is between two generations; poll, then commit again. */
export class RebalanceInProgressException extends ApiException {
  static override readonly javaClass: string = 'org.apache.kafka.common.errors.RebalanceInProgressException';
  static override readonly code: string = 'kafka.group.rebalancing';
}

/** A member speaks of a generation of the group that is over. */
export class IllegalGenerationException extends ApiException {
  static override readonly javaClass: string = 'org.apache.kafka.common.errors.IllegalGenerationException';
  static override readonly code: string = 'kafka.group.generation';
}

/** The group does not know this member, or has members where it should have none. */
export class UnknownMemberIdException extends ApiException {
  static override readonly javaClass: string = 'org.apache.kafka.common.errors.UnknownMemberIdException';
  static override readonly code: string = 'kafka.group.member';
}

/** A member speaks no protocol that the rest of the group speaks. */
export class InconsistentGroupProtocolException extends ApiException {
  static override readonly javaClass: string = 'org.apache.kafka.common.errors.InconsistentGroupProtocolException';
  static override readonly code: string = 'kafka.group.protocol';
}

/** The group still has members. */
export class GroupNotEmptyException extends ApiException {
  static override readonly javaClass: string = 'org.apache.kafka.common.errors.GroupNotEmptyException';
  static override readonly code: string = 'kafka.group.not_empty';
}

/** A member of the group still reads the topic. */
export class GroupSubscribedToTopicException extends ApiException {
  static override readonly javaClass: string = 'org.apache.kafka.common.errors.GroupSubscribedToTopicException';
  static override readonly code: string = 'kafka.group.subscribed';
}

/** No such group. */
export class GroupIdNotFoundException extends ApiException {
  static override readonly javaClass: string = 'org.apache.kafka.common.errors.GroupIdNotFoundException';
  static override readonly code: string = 'kafka.group.unknown';
}

/** A consumer has no usable offset for a partition and `auto.offset.reset` is `none`. */
export class InvalidOffsetException extends KafkaException {
  static override readonly javaClass: string = 'org.apache.kafka.clients.consumer.InvalidOffsetException';
  static override readonly code: string = 'kafka.offset.invalid';
}

/** The position lies outside the partition's log. */
export class OffsetOutOfRangeException extends InvalidOffsetException {
  static override readonly javaClass: string = 'org.apache.kafka.clients.consumer.OffsetOutOfRangeException';
  static override readonly code: string = 'kafka.offset.out_of_range';
}

/** The group has no committed offset. */
export class NoOffsetForPartitionException extends InvalidOffsetException {
  static override readonly javaClass: string = 'org.apache.kafka.clients.consumer.NoOffsetForPartitionException';
  static override readonly code: string = 'kafka.offset.none';
}

/** The connection to a broker closed before its answer came. */
export class DisconnectException extends KafkaRetriableException {
  static override readonly javaClass: string = 'org.apache.kafka.common.errors.DisconnectException';
  static override readonly code: string = 'kafka.disconnected';
}

/** A broker and this client have no version of a request in common. */
export class UnsupportedVersionException extends ApiException {
  static override readonly javaClass: string = 'org.apache.kafka.common.errors.UnsupportedVersionException';
  static override readonly code: string = 'kafka.version';
}

/** The broker does not accept user, password, token or mechanism. */
export class SaslAuthenticationException extends ApiException {
  static override readonly javaClass: string = 'org.apache.kafka.common.errors.SaslAuthenticationException';
  static override readonly code: string = 'kafka.sasl';
}

/** TLS fails: a certificate is not trusted, not the right one or not there. */
export class SslAuthenticationException extends ApiException {
  static override readonly javaClass: string = 'org.apache.kafka.common.errors.SslAuthenticationException';
  static override readonly code: string = 'kafka.tls';
}

/** The user may not do this. */
export class AuthorizationException extends ApiException {
  static override readonly javaClass: string = 'org.apache.kafka.common.errors.AuthorizationException';
  static override readonly code: string = 'kafka.authorization';
}

/** Another producer has taken this one's place. */
export class ProducerFencedException extends ApiException {
  static override readonly javaClass: string = 'org.apache.kafka.common.errors.ProducerFencedException';
  static override readonly code: string = 'kafka.producer.fenced';
}

/** A record batch is compressed in a way that this client does not know. */
export class UnsupportedCompressionTypeException extends ApiException {
  static override readonly javaClass: string = 'org.apache.kafka.common.errors.UnsupportedCompressionTypeException';
  static override readonly code: string = 'kafka.compression';
}
