import { KafkaException, RetriableException } from '@millrace/api';
import { describe, expect, it } from 'vitest';
import {
  CommitFailedException,
  GroupNotEmptyException,
  KafkaRetriableException,
  NoOffsetForPartitionException,
  TimeoutException,
  UnknownTopicOrPartitionException,
} from '../src/errors.ts';

describe('exceptions of Kafka', () => {
  it('carry the names of the Java classes', () => {
    expect(new TimeoutException('t').javaClass).toBe('org.apache.kafka.common.errors.TimeoutException');
    expect(new CommitFailedException('c').javaClass).toBe('org.apache.kafka.clients.consumer.CommitFailedException');
    expect(new NoOffsetForPartitionException('n').javaClass).toBe('org.apache.kafka.clients.consumer.NoOffsetForPartitionException');
  });

  it('are all KafkaException', () => {
    for (const error of [new TimeoutException(), new CommitFailedException(), new GroupNotEmptyException()]) {
      expect(error).toBeInstanceOf(KafkaException);
    }
  });

  it('tell by a common base whether a repetition may help, which is not the one of Kafka Connect', () => {
    for (const error of [new TimeoutException(), new UnknownTopicOrPartitionException()]) {
      expect(error).toBeInstanceOf(KafkaRetriableException);
      expect(error).not.toBeInstanceOf(RetriableException);
      expect(error.retriable).toBe(true);
    }
    expect(new GroupNotEmptyException()).not.toBeInstanceOf(KafkaRetriableException);
  });
});
