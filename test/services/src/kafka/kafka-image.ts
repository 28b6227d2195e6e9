import { KAFKA_VERSION } from './kafka-jars.ts';

/** The public image of the Kafka that everything is measured against. */
export const KAFKA_IMAGE = `apache/kafka:${KAFKA_VERSION}`;
