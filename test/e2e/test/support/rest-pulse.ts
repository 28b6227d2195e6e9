/** How often REST is asked, in milliseconds. */
const intervalMs = 50;

/** Asks a worker over and over how it is, and notes how long each answer took, in milliseconds. */
export class RestPulse {
  readonly #url: string;
  readonly #durations: number[] = [];
  readonly #stop = new AbortController();
  readonly #beats: Promise<void>;

  constructor(url: string) {
    this.#url = url;
    this.#beats = this.#beat();
  }

  /** @returns durations of all answers, least first. @throws what a request threw */
  async stop(): Promise<readonly number[]> {
    this.#stop.abort();
    await this.#beats;
    return this.#durations.sort((left, right) => left - right);
  }

  async #beat(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      const began = performance.now();
      await (await fetch(this.#url)).arrayBuffer();
      this.#durations.push(performance.now() - began);
      await new Promise((resolve) => setTimeout(resolve, intervalMs));
    }
  }
}
