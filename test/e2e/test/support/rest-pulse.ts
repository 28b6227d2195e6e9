import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** How often REST is asked, in milliseconds. */
const intervalMs = 50;

/** A server that has nothing to do but answer: how long it takes is the machine's doing. */
const idleServer = `require('node:http').createServer((_, response) => response.end('{}'))
  .listen(0, '127.0.0.1', function () { process.stdout.write(String(this.address().port)); })`;

/** How long answers took, in milliseconds, least first. */
export interface Durations {
  readonly worker: readonly number[];
  /** Those of an idle server, asked at the same moments. */
  readonly idle: readonly number[];
}

/** Asks a worker over and over how it is, and notes how long each answer took, beside those of an idle server. */
export class RestPulse {
  readonly #url: string;
  readonly #worker: number[] = [];
  readonly #idle: number[] = [];
  readonly #stop = new AbortController();
  readonly #beats: Promise<void>;

  constructor(url: string) {
    this.#url = url;
    this.#beats = this.#beat();
  }

  /** @throws what a request threw */
  async stop(): Promise<Durations> {
    this.#stop.abort();
    await this.#beats;
    const sorted = (durations: number[]): number[] => durations.sort((left, right) => left - right);
    return { worker: sorted(this.#worker), idle: sorted(this.#idle) };
  }

  async #beat(): Promise<void> {
    const child = spawn(process.execPath, ['-e', idleServer], { stdio: ['ignore', 'pipe', 'inherit'] });
    try {
      const [port] = (await once(child.stdout, 'data')) as [Buffer];
      // At least once, however soon it is stopped.
      do {
        this.#worker.push(await answerTime(this.#url));
        this.#idle.push(await answerTime(`http://127.0.0.1:${port.toString()}`));
        await new Promise((resolve) => setTimeout(resolve, intervalMs));
      } while (!this.#stop.signal.aborted);
    } finally {
      child.kill('SIGKILL');
    }
  }
}

async function answerTime(url: string): Promise<number> {
  const began = performance.now();
  await (await fetch(url)).arrayBuffer();
  return performance.now() - began;
}
