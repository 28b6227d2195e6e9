import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { readFile } from 'node:fs/promises';
import { GATE, guard, OPEN_GATE, unguard } from './watchdog.ts';

/** What to start. */
export interface ProcessSpec {
  /** For messages. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** File that gets standard output and standard error; appended to. */
  readonly logFile: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** How a process ended. */
export interface ProcessExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

const LOG_TAIL_LINES = 30;

/** A program in a process group of its own, which dies with this process whatever ends it. */
export class SupervisedProcess {
  readonly spec: ProcessSpec;
  readonly pid: number;
  readonly exited: Promise<ProcessExit>;
  #exit: ProcessExit | null = null;

  private constructor(spec: ProcessSpec, child: ChildProcess, pid: number) {
    this.spec = spec;
    this.pid = pid;
    this.exited = new Promise((resolve) => {
      child.once('exit', (code, signal) => {
        unguard(pid);
        this.#exit = { code, signal };
        resolve(this.#exit);
      });
    });
  }

  /** @throws Error when the operating system starts no process. */
  static start(spec: ProcessSpec): SupervisedProcess {
    mkdirSync(dirname(spec.logFile), { recursive: true });
    const log = openSync(spec.logFile, 'a');
    const child = spawn('/bin/sh', ['-c', `${GATE}; exec "$@" </dev/null`, spec.name, spec.command, ...spec.args], {
      cwd: spec.cwd,
      detached: true,
      stdio: ['pipe', log, log],
      env: { ...process.env, ...spec.env },
    });
    closeSync(log);
    if (child.pid === undefined) throw new Error(`${spec.name} could not be started: is there no /bin/sh?`);
    child.unref();
    guard(child.pid);
    const supervised = new SupervisedProcess(spec, child, child.pid);
    // It may end before it has read the line; `exited` tells.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(OPEN_GATE);
    return supervised;
  }

  /** How it ended; null while it runs. */
  get exit(): ProcessExit | null {
    return this.#exit;
  }

  /** Sends a signal to the whole group. A process that has ended gets none. */
  signal(signal: NodeJS.Signals): void {
    if (this.#exit === null) process.kill(-this.pid, signal);
  }

  /** Ends it in order, after the time with SIGKILL. A frozen process is thawed first. */
  async stop(timeoutMs: number): Promise<void> {
    this.signal('SIGTERM');
    this.signal('SIGCONT');
    const timer = setTimeout(() => this.signal('SIGKILL'), timeoutMs);
    await this.exited;
    clearTimeout(timer);
  }

  /** Ends it at once, as a crash would. */
  async kill(): Promise<void> {
    this.signal('SIGKILL');
    const hold = setInterval(() => undefined, 1000);
    await this.exited;
    clearInterval(hold);
  }

  /** Everything it has printed, earlier runs with the same log file included. */
  logs(): Promise<string> {
    return readFile(this.spec.logFile, 'utf8');
  }

  /**
   * Waits until a probe says yes.
   *
   * @throws Error with the end of its log when the process ends first or the time is over.
   */
  async ready(probe: () => Promise<boolean>, timeoutMs: number): Promise<void> {
    const deadline = performance.now() + timeoutMs;
    while (this.#exit === null) {
      if (await probe()) return;
      if (performance.now() > deadline) {
        throw new Error(`${this.spec.name} is not ready after ${timeoutMs / 1000} s\n${await this.#logTail()}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
    const { code, signal } = this.#exit;
    throw new Error(`${this.spec.name} ended with ${signal ?? `code ${code}`} before it was ready\n${await this.#logTail()}`);
  }

  async #logTail(): Promise<string> {
    return (await this.logs()).trimEnd().split('\n').slice(-LOG_TAIL_LINES).join('\n');
  }
}
