import type { Broker, FaultProxy, KafkaCluster } from '@millrace/test-services';
import type { Random } from './random.ts';

/** How long faults take. */
export interface FaultTimes {
  /** Milliseconds that a broker is stopped, killed or slow, at most. */
  readonly downMs: number;
  /** Milliseconds that a broker is frozen, at most. */
  readonly frozenMs: number;
}

interface Victim {
  readonly broker: Broker;
  readonly proxy: FaultProxy;
  readonly random: Random;
  readonly times: FaultTimes;
}

type Fault = (victim: Victim) => Promise<void>;

const slowBytesPerSecond = 200_000;

/** What can happen to a broker; each is over, and the broker back, when its promise resolves. */
const faults: Readonly<Record<string, Fault>> = {
  async killed({ broker, random, times }) {
    await broker.kill();
    await wait(random.between(0, times.downMs));
    await broker.restart();
  },
  async stopped({ broker, random, times }) {
    await broker.stop();
    await wait(random.between(0, times.downMs));
    await broker.restart();
  },
  async frozen({ broker, random, times }) {
    broker.freeze();
    await wait(random.between(times.frozenMs >>> 1, times.frozenMs));
    broker.thaw();
  },
  async 'reset, again and again'({ proxy, random, times }) {
    const end = performance.now() + times.downMs;
    while (performance.now() < end) {
      proxy.resetAll();
      await wait(random.between(20, 400));
    }
  },
  async 'half-open'({ proxy, random, times }) {
    proxy.halfOpenAll();
    await wait(random.between(0, times.downMs));
  },
  async 'cut in a message'({ proxy, random, times }) {
    const end = performance.now() + times.downMs;
    proxy.onConnection((connection) => connection.cutAfter(random.between(1, 60_000), random.pick(['up', 'down'])));
    for (const connection of proxy.connections) connection.cutAfter(random.between(1, 20_000), random.pick(['up', 'down']));
    await wait(end - performance.now());
    proxy.onConnection(() => undefined);
    proxy.resetAll();
  },
  async slow({ proxy, random, times }) {
    proxy.setFaults({ latencyMs: random.between(50, 500), bytesPerSecond: slowBytesPerSecond });
    await wait(times.downMs);
    proxy.setFaults({});
  },
  async unreachable({ proxy, random, times }) {
    proxy.refuse();
    proxy.resetAll();
    await wait(random.between(0, times.downMs));
    await proxy.accept();
  },
};

/** Names of all faults, in random order. */
export function shuffledFaults(random: Random): string[] {
  const left = Object.keys(faults);
  return Object.keys(faults).flatMap(() => left.splice(random.between(0, left.length - 1), 1));
}

/** Does something to a random broker. @returns what that was */
export async function faultOf(name: string, kafka: KafkaCluster, random: Random, times: FaultTimes): Promise<string> {
  const broker = random.pick(kafka.brokers);
  const proxy = kafka.proxies[broker.node - 1] as FaultProxy;
  await faults[name]?.({ broker, proxy, random, times });
  return `broker ${broker.node} ${name}`;
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, Math.max(0, ms));
  });
}
