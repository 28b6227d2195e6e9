/** The topics that a consumer wants, by name or by pattern. */
export class Subscription {
  readonly #names: ReadonlySet<string> | null;
  readonly #pattern: RegExp | null;
  readonly #existing: () => readonly string[];
  #resolved: readonly string[] = [];

  /** @param existing the topics that there are */
  constructor(topics: readonly string[] | RegExp, existing: () => readonly string[]) {
    this.#existing = existing;
    this.#names = topics instanceof RegExp ? null : new Set(topics);
    // The name must match as a whole, and a global or sticky pattern would remember where it stopped.
    this.#pattern = topics instanceof RegExp ? new RegExp(`^(?:${topics.source})$`, topics.flags.replaceAll(/[gy]/g, '')) : null;
  }

  /** Topics by name; null for a pattern. */
  get names(): ReadonlySet<string> | null {
    return this.#names;
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
    return (this.#names === null ? this.#existing().filter((topic) => this.matches(topic)) : [...this.#names]).sort();
  }
}
