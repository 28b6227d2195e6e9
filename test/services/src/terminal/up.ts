import type { ConnectJvm } from '../connect/connect-jvm.ts';
import { startConnectJvm } from '../connect/start-connect-jvm.ts';
import { localName } from '../container/engine.ts';
import { clientListeners, kafkaUsers } from '../kafka/broker-config.ts';
import type { KafkaCluster } from '../kafka/kafka-cluster.ts';
import { KAFKA_IMAGE } from '../kafka/kafka-image.ts';
import { startKafka } from '../kafka/start-kafka.ts';
import { TERMINAL_SLOT } from '../ports.ts';
import { identify, type ProcessIdentity } from '../process/process-identity.ts';
import type { TestService } from '../test-service.ts';
import { removeState, type ServiceState, type TerminalState, writeState } from './state.ts';

/** What `pnpm services up` starts. */
export interface UpOptions {
  readonly brokers: 1 | 3;
  /** Also the JVM worker? */
  readonly withConnect: boolean;
  /** Also fault proxies? */
  readonly isProxied: boolean;
  readonly write: (text: string) => void;
}

/** Starts services, says where they are, and holds them until it is interrupted (Ctrl-C, or `pnpm services down`). */
export async function up(options: UpOptions): Promise<void> {
  const interrupted = interruption();
  // Nothing else keeps this process: what it started is watched, not waited for.
  const hold = setInterval(() => undefined, 60_000);
  try {
    await holdServices(interrupted, options);
  } finally {
    clearInterval(hold);
  }
}

/** Starts Kafka in a container, with a plain listener and nothing else, and holds it until it is interrupted. */
export async function upContainer(write: (text: string) => void): Promise<void> {
  const interrupted = interruption();
  const hold = setInterval(() => undefined, 60_000);
  try {
    write(`starting Kafka in a container of ${localName(KAFKA_IMAGE)} …\n`);
    const { startKafkaContainer } = await import('../kafka/container-kafka.ts');
    const kafka = await startKafkaContainer({ slot: TERMINAL_SLOT });
    try {
      const { name, endpoints, container } = kafka;
      const services = [{ name, endpoints, runsIn: { container: container.id } }];
      await announce({ services, variables: { MILLRACE_KAFKA: kafka.bootstrap() } }, write);
      await interrupted;
      write('stopping …\n');
    } finally {
      await kafka.stop();
      await removeState();
    }
  } finally {
    clearInterval(hold);
  }
}

async function announce(running: Pick<TerminalState, 'services' | 'variables'>, write: (text: string) => void): Promise<void> {
  const state = { owner: await identityOf(process.pid), ...running };
  await writeState(state);
  write(`${describeState(state)}\nCtrl-C, or pnpm services down in another terminal, ends them and removes their data.\n`);
}

async function holdServices(interrupted: Promise<void>, { brokers, withConnect, isProxied, write }: UpOptions): Promise<void> {
  write(`starting Kafka (${brokers} ${brokers === 1 ? 'broker' : 'brokers'})${withConnect ? ' and the JVM worker' : ''} …\n`);
  const kafka = await startKafka({ brokers, listeners: clientListeners, proxied: isProxied, slot: TERMINAL_SLOT });
  let worker: ConnectJvm | null = null;
  try {
    worker = withConnect ? await startConnectJvm({ kafka }) : null;
    const running = worker === null ? kafka.brokers : [...kafka.brokers, worker];
    const services = await Promise.all(running.map(describe));
    const variables = { ...variablesOf(kafka), ...(worker === null ? {} : { MILLRACE_CONNECT: worker.url }) };
    await announce({ services, variables }, write);
    await interrupted;
    write('stopping …\n');
  } finally {
    await worker?.kill();
    await kafka.stop();
    await removeState();
  }
}

/** What runs, for a person. */
export function describeState({ services, variables }: TerminalState): string {
  const lines = services.flatMap(({ name, runsIn, endpoints }) => [
    `${name} (${'process' in runsIn ? `process ${runsIn.process.pid}` : `container ${runsIn.container.slice(0, 12)}`})`,
    ...Object.entries(endpoints).map(([listener, address]) => `  ${listener.padEnd(15)}${address}`),
  ]);
  const hasLogins = services.some(({ endpoints }) => Object.keys(endpoints).some((listener) => listener.startsWith('SASL')));
  const exports = Object.entries(variables).map(([name, value]) => `export ${name}=${value}`);
  return [...lines, ...(hasLogins ? describeUsers() : []), '', ...exports, ''].join('\n');
}

function describeUsers(): readonly string[] {
  const users = Object.entries(kafkaUsers).map(
    ([mechanism, { username, password }]) => `  ${mechanism.padEnd(15)}${username} / ${password}`,
  );
  return ['users', ...users, '  OAUTHBEARER    any unsecured token'];
}

function variablesOf(kafka: KafkaCluster): Record<string, string> {
  const { certificates } = kafka;
  return {
    MILLRACE_KAFKA: kafka.bootstrap(),
    ...(certificates === null
      ? {}
      : {
          MILLRACE_KAFKA_CA: certificates.authority,
          MILLRACE_KAFKA_CLIENT_CERTIFICATE: certificates.client.certificate,
          MILLRACE_KAFKA_CLIENT_KEY: certificates.client.key,
        }),
  };
}

async function describe(service: TestService & { readonly pid: number | null; readonly logFile: string }): Promise<ServiceState> {
  const { name, endpoints, logFile, pid } = service;
  return { name, endpoints, runsIn: { process: await identityOf(pid ?? 0), logFile } };
}

async function identityOf(pid: number): Promise<ProcessIdentity> {
  const identity = await identify(pid);
  if (identity === null) throw new Error(`process ${pid} ended right after its start`);
  return identity;
}

/** Resolves at Ctrl-C or when asked to end. */
function interruption(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve());
  });
}
