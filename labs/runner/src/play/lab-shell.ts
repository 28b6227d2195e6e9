import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import type { Readable, Writable } from 'node:stream';
import { promisify } from 'node:util';

/**
 * One shell for all commands of a lab, as a person has one terminal: variables, folder and background jobs stay. Blocks come through descriptor
 * 3, each ended by a zero byte, the code of the first command that failed goes back through 4, and the other end of 5 is held by the runner:
 * when that closes, whatever ends the runner, the whole process group dies. Jobs are disowned, since a shell would print, at a moment of its own
 * choice, which of them was killed.
 */
const DRIVER = `
{ read -r _ <&5; kill -s KILL 0; } 3<&- 4>&- >/dev/null 2>&1 &
printf '%s\\n' "$!" >&4
disown -a
trap 'lab_code=$?; [ "$lab_failed" -ne 0 ] || lab_failed=$lab_code' ERR
while IFS= read -r -d '' lab_block <&3; do
  lab_failed=0
  eval "$lab_block" 3<&- 4>&- 5<&- > "$LAB_OUTPUT" 2>&1 </dev/null
  lab_code=$?
  [ "$lab_failed" -ne 0 ] || lab_failed=$lab_code
  disown -a
  printf '%s\\n' "$lab_failed" >&4
done
`;

/** What one block of commands did. */
export interface BlockResult {
  /** Code of the first command that failed; 0 when none did; null when they did not end in time, or ended their shell. */
  readonly code: number | null;
  /** Standard output and standard error as they came. */
  readonly output: string;
}

/** Where and with what commands run. */
export interface ShellOptions {
  readonly folder: string;
  /** File, outside of the folder, for what a block prints. */
  readonly outputFile: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** A bash that runs block after block. All that it starts is in its process group and ends with the runner. */
export class LabShell {
  readonly #child: ChildProcess;
  readonly #outputFile: string;
  readonly #commands: Writable;
  #isOver = false;
  #answer: ((code: number | null) => void) | null = null;
  /** Process of the shell's watch, which it tells first. */
  readonly #watch: Promise<number | null>;

  constructor({ folder, outputFile, environment }: ShellOptions) {
    this.#outputFile = outputFile;
    this.#child = spawn('bash', ['--norc', '--noprofile', '-c', DRIVER, 'lab'], {
      cwd: folder,
      detached: true,
      stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe', 'pipe'],
      env: { ...process.env, ...environment, LAB_OUTPUT: outputFile },
    });
    const stdio: readonly unknown[] = this.#child.stdio;
    const [, , , commands, codes, life] = stdio;
    this.#commands = commands as Writable;
    // The shell may be killed with a block under way; `run` tells.
    for (const pipe of [commands, life]) (pipe as Writable).on('error', () => undefined);
    this.#watch = new Promise((resolve) => {
      this.#answer = resolve;
    });
    (codes as Readable).setEncoding('utf8').on('data', (text: string) => this.#answer?.(Number(text)));
    this.#child.once('error', () => this.#end());
    this.#child.once('exit', () => this.#end());
  }

  /** Is the shell gone? Then it is of no more use. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Runs a block to its end; one that does not end in time is killed, and the shell with it. @throws Error when the shell is gone already */
  async run(commands: string, timeoutMs: number): Promise<BlockResult> {
    await this.#watch;
    if (this.#isOver) throw new Error('the shell of the lab has ended: is there a bash?');
    let timer: NodeJS.Timeout | undefined;
    const code = await new Promise<number | null>((resolve) => {
      this.#answer = resolve;
      timer = setTimeout(() => this.kill(), timeoutMs);
      this.#commands.write(`${commands}\0`);
    });
    clearTimeout(timer);
    this.#answer = null;
    const output = await readFile(this.#outputFile, 'utf8').catch(() => '');
    return { code, output };
  }

  /** What still runs of what the commands started, as `pid command`. */
  async leftovers(): Promise<string[]> {
    const own = [this.#child.pid, await this.#watch];
    const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'pgid=,pid=,args=']);
    const processes = stdout.split('\n').map((line) => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? []);
    return processes
      .filter(([, group, pid]) => Number(group) === this.#child.pid && !own.includes(Number(pid)))
      .filter(([, , , command = '']) => !command.endsWith('<defunct>'))
      .map(([, , pid, command]) => `${pid} ${command}`);
  }

  /** Ends the shell and everything that it started, at once. */
  kill(): void {
    const { pid } = this.#child;
    if (this.#isOver || pid === undefined) return;
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {
      // The group is empty already.
    }
    this.#end();
  }

  #end(): void {
    this.#isOver = true;
    this.#answer?.(null);
  }
}
