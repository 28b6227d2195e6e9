/** Version that Kafka's own plug-ins report: the level of Kafka Connect that Millrace speaks. */
export const KAFKA_VERSION = '4.3.1';
