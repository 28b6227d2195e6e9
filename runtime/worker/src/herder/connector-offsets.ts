import { ConnectException, UnsupportedOperationException, type Properties, type SourceMap, type TopicPartition } from '@millrace/api';
import {
  GroupNotEmptyException,
  GroupSubscribedToTopicException,
  UnknownMemberIdException,
  type Admin,
  type KafkaTransport,
} from '@millrace/kafka';
import type { PluginDescriptor } from '../plugins/plugin-descriptor.ts';
import type { OpenConnectorOffsets } from '../storage/connector-offset-stores.ts';
import type { OffsetEntry, OffsetStore } from '../storage/offset-store.ts';
import { connectorAdminProperties, consumerGroupOf } from '../task/client-properties.ts';
import type { AlteredOffsets, ConnectorHost } from './connector-host.ts';
import type { ConnectorSupervisor } from './connector-supervisor.ts';
import { BadRequestException } from './rest-exceptions.ts';
import { parseSinkOffsets, sinkOffset, type ConnectorOffset } from './validation-sink-offsets.ts';

/** A connector whose offsets are asked for or changed. */
export interface OffsetsSubject {
  readonly name: string;
  readonly plugin: PluginDescriptor;
  /** With references resolved. */
  readonly config: Properties;
}

/** @throws ConnectException if the connector's class is not installed any more, ConfigException if a reference cannot be resolved */
export async function subjectOf({ name, plugin, settings }: ConnectorSupervisor): Promise<OffsetsSubject> {
  if (plugin === null) throw new ConnectException(`The class of connector ${name} is not installed: ${settings.raw['connector.class']}`);
  return { name, plugin, config: await settings.resolve() };
}

/** The answer to a change of the offsets of a connector that may be running. */
export function notStopped(name: string): BadRequestException {
  return new BadRequestException(
    'Connectors must be in the STOPPED state before their offsets can be modified. This can be done for the specified connector by issuing ' +
      `a 'PUT' request to the '/connectors/${name}/stop' endpoint`,
  );
}

export interface ConnectorOffsetsOptions {
  readonly transport: KafkaTransport;
  readonly offsets: OffsetStore;
  readonly workerConfig: Readonly<Record<string, string>>;
  /** Where connectors are asked about their offsets. */
  readonly host: ConnectorHost;
  /** Opens the store that a source's configuration asks for. Default: that is always `offsets`. */
  readonly open?: OpenConnectorOffsets;
}

type Change = 'altered' | 'reset';

/** A change of a connector's offsets. @param signal fires when nobody waits for it any more @returns what was done, for the answer */
export type ChangeOffsets = (subject: OffsetsSubject, signal: AbortSignal) => Promise<string>;

/** Reads and changes the offsets of connectors (KIP-875): of sources in the offset store, of sinks in their consumer group. */
export class ConnectorOffsets {
  readonly #options: ConnectorOffsetsOptions;

  constructor(options: ConnectorOffsetsOptions) {
    this.#options = options;
  }

  async read(subject: OffsetsSubject): Promise<ConnectorOffset[]> {
    if (subject.plugin.kind === 'sink') {
      const group = await this.#withAdmin(subject, (admin) => admin.groupOffsets(this.#groupOf(subject)));
      return Array.from(group, ([partition, { offset }]) => sinkOffset(partition, offset));
    }
    const stored = await this.#withStore(subject, (store) => store.readAll(subject.name));
    return stored.map(([partition, offset]) => ({ partition, offset }));
  }

  /**
   * @param signal fires when nobody waits for the answer any more
   * @returns what was done, for the answer
   * @throws BadRequestException for a malformed entry; ConnectException if the connector refuses or Kafka does.
   */
  async alter(subject: OffsetsSubject, offsets: readonly ConnectorOffset[], signal: AbortSignal): Promise<string> {
    if (subject.plugin.kind === 'sink') return this.#alterSink(subject, parseSinkOffsets(offsets), signal);
    const entries = offsets.map(({ partition, offset }) => [partition, offset] as const);
    return done('altered', await this.#changeSource(subject, entries, signal));
  }

  /** As {@link alter}. A connector without offsets counts as reset. */
  async reset(subject: OffsetsSubject, signal: AbortSignal): Promise<string> {
    if (subject.plugin.kind === 'sink') return this.#resetSink(subject, signal);
    const stored = await this.#withStore(subject, (store) => store.readAll(subject.name));
    const entries = stored.map(([partition]) => [partition, null] as const);
    return done('reset', await this.#changeSource(subject, entries, signal));
  }

  /** @returns whether the connector took care of its offsets */
  async #changeSource(
    subject: OffsetsSubject,
    entries: readonly (readonly [SourceMap | null, SourceMap | null])[],
    signal: AbortSignal,
  ): Promise<boolean> {
    const handled = await this.#ask(subject, { type: 'source', offsets: new Map(entries) }, signal);
    if (entries.some(([partition]) => partition === null)) {
      throw new BadRequestException('The partition for a source connector offset cannot be null or missing');
    }
    if (entries.length > 0) {
      await this.#withStore(subject, (store) => store.write(subject.name, entries as readonly OffsetEntry[]));
    }
    return handled;
  }

  async #alterSink(
    subject: OffsetsSubject,
    offsets: ReadonlyMap<TopicPartition, number | bigint | null>,
    signal: AbortSignal,
  ): Promise<string> {
    const numbers = new Map(Array.from(offsets, ([partition, offset]) => [partition, offset === null ? null : Number(offset)] as const));
    const handled = await this.#ask(subject, { type: 'sink', offsets: numbers }, signal);
    for (const [partition, offset] of offsets) {
      if (offset !== null && offset < 0) {
        const cause = new BadRequestException(`The offset of ${partition} is negative: ${offset}`);
        throw new ConnectException(`Failed to modify offsets for sink connector ${subject.name}`, { cause });
      }
    }
    await this.#withAdmin(subject, (admin) => alterGroup(admin, this.#groupOf(subject), numbers, subject.name));
    return done('altered', handled);
  }

