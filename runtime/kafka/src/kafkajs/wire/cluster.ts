import type { KafkaException } from '@millrace/api';
import type { Api } from './api.ts';
import { findCoordinator, type CoordinatorType } from './apis/find-coordinator.ts';
import { metadata, type MetadataResponse, type Node, type TopicMetadata } from './apis/metadata.ts';
import type { SendOptions } from './broker-connection.ts';
import { brokerError, disconnected, isRetriable } from './broker-errors.ts';
import { BrokerLink } from './broker-link.ts';
import { ErrorCode } from './error-codes.ts';
import type { Address, WireConfig } from './wire-config.ts';

/**
 * What a request shares its connection with. A broker works on one request of a connection at a time, so requests that the broker may
 * park (a fetch, a join) have a connection of their own.
 */
export type Lane = 'default' | 'fetch' | 'coordinator';

export interface RequestOptions extends SendOptions {
  /** Default: `default`. */
  readonly lane?: Lane;
}

export interface ClusterOptions {
  /** Whether brokers may create topics that are asked for, if their own configuration allows it. Default: false. */
  readonly allowAutoTopicCreation?: boolean;
}

/** Topics whose metadata is kept: by name, or all. */
type Watched = Set<string> | 'all';

/** The brokers of a Kafka cluster as one client sees them: connections by broker and lane, metadata of the watched topics, coordinators. */
export class Cluster {
  readonly config: WireConfig;
  readonly #allowAutoTopicCreation: boolean;
  readonly #links = new Map<string, BrokerLink>();
  readonly #coordinators = new Map<string, number>();
  #nodes = new Map<number, Node>();
  #topics = new Map<string, TopicMetadata>();
  #watched: Watched = new Set();
  #controllerId = -1;
  #clusterId: string | null = null;
  #refreshedAt = Number.NEGATIVE_INFINITY;
  #refreshing: Promise<void> | null = null;
  /** The refresh that begins when the running one ends, for callers who want to see what changed since that began. */
  #nextRefresh: Promise<void> | null = null;
  readonly #refreshListeners = new Set<() => void>();
  #isClosed = false;

  constructor(config: WireConfig, { allowAutoTopicCreation = false }: ClusterOptions = {}) {
    this.config = config;
    this.#allowAutoTopicCreation = allowAutoTopicCreation;
  }

  get clusterId(): string | null {
    return this.#clusterId;
  }

  /** Metadata of a watched topic; undefined while it is not known. A topic that does not exist has an error code. */
  topic(name: string): TopicMetadata | undefined {
    return this.#topics.get(name);
  }

