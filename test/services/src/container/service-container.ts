import { setTimeout as pause } from 'node:timers/promises';
import { GenericContainer, getContainerRuntimeClient, Wait } from 'testcontainers';
import { hasImage, localName } from './engine.ts';

/** What to run. */
export interface ContainerSpec {
  /** Name in the public registry, such as `postgres:15`. */
  readonly image: string;
  /** Who holds the lease of its ports, such as `slot-3`: whatever a killed holder left is removed first. */
  readonly lease: string;
  /** Port in the container by port of 127.0.0.1. */
  readonly ports: Readonly<Record<number, number>>;
  readonly environment: Readonly<Record<string, string>>;
  /** Default: that of the image. */
  readonly command?: readonly string[];
  /** Does the service answer? */
  readonly isReady: (container: ServiceContainer) => Promise<boolean>;
}

const LEASE_LABEL = 'millrace.lease';
const RYUK_IMAGE = 'testcontainers/ryuk:0.14.0';
const START_MS = 90_000;
const STOP_SECONDS = 20;
/** Every chunk of an engine's log has a header: one byte for the stream, three of nothing, four for its length. */
const LOG_HEADER_BYTES = 8;

/** Publishes its ports to this machine alone. */
class LoopbackContainer extends GenericContainer {
  protected override async beforeContainerCreated(): Promise<void> {
    await super.beforeContainerCreated?.();
    const bindings = this.hostConfig.PortBindings as Readonly<Record<string, { HostIp?: string }[]>>;
    for (const binding of Object.values(bindings).flat()) binding.HostIp = '127.0.0.1';
  }
}

/** A container with a service at fixed ports. */
export class ServiceContainer {
  readonly id: string;
  readonly #spec: ContainerSpec;

  private constructor(id: string, spec: ContainerSpec) {
    this.id = id;
    this.#spec = spec;
  }

  /** Starts it and waits until the service answers. @throws Error with what it printed when it ends or does not answer within 90 seconds. */
  static async start(spec: ContainerSpec): Promise<ServiceContainer> {
    await removeLeased(spec.lease);
    await chooseReaper();
    const ports = Object.entries(spec.ports).map(([host, container]) => ({ container, host: Number(host) }));
    // Anything at all: when the service is ready is ours to say, here and after every restart.
    const wait = Wait.forLogMessage(/./).withStartupTimeout(START_MS);
    const container = new LoopbackContainer(spec.image)
      .withExposedPorts(...ports)
      .withEnvironment({ ...spec.environment })
      .withLabels({ [LEASE_LABEL]: spec.lease })
      .withWaitStrategy(wait);
    if (spec.command !== undefined) container.withCommand([...spec.command]);
    const started = await container.start().catch((error: unknown) => {
      const why = error instanceof Error ? error.message : String(error);
      throw new Error(`a container of ${localName(spec.image)} did not start: ${why}`, { cause: error });
    });
    const own = new ServiceContainer(started.getId(), spec);
    await own.#ready().catch(async (error: unknown) => {
      await own.remove();
      throw error;
    });
    return own;
  }

  /** Runs a program in it. @throws Error with what it printed when it fails. */
  async exec(command: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<string> {
    const client = await getContainerRuntimeClient();
    const result = await client.container.exec(client.container.getById(this.id), [...command], {
      env: { ...environment },
    });
    if (result.exitCode !== 0) throw new Error(`${command[0]}: ${result.output}`);
    return result.stdout;
  }

  /** Ends it with SIGKILL; what it stored stays. Fine when it does not run. */
  async kill(): Promise<void> {
    if (await this.isRunning()) await (await this.#handle()).kill({ signal: 'SIGKILL' });
  }

  /** Stops it from doing anything; connections stay open. */
  async freeze(): Promise<void> {
    await (await this.#handle()).pause();
  }

  async thaw(): Promise<void> {
    await (await this.#handle()).unpause();
  }

  /** Starts it again, after stopping it in order when it runs, and waits until the service answers. */
  async restart(): Promise<void> {
    await (await this.#handle()).restart({ t: STOP_SECONDS });
    await this.#ready();
  }

  /** Everything it has printed. */
  logs(): Promise<string> {
    return containerLogs(this.id);
  }

  isRunning(): Promise<boolean> {
    return isContainerRunning(this.id);
  }

  /** Ends and removes it with all that it stored. Fine to call twice. */
  remove(): Promise<void> {
    return removeContainer(this.id);
  }

  async #handle() {
    return handleOf(this.id);
  }

  async #ready(): Promise<void> {
    const deadline = performance.now() + START_MS;
    while (!(await this.#spec.isReady(this))) {
      const isOver = performance.now() > deadline;
      if (isOver || !(await this.isRunning())) {
        const what = isOver ? `does not answer within ${START_MS / 1000} s` : 'ended before it answered';
        throw new Error(`the container of ${localName(this.#spec.image)} ${what}:\n${await this.logs()}`);
      }
      await pause(50);
    }
  }
}

async function handleOf(id: string) {
  return (await getContainerRuntimeClient()).container.getById(id);
}

/** Everything that a container has printed. */
export async function containerLogs(id: string): Promise<string> {
  const chunks = await (await handleOf(id)).logs({ stdout: true, stderr: true, follow: false });
  return printedText(chunks);
}

/** Does it run? No when it was removed. */
export async function isContainerRunning(id: string): Promise<boolean> {
  const container = await handleOf(id);
  return container.inspect().then(
    ({ State }) => State.Running,
    (error: unknown) => {
      ignoreMissing(error);
      return false;
    },
  );
}

/** Ends and removes a container with all that it stored. Fine when it is gone. */
export async function removeContainer(id: string): Promise<void> {
  await (await handleOf(id)).remove({ force: true, v: true }).catch(ignoreMissing);
}

/** Removes the containers that somebody left whose lease is ours now. */
async function removeLeased(lease: string): Promise<void> {
  const { container } = await getContainerRuntimeClient();
  const left = await container.dockerode.listContainers({ all: true, filters: { label: [`${LEASE_LABEL}=${lease}`] } });
  await Promise.all(left.map(({ Id }) => removeContainer(Id)));
}

/**
 * The library's reaper removes containers when this process dies. It comes as an image that may be neither here nor to be had: then the next
 * holder of the lease removes them.
 */
async function chooseReaper(): Promise<void> {
  if (process.env['RYUK_CONTAINER_IMAGE'] !== undefined || (await hasImage(RYUK_IMAGE))) return;
  process.env['TESTCONTAINERS_RYUK_DISABLED'] ??= 'true';
}

function printedText(chunks: Buffer): string {
  let text = '';
  for (let at = 0; at + LOG_HEADER_BYTES <= chunks.length; ) {
    const end = at + LOG_HEADER_BYTES + chunks.readUInt32BE(at + 4);
    text += chunks.toString('utf8', at + LOG_HEADER_BYTES, end);
    at = end;
  }
  return text;
}

function ignoreMissing(error: unknown): void {
  const status = (error as { statusCode?: number }).statusCode;
  // Gone, or being removed by another.
  if (status !== 404 && status !== 409) throw error;
}