  async #resetSink(subject: OffsetsSubject, signal: AbortSignal): Promise<string> {
    return this.#withAdmin(subject, async (admin) => {
      const current = await admin.groupOffsets(this.#groupOf(subject));
      const nothing = new Map(Array.from(current.keys(), (partition) => [partition, null] as const));
      const handled = await this.#ask(subject, { type: 'sink', offsets: nothing }, signal);
      try {
        await admin.deleteGroup(this.#groupOf(subject));
      } catch (error) {
        throw groupError('reset', subject.name, error);
      }
      return done('reset', handled);
    });
  }

  /** Whether the connector took care of its offsets. */
  async #ask({ name, plugin, config }: OffsetsSubject, altered: AlteredOffsets, signal: AbortSignal): Promise<boolean> {
    try {
      return await this.#options.host.alterOffsets({ plugin, config, altered }, signal);
    } catch (error) {
      if (!(error instanceof UnsupportedOperationException)) throw error;
      throw new ConnectException(
        `Offsets of connector ${name} cannot be changed: the connector does not support it when its offsets are modified from outside`,
        { cause: error },
      );
    }
  }

  #groupOf({ name, config }: OffsetsSubject): string {
    return consumerGroupOf(name, { connectorConfig: config, workerConfig: this.#options.workerConfig });
  }

  /** A connector whose offsets are changed runs nowhere, so that nobody else has its store open. */
  async #withStore<T>({ name, config }: OffsetsSubject, use: (store: OffsetStore) => Promise<T>): Promise<T> {
    const store = this.#options.open?.(name, config);
    if (store === undefined) return use(this.#options.offsets);
    try {
      await store.start();
      return await use(store);
    } finally {
      await store.stop();
    }
  }

  async #withAdmin<T>({ name, config }: OffsetsSubject, use: (admin: Admin) => Promise<T>): Promise<T> {
    const { workerConfig, transport } = this.#options;
    const admin = transport.admin(connectorAdminProperties(name, { connectorConfig: config, workerConfig }));
    try {
      return await use(admin);
    } finally {
      await admin.close();
    }
  }
}

async function alterGroup(admin: Admin, group: string, offsets: ReadonlyMap<TopicPartition, number | null>, name: string): Promise<void> {
  const kept = new Map([...offsets].flatMap(([partition, offset]) => (offset === null ? [] : [[partition, { offset }] as const])));
  const removed = [...offsets].flatMap(([partition, offset]) => (offset === null ? [partition] : []));
  try {
    if (kept.size > 0) await admin.alterGroupOffsets(group, kept);
  } catch (error) {
    throw groupError('alter', name, error);
  }
  try {
    if (removed.length > 0) await admin.deleteGroupOffsets(group, removed);
  } catch (error) {
    throw groupError('delete', name, error);
  }
}

function groupError(action: 'alter' | 'delete' | 'reset', name: string, cause: unknown): ConnectException {
  const message = `Failed to ${action} consumer group offsets for connector ${name}`;
  const hasMembers =
    cause instanceof UnknownMemberIdException ||
    cause instanceof GroupSubscribedToTopicException ||
    cause instanceof GroupNotEmptyException;
  if (!hasMembers) return new ConnectException(message, { cause });
  return new ConnectException(
    `${message}: its consumer group still has members. Either its tasks have not stopped yet, or the connector was resumed meanwhile. ` +
      'If the connector is stopped, the request can be repeated; if that does not help, tasks that never ended hold the group, and the worker has to be restarted',
    { cause },
  );
}

/** The text of the answer, which clients compare. */
function done(change: Change, byConnector: boolean): string {
  return byConnector
    ? `The offsets for this connector have been ${change} successfully`
    : `The Connect framework-managed offsets for this connector have been ${change} successfully. However, if this connector manages ` +
        `offsets externally, they will need to be manually ${change} in the system that the connector uses.`;
}
