import type { EmbeddedLog } from './embedded-log.ts';

/** The topics that a consumer wants, by name or by pattern. */
export class Subscription {
  readonly #names: ReadonlySet<string> | null;
  readonly #pattern: RegExp | null;
  readonly #log: EmbeddedLog;
  #resolved: readonly string[] = [];

  constructor(topics: readonly string[] | RegExp, log: EmbeddedLog) {
    this.#log = log;
    this.#names = topics instanceof RegExp ? null : new Set(topics);
    // The name must match as a whole, and a global or sticky pattern would remember where it stopped.
    this.#pattern = topics instanceof RegExp ? new RegExp(`^(?:${topics.source})$`, topics.flags.replaceAll(/[gy]/g, '')) : null;
  }

  matches(topic: string): boolean {
    return this.#names?.has(topic) ?? this.#pattern?.test(topic) ?? false;
  }

  /** The topics to tell the group: all that are named, or those that match now. */
  resolve(): readonly string[] {
    this.#resolved = this.#current();
    return this.#resolved;
  }

  /** Whether {@link resolve} would tell other topics than it last did. */
  hasChanged(): boolean {
    const current = this.#current();
    return current.length !== this.#resolved.length || current.some((topic, index) => topic !== this.#resolved[index]);
  }

  #current(): string[] {
    return (this.#names === null ? this.#log.topicNames().filter((topic) => this.matches(topic)) : [...this.#names]).sort();
  }
}
