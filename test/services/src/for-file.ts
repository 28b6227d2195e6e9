import { afterAll, beforeAll, beforeEach } from 'vitest';
import type { KafkaCluster } from './kafka/kafka-cluster.ts';
import { whyNoKafka } from './kafka/kafka-jars.ts';
import { type KafkaService, type ProvidedKafkaOptions, provideKafka, whyNoProvidedKafka } from './kafka/provide-kafka.ts';
import { type KafkaOptions, startKafka } from './kafka/start-kafka.ts';
import { whyNoMongo } from './mongodb/secantusdb.ts';
import { type MongoService, startMongo } from './mongodb/start-mongodb.ts';
import type { PostgresOptions, PostgresService } from './postgres/postgres-service.ts';
import { startPostgres, whyNoPostgres } from './postgres/start-postgres.ts';

/** What a file does with a service before its tests; what it gives back undoes it, before the service stops. */
export type SetUp<T> = (service: T) => Promise<(() => unknown) | void>;

/**
 * Skips the tests of a file, with the reason, where what they need is missing.
 *
 * @param whyNot Says why they cannot run here; null when they can.
 * @param setUp Runs before them where they can; what it gives back undoes it.
 */
export function fileNeeds(
  whyNot: () => Promise<string | null>,
  setUp: () => Promise<(() => unknown) | void> = async () => undefined,
): void {
  let reason: string | null = null;
  let undo: (() => unknown) | void;
  beforeAll(async () => {
    reason = await whyNot();
    if (reason === null) undo = await setUp();
  });
  beforeEach((context) => {
    if (reason !== null) context.skip(reason);
  });
  afterAll(() => undo?.());
}

/**
 * One service for the tests of a file: started before the first of them, stopped after the last. Where it cannot run, they are skipped
 * with the reason.
 *
 * @param whyNot Says why it cannot run here; null when it can.
 * @param setUp What else has to be there; it does not run where the service cannot.
 * @returns the service, to be called in tests and hooks
 */
export function serviceForFile<T extends { stop(): Promise<void> }>(
  whyNot: () => Promise<string | null>,
  start: () => Promise<T>,
  setUp: SetUp<T> = async () => undefined,
): () => T {
  let service: T | undefined;
  fileNeeds(whyNot, async () => {
    const started = await start();
    service = started;
    const undo = await setUp(started).catch(async (error: unknown) => {
      await started.stop();
      throw error;
    });
    return async () => {
      try {
        await undo?.();
      } finally {
        await started.stop();
      }
    };
  });
  return () => {
    if (service === undefined) throw new Error('a service for the tests of a file is there while they run, in tests and in setUp');
    return service;
  };
}

/** A cluster of local processes, with whatever `startKafka` offers, for the tests of a file. */
export function kafkaForFile(options: KafkaOptions = {}, setUp?: SetUp<KafkaCluster>): () => KafkaCluster {
  return serviceForFile(whyNoKafka, () => startKafka(options), setUp);
}

/** A cluster that anybody may provide, for the tests of a file. */
export function providedKafkaForFile(options: ProvidedKafkaOptions = {}, setUp?: SetUp<KafkaService>): () => KafkaService {
  return serviceForFile(whyNoProvidedKafka, () => provideKafka(options), setUp);
}

/** A PostgreSQL server that anybody may provide, for the tests of a file. */
export function postgresForFile(options: PostgresOptions = {}, setUp?: SetUp<PostgresService>): () => PostgresService {
  return serviceForFile(whyNoPostgres, () => startPostgres(options), setUp);
}

/** A MongoDB server, or the stand-in for it, for the tests of a file. */
export function mongoForFile(setUp?: SetUp<MongoService>): () => MongoService {
  return serviceForFile(whyNoMongo, startMongo, setUp);
}
