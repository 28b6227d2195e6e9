import { randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ConnectException, type TopicPartition } from '@millrace/api';
import type { OffsetAndMetadata } from '../../port.ts';
import type { LogStorage, StoredOffset } from '../log-storage.ts';
import { Topic, type TopicPlan } from '../topic.ts';
import { diskDefaults, TopicConfig } from '../topic-config.ts';
import { readCheckedFile, syncFolder, writeCheckedFile } from './checked-file.ts';
import { DiskPartition } from './disk-partition.ts';
import { FolderLock } from './folder-lock.ts';
import { GroupOffsetLog } from './group-offset-log.ts';

/** What the file of a topic says. */
interface StoredTopic {
  readonly name: string;
  readonly partitions: number;
  readonly config: Readonly<Record<string, string>>;
}

export interface DiskStorageOptions {
  /** Created if need be. */
  readonly folder: string;
  readonly now?: () => number;
  /** Hears what a start found damaged, and what went wrong in the background. */
  readonly warn?: (message: string) => void;
}

const topicFile = 'topic.json';
const deletedEnding = '.deleted';
const newEnding = '.new';

/**
 * Keeps an embedded log in a folder: `log.json`, `groups/` with committed offsets, and in `topics/` a folder for each topic with `topic.json`
 * and a folder for each partition. A topic's folder has a number behind its name, because there are file systems on which `Orders` and
 * `orders` are one.
 */
export class DiskStorage implements LogStorage {
  readonly isVolatile = false;
  readonly clusterId: string;
  readonly topicDefaults = diskDefaults;
  readonly #folder: string;
  readonly #now: () => number;
  readonly #warn: (message: string) => void;
  readonly #lock: FolderLock;
  readonly #topics = new Map<Topic, string>();
  readonly #offsets: GroupOffsetLog;
  #nextNumber = 1;
  #closing: Promise<void> | null = null;

  /** @throws ConnectException if the folder is in use or holds something else */
  constructor(options: DiskStorageOptions) {
    this.#folder = resolve(options.folder);
    this.#now = options.now ?? Date.now;
    this.#warn = options.warn ?? (() => undefined);
    mkdirSync(this.#topicsFolder, { recursive: true });
    this.#lock = FolderLock.take(this.#folder);
    try {
      this.clusterId = this.#openLogFile();
      for (const name of readdirSync(this.#topicsFolder).sort()) this.#openTopic(name);
      const folder = join(this.#folder, 'groups');
      this.#offsets = new GroupOffsetLog({ folder, now: this.#now, warn: this.#warn });
    } catch (error) {
      this.#lock.release();
      throw error;
    }
  }

  get #topicsFolder(): string {
    return join(this.#folder, 'topics');
  }

  storedTopics(): readonly Topic[] {
    return [...this.#topics.keys()];
  }

  storedOffsets(): readonly StoredOffset[] {
    const topics = new Map(this.storedTopics().map((topic) => [topic.name, topic]));
    return this.#offsets.readAll().flatMap((stored) => {
      const { topic, partition } = stored.partition;
      const log = topics.get(topic)?.partitions[partition];
      if (log === undefined) return [];
      if (stored.offset.offset <= log.endOffset) return [stored];
      this.#warn(
        `Group ${stored.groupId} had committed offset ${stored.offset.offset} of ${topic}-${partition}, which now ends at ${log.endOffset}, ` +
          'because the end was lost; the group goes on from there',
      );
      return [{ ...stored, offset: { ...stored.offset, offset: log.endOffset } }];
    });
  }

  /** The topic is there as a whole or not at all, whenever the process dies. */
  createTopic(plan: TopicPlan): Topic {
    const name = `${plan.name.slice(0, 200)}.${this.#nextNumber}`;
    this.#nextNumber += 1;
    const folder = join(this.#topicsFolder, name);
    const temporary = `${folder}${newEnding}`;
    mkdirSync(temporary);
    const stored: StoredTopic = { name: plan.name, partitions: plan.partitionCount, config: plan.config.overrides };
    writeCheckedFile(join(temporary, topicFile), 'topic', stored);
    renameSync(temporary, folder);
    syncFolder(this.#topicsFolder);
    return this.#addTopic(folder, plan);
  }

  deleteTopic(topic: Topic): void {
    const folder = this.#topics.get(topic);
    if (folder === undefined) return;
    this.#topics.delete(topic);
    // First what groups had committed: a new topic of the same name must not inherit it.
    this.#offsets.writeOut();
    renameSync(folder, `${folder}${deletedEnding}`);
    rmSync(`${folder}${deletedEnding}`, { recursive: true, force: true });
  }

  putOffset(groupId: string, partition: TopicPartition, offset: OffsetAndMetadata | null): void {
    this.#offsets.put(groupId, partition, offset);
  }

  async syncOffsets(): Promise<void> {
    this.#offsets.writeOut();
    // An offset must not be safer than the records before it.
    await this.#syncTopics();
    await this.#offsets.sync();
  }

  async sync(): Promise<void> {
    await this.#syncTopics();
    await this.#offsets.sync();
  }

  async close(): Promise<void> {
    this.#closing ??= this.#close();
    await this.#closing;
  }

  async #close(): Promise<void> {
    const closings = await Promise.allSettled([...this.#partitions().map((partition) => partition.close()), this.#offsets.close()]);
    this.#lock.release();
    for (const closing of closings) if (closing.status === 'rejected') throw closing.reason;
  }

  async #syncTopics(): Promise<void> {
    await Promise.all(this.#partitions().map((partition) => partition.sync()));
  }

  #partitions(): DiskPartition[] {
    return this.storedTopics().flatMap(({ partitions }) => partitions as readonly DiskPartition[]);
  }

  /** The file that says whose folder this is. @returns the cluster's id */
  #openLogFile(): string {
    const path = join(this.#folder, 'log.json');
    try {
      const stored = readCheckedFile<{ readonly clusterId: string }>(path, 'log');
      if (stored === null) throw damaged(path);
      return stored.clusterId;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
    const clusterId = randomUUID();
    writeCheckedFile(path, 'log', { clusterId });
    return clusterId;
  }

  #openTopic(name: string): void {
    const folder = join(this.#topicsFolder, name);
    if (name.endsWith(deletedEnding) || name.endsWith(newEnding)) {
      rmSync(folder, { recursive: true, force: true });
      return;
    }
    const [, number] = /\.(\d+)$/.exec(name) ?? [];
    if (number === undefined) return;
    this.#nextNumber = Math.max(this.#nextNumber, Number(number) + 1);
    const path = join(folder, topicFile);
    const stored = readCheckedFile<StoredTopic>(path, 'topic');
    if (stored === null) throw damaged(path);
    this.#addTopic(folder, { name: stored.name, partitionCount: stored.partitions, config: new TopicConfig(stored.config, diskDefaults) });
  }

  #addTopic(folder: string, plan: TopicPlan): Topic {
    const partitions = Array.from(
      { length: plan.partitionCount },
      (_, partition) =>
        new DiskPartition({
          topic: plan.name,
          partition,
          folder: join(folder, String(partition)),
          config: plan.config,
          now: this.#now,
          warn: this.#warn,
        }),
    );
    const topic = new Topic(plan, partitions);
    this.#topics.set(topic, folder);
    return topic;
  }
}

function damaged(path: string): ConnectException {
  return new ConnectException(`${path} is damaged: its checksum does not match`, {
    suggestion: 'Restore the file from a copy, or move the whole folder away to start with an empty log',
  });
}
