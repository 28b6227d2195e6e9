import type { TopicPartition } from '@millrace/api';

/** Partitions of each member, by topic. */
type Held = ReadonlyMap<string, Map<string, TopicPartition[]>>;

/** How a search came to a member: with a partition of this topic from that one. */
interface Step {
  readonly from: string;
  readonly topic: string;
}

/**
 * Who is to have what of the topics that the members of a group read, while it is worked out. New partitions go where they even out the loads
 * best; only then do members give up what they had. So each rebalance leaves the loads at least as even as the one before, and strictly more so
 * if anything is moved: after some, mostly one, nothing is.
 */
export class PartitionShares {
  /** In order of their ids. */
  readonly members: readonly string[];
  /** The members that read a topic, in order of their ids. */
  readonly #readers = new Map<string, Set<string>>();
  /** What members had before. */
  readonly #kept: Held;
  /** What they get in addition. */
  readonly #added: Held;
  readonly #loads = new Map<string, number>();
  readonly #given = new Set<TopicPartition>();

  constructor(subscriptions: ReadonlyMap<string, readonly string[]>) {
    this.members = [...subscriptions.keys()].sort();
    this.#kept = new Map(this.members.map((member) => [member, new Map()]));
    this.#added = new Map(this.members.map((member) => [member, new Map()]));
    for (const member of this.members) {
      this.#loads.set(member, 0);
      for (const topic of subscriptions.get(member) ?? []) this.#readers.set(topic, (this.#readers.get(topic) ?? new Set()).add(member));
    }
  }

  reads(member: string, topic: string): boolean {
    return this.#readers.get(topic)?.has(member) === true;
  }

  /** Those with the least choice first. */
  topicsByReaders(): string[] {
    const topics = [...this.#readers].sort(([topic, readers], [other, others]) => readers.size - others.size || (topic < other ? -1 : 1));
    return topics.map(([topic]) => topic);
  }

  /** In order of topics and numbers. */
  of(member: string): TopicPartition[] {
    const held = [this.#kept, this.#added].flatMap((shares) => [...(shares.get(member)?.values() ?? [])].flat());
    return held.sort((one, other) => (one.topic === other.topic ? one.partition - other.partition : one.topic < other.topic ? -1 : 1));
  }

  /** Leaves a partition where it was. */
  keep(member: string, partition: TopicPartition): void {
    this.#give(this.#kept, member, partition);
  }

  /** Nothing happens to a partition that somebody has. */
  giveToLightest(partition: TopicPartition): void {
    if (!this.#given.has(partition)) this.#give(this.#added, this.#lightest(partition.topic), partition);
  }

  /** Afterwards nobody has two more than another who could have one of them. */
  level(): void {
    do while (this.#shiftAdded());
    while (this.#moveKept());
  }

  /** Passes new partitions on, through as many members as it takes, so that one gets less and one with at least two less gets more. */
  #shiftAdded(): boolean {
    const least = Math.min(...this.#loads.values());
    for (const giver of this.#heaviestFirst()) {
      if (this.#load(giver) < least + 2) return false;
      const steps = new Map<string, Step>();
      const taker = this.#findTaker(giver, steps);
      if (taker === null) continue;
      for (let to = taker; to !== giver; to = steps.get(to)?.from as string) {
        const { from, topic } = steps.get(to) as Step;
        this.#move(this.#added, from, topic, to);
      }
      return true;
    }
    return false;
  }

  /** @param steps gets how the search came to each member */
  #findTaker(giver: string, steps: Map<string, Step>): string | null {
    const seenTopics = new Set<string>();
    const queue = [giver];
    for (const from of queue) {
      for (const [reader, topic] of this.#neighbours(from, seenTopics)) {
        if (reader === giver || steps.has(reader)) continue;
        steps.set(reader, { from, topic });
        if (this.#load(reader) <= this.#load(giver) - 2) return reader;
        queue.push(reader);
      }
    }
    return null;
  }

  /** Who could have new partitions of a member, and of which topic. Topics that have been seen lead to nobody new. */
  #neighbours(member: string, seenTopics: Set<string>): [string, string][] {
    const topics = topicsIn(this.#added, member).filter((topic) => !seenTopics.has(topic));
    for (const topic of topics) seenTopics.add(topic);
    return topics.flatMap((topic) => [...(this.#readers.get(topic) ?? [])].map((reader): [string, string] => [reader, topic]));
  }

  /** Takes one partition from a member that had it and has at least two more than the one that gets it. @returns false if there is none */
  #moveKept(): boolean {
    for (const giver of this.#heaviestFirst()) {
      const topic = this.#topicToGive(giver);
      if (topic === null) continue;
      this.#move(this.#kept, giver, topic, this.#lightest(topic));
      return true;
    }
    return false;
  }

  /** The one whose lightest reader has least. */
  #topicToGive(giver: string): string | null {
    let best: string | null = null;
    let least = this.#load(giver) - 1;
    for (const topic of topicsIn(this.#kept, giver)) {
      const load = this.#load(this.#lightest(topic));
      if (load >= least) continue;
      best = topic;
      least = load;
    }
    return best;
  }

  #move(shares: Held, from: string, topic: string, to: string): void {
    const partition = shares.get(from)?.get(topic)?.pop() as TopicPartition;
    this.#loads.set(from, this.#load(from) - 1);
    this.#give(this.#added, to, partition);
  }

  #give(shares: Held, member: string, partition: TopicPartition): void {
    const held = shares.get(member) as Map<string, TopicPartition[]>;
    const ofTopic = held.get(partition.topic);
    if (ofTopic === undefined) held.set(partition.topic, [partition]);
    else ofTopic.push(partition);
    this.#loads.set(member, this.#load(member) + 1);
    this.#given.add(partition);
  }

  #heaviestFirst(): string[] {
    return [...this.members].sort((one, other) => this.#load(other) - this.#load(one));
  }

  #lightest(topic: string): string {
    let lightest = '';
    let least = Number.POSITIVE_INFINITY;
    for (const member of this.#readers.get(topic) ?? []) {
      const load = this.#load(member);
      if (load >= least) continue;
      lightest = member;
      least = load;
    }
    return lightest;
  }

  #load(member: string): number {
    return this.#loads.get(member) ?? 0;
  }
}

/** Topics of which the member has some. */
function topicsIn(shares: Held, member: string): string[] {
  return [...(shares.get(member) ?? [])].flatMap(([topic, partitions]) => (partitions.length > 0 ? [topic] : []));
}
