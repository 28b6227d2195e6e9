import { ConfigException, LambdaValidator, type Validator } from '@millrace/api';

/** Replicas of each partition of a topic. */
export const replicationFactor = positiveOrMinusOne(
  "Replication factor must be positive and not larger than the number of brokers in the Kafka cluster, or -1 to use the broker's default",
);

/** Partitions of a topic. */
export const partitionCount = positiveOrMinusOne("Number of partitions must be positive, or -1 to use the broker's default");

function positiveOrMinusOne(reason: string): Validator {
  return LambdaValidator.with(
    (name, value) => {
      if (value !== -1 && Number(value) < 1) throw ConfigException.invalidValue(name, value, reason);
    },
    () => 'a positive number, or -1',
  );
}
