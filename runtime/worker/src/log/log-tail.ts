/** Limits of what is kept. */
export interface LogTailLimits {
  /** Lines of one connector. Default 500. */
  readonly lines: number;
  /** Characters of one connector. Default 256 Ki. */
  readonly characters: number;
  /** Connectors; the one whose last line is oldest goes first. Default 200. */
  readonly connectors: number;
}

const defaultLimits: LogTailLimits = { lines: 500, characters: 262_144, connectors: 200 };

type Listener = (line: string) => void;

interface Ring {
  lines: string[];
  characters: number;
}

/** The latest lines of each connector, kept in memory for those who ask by REST. */
export class LogTail {
  readonly #limits: LogTailLimits;
  /** In the order of their last lines. */
  readonly #rings = new Map<string, Ring>();
  readonly #listeners = new Map<string, Set<Listener>>();

  constructor(limits: Partial<LogTailLimits> = {}) {
    this.#limits = { ...defaultLimits, ...limits };
  }

  add(connector: string, line: string): void {
    const ring = this.#rings.get(connector) ?? { lines: [], characters: 0 };
    this.#rings.delete(connector);
    this.#rings.set(connector, ring);
    ring.lines.push(line);
    ring.characters += line.length;
    // Cut when twice full, so that a flood of lines does not move the whole ring each time.
    if (ring.lines.length > 2 * this.#limits.lines || ring.characters > 2 * this.#limits.characters) this.#cut(ring);
    const [oldest] = this.#rings.keys();
    if (this.#rings.size > this.#limits.connectors && oldest !== undefined) this.#rings.delete(oldest);
    for (const listener of this.#listeners.get(connector) ?? []) listener(line);
  }

  /** The latest lines of a connector, oldest first. */
  latest(connector: string, limit: number): readonly string[] {
    const ring = this.#rings.get(connector);
    if (ring === undefined || limit <= 0) return [];
    this.#cut(ring);
    return ring.lines.slice(-limit);
  }

  /** Hands each further line of a connector to the listener, which must not throw, until the answer is called. */
  follow(connector: string, listener: Listener): () => void {
    const listeners = this.#listeners.get(connector) ?? new Set();
    this.#listeners.set(connector, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0) this.#listeners.delete(connector);
    };
  }

  #cut(ring: Ring): void {
    let first = Math.max(0, ring.lines.length - this.#limits.lines);
    for (const line of ring.lines.slice(0, first)) ring.characters -= line.length;
    while (ring.characters > this.#limits.characters && first < ring.lines.length - 1) {
      ring.characters -= (ring.lines[first] as string).length;
      first += 1;
    }
    ring.lines = ring.lines.slice(first);
  }
}