  /** Names of the topics known to exist. */
  topicNames(): string[] {
    return [...this.#topics.values()].filter(({ errorCode }) => errorCode === ErrorCode.NONE).map(({ name }) => name);
  }

  /** Node id of a partition's leader; -1 while there is none or it is not known. */
  leader(topic: string, partition: number): number {
    const partitions = this.#topics.get(topic)?.partitions;
    const found =
      partitions?.[partition]?.partition === partition ? partitions[partition] : partitions?.find((p) => p.partition === partition);
    return found?.leader ?? -1;
  }

  /** Keeps the metadata of this topic from the next {@link refresh} on. @returns whether that is new */
  watch(topic: string): boolean {
    if (this.#watched === 'all' || this.#watched.has(topic)) return false;
    this.#watched.add(topic);
    return true;
  }

  /** Keeps the metadata of all topics. */
  watchAll(): void {
    this.#watched = 'all';
  }

  /** Forgets a topic. */
  unwatch(topic: string): void {
    if (this.#watched !== 'all') this.#watched.delete(topic);
    this.#topics.delete(topic);
  }

  /**
   * Asks for brokers and watched topics anew. Calls while a refresh runs share the one after it. One attempt at each broker that is known.
   * @throws KafkaRetriableException when no broker answers, SaslAuthenticationException, SslAuthenticationException
   */
  refresh(): Promise<void> {
    if (this.#refreshing === null) return this.#startRefresh();
    this.#nextRefresh ??= this.#refreshing
      .catch(() => undefined)
      .then(() => {
        this.#nextRefresh = null;
        return this.#startRefresh();
      });
    return this.#nextRefresh;
  }

  /** Calls back after each refresh, until the cluster is closed. */
  onRefresh(callback: () => void): void {
    this.#refreshListeners.add(callback);
  }

  /** A refresh if the last one is older than `metadata.max.age.ms`. */
  async refreshIfStale(): Promise<void> {
    if (performance.now() - this.#refreshedAt >= this.config.metadataMaxAgeMs) await this.refresh();
  }

  /** Resolves when there is a connection to a broker. @throws what keeps it from being made; then nothing has been sent */
  async connected(nodeId: number, lane: Lane = 'default'): Promise<void> {
    await this.#link(nodeId, lane).connection();
  }

  /** Sends a request to a broker, and connects to it if need be. Requests of a lane go out in the order of the calls. */
  async request<Request, Response>(
    nodeId: number,
    api: Api<Request, Response>,
    request: Request,
    options: RequestOptions = {},
  ): Promise<Response> {
    const connection = await this.#link(nodeId, options.lane ?? 'default').connection();
    return connection.send(api, request, options);
  }

  /** The version of an API that a broker and we have in common. */
  async versionOf(nodeId: number, api: Api<never, unknown>, lane: Lane = 'default'): Promise<number> {
    return (await this.#link(nodeId, lane).connection()).versionOf(api);
  }

  /** Sends a request that any broker can answer: to one that is connected, else to each in turn, at last to the bootstrap addresses. */
  async requestAny<Request, Response>(api: Api<Request, Response>, request: Request, options: SendOptions = {}): Promise<Response> {
    let failure: KafkaException | null = null;
    for (const link of this.#anyLinks()) {
      try {
        const connection = await link.connection();
        return await connection.send(api, request, options);
      } catch (error) {
        if (!isRetriable(error) || this.#isClosed) throw error;
        failure = error as KafkaException;
      }
    }
    throw failure ?? disconnected(this.config.bootstrap[0] as Address);
  }

  /** Sends a request that only the controller can answer. NOT_CONTROLLER in the answer is the caller's business: {@link refresh}, then again. */
  async requestController<Request, Response>(api: Api<Request, Response>, request: Request, options: SendOptions = {}): Promise<Response> {
    if (!this.#nodes.has(this.#controllerId)) await this.refresh();
    return this.request(this.#controllerId, api, request, options);
  }

  /**
   * Node id of the coordinator, from memory if it has been asked for before.
   * @throws KafkaRetriableException while there is none, AuthorizationException
   */
  async coordinator(type: CoordinatorType, key: string): Promise<number> {
    const known = this.#coordinators.get(`${type} ${key}`);
    if (known !== undefined) return known;
    const answer = await this.requestAny(findCoordinator, { type, key });
    if (answer.errorCode !== ErrorCode.NONE) throw brokerError(answer.errorCode, `Finding the coordinator of ${type} ${key}`);
    this.#nodes.set(answer.nodeId, { nodeId: answer.nodeId, host: answer.host, port: answer.port });
    this.#coordinators.set(`${type} ${key}`, answer.nodeId);
    return answer.nodeId;
  }

  /** Asks for the coordinator anew at the next {@link coordinator}: after NOT_COORDINATOR, COORDINATOR_NOT_AVAILABLE or a lost connection. */
  forgetCoordinator(type: CoordinatorType, key: string): void {
    this.#coordinators.delete(`${type} ${key}`);
  }

  /** Closes all connections; requests without an answer fail. Idempotent. */
  close(): void {
    this.#isClosed = true;
    this.#refreshListeners.clear();
    for (const link of this.#links.values()) link.close();
    this.#links.clear();
  }

  #startRefresh(): Promise<void> {
    this.#refreshing = this.#refresh().finally(() => {
      this.#refreshing = null;
    });
    return this.#refreshing;
  }

  async #refresh(): Promise<void> {
    const topics = this.#watched === 'all' ? null : [...this.#watched];
    this.#take(await this.requestAny(metadata, { topics, allowAutoTopicCreation: this.#allowAutoTopicCreation }));
  }

  #take({ nodes, clusterId, controllerId, topics }: MetadataResponse): void {
    // A broker that has just started answers without any broker in its view; what we know already is better.
    if (nodes.length > 0) this.#nodes = new Map(nodes.map((node) => [node.nodeId, node]));
    this.#clusterId = clusterId;
    this.#controllerId = controllerId;
    this.#topics = new Map(topics.map((topic) => [topic.name, this.#newer(topic)]));
    this.#refreshedAt = performance.now();
    this.#closeLinksThatMoved();
    for (const listener of this.#refreshListeners) listener();
  }

  /** Leaders of an older epoch come from a broker that has not heard the news yet; what we know already is better. */
  #newer(topic: TopicMetadata): TopicMetadata {
    const known = this.#topics.get(topic.name);
    if (known === undefined || topic.errorCode !== ErrorCode.NONE || known.errorCode !== ErrorCode.NONE) return topic;
    const partitions = topic.partitions.map((partition) => {
      const before = known.partitions.find((candidate) => candidate.partition === partition.partition);
      return before !== undefined && before.leaderEpoch > partition.leaderEpoch && partition.leaderEpoch >= 0 ? before : partition;
    });
    return { ...topic, partitions };
  }

  #closeLinksThatMoved(): void {
    for (const [key, link] of this.#links) {
      const node = this.#nodes.get(Number.parseInt(key, 10));
      if (node === undefined || isSame(node, link.address)) continue;
      link.close();
      this.#links.delete(key);
    }
  }

  #link(nodeId: number, lane: Lane): BrokerLink {
    const node = this.#nodes.get(nodeId);
    if (node === undefined) throw brokerError(ErrorCode.LEADER_NOT_AVAILABLE, `A request to broker ${nodeId}`, 'it is not known');
    return this.#linkTo(`${nodeId} ${lane}`, node);
  }

  #linkTo(key: string, address: Address): BrokerLink {
    if (this.#isClosed) throw disconnected(address);
    let link = this.#links.get(key);
    if (link !== undefined && !isSame(link.address, address)) {
      link.close();
      link = undefined;
    }
    if (link === undefined) {
      link = new BrokerLink(address, this.config);
      this.#links.set(key, link);
    }
    return link;
  }

  *#anyLinks(): Generator<BrokerLink> {
    const nodes = shuffled([...this.#nodes.keys()]);
    const links = nodes.map((nodeId) => this.#link(nodeId, 'default'));
    yield* links.filter(({ isOpen }) => isOpen);
    yield* links.filter(({ isOpen }) => !isOpen);
    for (const address of shuffled([...this.config.bootstrap])) yield this.#linkTo(`bootstrap ${address.host}:${address.port}`, address);
  }
}

function isSame(one: Address, other: Address): boolean {
  return one.host === other.host && one.port === other.port;
}

function shuffled<Item>(items: Item[]): Item[] {
  for (let at = items.length - 1; at > 0; at--) {
    const other = Math.floor(Math.random() * (at + 1));
    [items[at], items[other]] = [items[other] as Item, items[at] as Item];
  }
  return items;
}
