/** What waits for its turn in the loop of a herder. */
interface Request {
  readonly run: () => Promise<void>;
  /** By `performance.now()`. */
  readonly dueAt: number;
}

/**
 * The one loop in which a distributed herder changes its mind: requests and events run in it one after the other, so that none sees a state that
 * another is changing. Nothing in it waits for a plug-in.
 */
export class HerderLoop {
  readonly #step: () => Promise<void>;
  readonly #onCrash: (error: unknown) => void;
  #requests: Request[] = [];
  #wake: (() => void) | null = null;
  #isAwake = true;
  #isStopped = false;
  #running: Promise<void> | null = null;
  #turns = 0;

  /** @param step what is done in each turn besides requests; must not throw what it can handle itself */
  constructor(step: () => Promise<void>, onCrash: (error: unknown) => void) {
    this.#step = step;
    this.#onCrash = onCrash;
  }

  /** Turns since the start. */
  get turns(): number {
    return this.#turns;
  }

  start(): void {
    this.#running = this.#run();
  }

  /** Has the loop turn. */
  wake(): void {
    this.#isAwake = true;
    this.#wake?.();
  }

  /** Runs a request in the loop. @returns what it returns @throws what it throws */
  request<Result>(action: () => Promise<Result> | Result, delayMs = 0): Promise<Result> {
    return new Promise<Result>((resolve, reject) => {
      const run = async (): Promise<void> => {
        try {
          resolve(await action());
        } catch (error) {
          reject(error instanceof Error ? error : new Error(String(error)));
        }
      };
      this.#requests.push({ run, dueAt: performance.now() + delayMs });
      this.wake();
    });
  }

  /** Ends after the turn that runs. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.wake();
    await this.#running;
  }

  async #run(): Promise<void> {
    while (!this.#isStopped) {
      this.#isAwake = false;
      try {
        await this.#step();
        await this.#runDueRequests();
      } catch (error) {
        this.#onCrash(error);
      }
      this.#turns += 1;
      if (!this.#isStopped) await this.#sleep();
    }
  }

  async #runDueRequests(): Promise<void> {
    const now = performance.now();
    const due = this.#requests.filter(({ dueAt }) => dueAt <= now);
    this.#requests = this.#requests.filter(({ dueAt }) => dueAt > now);
    for (const { run } of due) await run();
  }

  async #sleep(): Promise<void> {
    const nextAt = Math.min(...this.#requests.map(({ dueAt }) => dueAt));
    if (this.#isAwake || nextAt <= performance.now()) return;
    await new Promise<void>((resolve) => {
      const timer = Number.isFinite(nextAt) ? setTimeout(resolve, Math.max(1, nextAt - performance.now())) : undefined;
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#wake = null;
  }
}
