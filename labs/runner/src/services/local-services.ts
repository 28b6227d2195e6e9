import { join } from 'node:path';
import { KAFKA_VERSION, postgresPrograms, startKafka, startPostgres, whyNoKafka, whyNoPostgres } from '@millrace/test-services';
import type { LabServices, ServiceStarters } from './lab-services.ts';

/** Kafka's tools that labs use, by the names of their scripts without `.sh`. */
const KAFKA_TOOLS: Readonly<Record<string, string>> = {
  'kafka-topics': 'org.apache.kafka.tools.TopicCommand',
  'kafka-console-consumer': 'org.apache.kafka.tools.consumer.ConsoleConsumer',
  'kafka-console-producer': 'org.apache.kafka.tools.ConsoleProducer',
  'kafka-consumer-groups': 'org.apache.kafka.tools.consumer.group.ConsumerGroupCommand',
  'kafka-get-offsets': 'org.apache.kafka.tools.GetOffsetShell',
};

/** Real servers as processes of this machine. They end with this process, whatever ends it. */
export const localServices: ServiceStarters = {
  kafka: { label: `Kafka ${KAFKA_VERSION}`, whyNot: whyNoKafka, start: localKafka },
  postgres: {
    label: 'PostgreSQL',
    whyNot: () => {
      useProcesses();
      return whyNoPostgres();
    },
    start: localPostgres,
  },
};

async function localKafka(): Promise<LabServices> {
  const kafka = await startKafka({ properties: { 'group.initial.rebalance.delay.ms': '0' } });
  const java = 'exec "${JAVA_HOME:+$JAVA_HOME/bin/}java" -Xmx128m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xshare:auto';
  const tools = Object.entries(KAFKA_TOOLS).map(([name, main]) => [
    name,
    // The tools' own chatter about logging is no output of a lab.
    `#!/bin/sh\n${java} -Dlog4j2.level=ERROR -Dlog4j2.statusLoggerLevel=OFF -cp '${join(kafka.jars.libs, '*')}' ${main} "$@"\n`,
  ]);
  return {
    variables: { KAFKA: kafka.bootstrap() },
    tools: Object.fromEntries(tools) as Record<string, string>,
    stop: () => kafka.stop(),
  };
}

/** Else PostgreSQL would be a container where an engine answers, and this machine need not have `psql` then. */
function useProcesses(): void {
  process.env['MILLRACE_TEST_PROVIDER'] = 'process';
}

async function localPostgres(): Promise<LabServices> {
  useProcesses();
  const postgres = await startPostgres();
  const psql = join((await postgresPrograms())?.folder ?? '', 'psql');
  return {
    variables: {
      PGHOST: postgres.host,
      PGPORT: String(postgres.port),
      PGUSER: postgres.user,
      PGPASSWORD: postgres.password,
      PGDATABASE: postgres.database,
    },
    tools: { psql: `#!/bin/sh\nexec '${psql}' -X "$@"\n` },
    stop: () => postgres.stop(),
  };
}
