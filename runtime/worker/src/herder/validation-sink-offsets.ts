import { javaText, NumberFormatException, parseJavaInteger, TopicPartition, type SourceMap } from '@millrace/api';
import { BadRequestException } from './rest-exceptions.ts';

const topicKey = 'kafka_topic';
const partitionKey = 'kafka_partition';
const offsetKey = 'kafka_offset';

/** One entry of a request about the offsets of a connector. */
export interface ConnectorOffset {
  readonly partition: SourceMap | null;
  readonly offset: SourceMap | null;
}

/**
 * The consumer offsets that a request about a sink connector means (KIP-875), null where one is to be removed. As
 * `org.apache.kafka.connect.util.SinkUtils.parseSinkConnectorOffsets`: numbers may be written as text.
 * @throws BadRequestException for a malformed entry.
 */
export function parseSinkOffsets(offsets: readonly ConnectorOffset[]): Map<TopicPartition, number | bigint | null> {
  return new Map(offsets.map(({ partition, offset }) => [parsePartition(partition), parseOffset(offset)]));
}

/** The same in the other direction, for the answer to a question about offsets. */
export function sinkOffset({ topic, partition }: TopicPartition, offset: number): { partition: SourceMap; offset: SourceMap } {
  return { partition: { [partitionKey]: partition, [topicKey]: topic }, offset: { [offsetKey]: offset } };
}

function parsePartition(partition: SourceMap | null): TopicPartition {
  if (partition === null) throw new BadRequestException('The partition for a sink connector offset cannot be null or missing');
  const { [topicKey]: topic, [partitionKey]: number } = partition;
  if (topic === undefined || number === undefined) {
    throw new BadRequestException(`The partition for a sink connector offset must contain the keys '${topicKey}' and '${partitionKey}'`);
  }
  if (topic === null) throw new BadRequestException('Kafka topic names must be valid strings and may not be null');
  if (number === null) throw new BadRequestException('Kafka partitions must be valid numbers and may not be null');
  return TopicPartition.of(javaText(topic, null), Number(parseInteger(number, 32, 'partition')));
}

function parseOffset(offset: SourceMap | null): number | bigint | null {
  if (offset === null) return null;
  const value = offset[offsetKey];
  if (value === undefined) {
    throw new BadRequestException(`The offset for a sink connector should either be null or contain the key '${offsetKey}'`);
  }
  return parseInteger(value, 64, 'offset');
}

function parseInteger(value: unknown, bits: 32 | 64, what: 'partition' | 'offset'): number | bigint {
  const text = value === null ? 'null' : javaText(value, null);
  const parsed = parseJavaInteger(text, bits);
  if (parsed !== null) return parsed;
  const title = what === 'partition' ? 'Partition' : 'Offset';
  throw new BadRequestException(
    `Failed to parse the following Kafka ${what} value in the provided offsets: '${text}'. ` +
      `${title} values for sink connectors need to be integers.`,
    { cause: new NumberFormatException(`For input string: "${text}"`) },
  );
}
