import { stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CopiedLines, type CopyReport } from './support/copied-lines.ts';
import { eventually, freePort, MillraceProcess, temporaryFolder } from './support/millrace-process.ts';
import { RandomMoments } from './support/random-moments.ts';

const rounds = Number(process.env['FAULT_ROUNDS'] ?? 10);
const seed = Number(process.env['FAULT_SEED'] ?? Date.now() % 1_000_000);
/** Lines that come every few milliseconds, so that there is work whenever a worker dies. */
const linesAtOnce = 200;
const appendEveryMs = 20;
/** From the start of the process on: the first moments are those of start-up and recovery, then both connectors work. */
const earliestMs = 50;
const latestMs = 1200;

/** A source, a topic and a sink in one worker whose log is in a folder. */
class Copying {
  readonly lines: CopiedLines;
  readonly #args: readonly string[];

  private constructor(lines: CopiedLines, args: readonly string[]) {
    this.lines = lines;
    this.#args = args;
  }

  static async inFolder(folder: string): Promise<Copying> {
    const lines = new CopiedLines(join(folder, 'in.txt'), join(folder, 'out.txt'));
    await writeFile(lines.input, '');
    await writeFile(lines.output, '');
    const string = 'org.apache.kafka.connect.storage.StringConverter';
    const worker = join(folder, 'worker.properties');
    await writeFile(
      worker,
      [
        `bootstrap.servers=embedded:${join(folder, 'log')}`,
        `listeners=http://127.0.0.1:${await freePort()}`,
        `key.converter=${string}`,
        `value.converter=${string}`,
        'offset.flush.interval.ms=100',
        '',
      ].join('\n'),
    );
    const source = { name: 'source', 'connector.class': 'FileStreamSource', file: lines.input, topic: 'lines', 'batch.size': '100' };
    const sink = { name: 'sink', 'connector.class': 'FileStreamSink', file: lines.output, topics: 'lines' };
    const files = [join(folder, 'source.json'), join(folder, 'sink.json')];
    for (const [index, config] of [source, sink].entries()) await writeFile(files[index] as string, JSON.stringify(config));
    return new Copying(lines, ['standalone', worker, ...files]);
  }

  /** Runs a worker, to which lines come, and ends it after so long. */
  async run(ms: number, signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const worker = new MillraceProcess(this.#args);
    const end = performance.now() + ms;
    while (performance.now() < end && worker.child.exitCode === null) {
      await this.lines.append(linesAtOnce);
      await new Promise((resolve) => setTimeout(resolve, Math.min(appendEveryMs, Math.max(0, end - performance.now()))));
    }
    const { code, stderr } = await worker.stop(signal);
    // A signal that came before the program could listen to it ends the process without a code.
    const isExpected = code === null || (code === 0 && signal === 'SIGTERM');
    if (!isExpected) throw new Error(`The worker ended with code ${code}:\n${stderr}`);
  }

  /** Lets a worker finish its work and stops it. */
  async finish(): Promise<void> {
    await this.lines.append(1);
    const worker = new MillraceProcess(this.#args);
    await eventually(async () => {
      if (!(await this.lines.isComplete())) throw new Error(`The output has not all ${this.lines.count} lines:\n${worker.stderr}`);
    }, 30_000);
    const { code, stderr } = await worker.stop('SIGTERM');
    if (code !== 0) throw new Error(`The worker ended with code ${code}:\n${stderr}`);
  }
}

function summary(phase: string, { lines, repeats, torn }: CopyReport, startedAt: number): string {
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  const figures = `${lines} lines, none missing, ${repeats} repeated, ${torn} torn`;
  return `${phase}: ${rounds} rounds in ${seconds} s, ${figures} (FAULT_SEED=${seed})\n`;
}

describe('a worker whose log is in a folder', () => {
  it(
    `loses no line in ${rounds} rounds in each of which it is killed at a random moment`,
    async () => {
      const moments = new RandomMoments(seed);
      const copying = await Copying.inFolder(await temporaryFolder());
      const startedAt = performance.now();

      for (let round = 0; round < rounds; round += 1) await copying.run(moments.between(earliestMs, latestMs), 'SIGKILL');
      await copying.finish();

      const report = await copying.lines.report();
      expect(report.gaps, `FAULT_SEED=${seed}`).toEqual([]);
      expect(report.lines).toBe(copying.lines.count);
      process.stdout.write(summary('killed', report, startedAt));
    },
    60_000 + rounds * 5000,
  );

  it(
    `loses no line and repeats none in ${rounds} rounds in each of which it is stopped at a random moment`,
    async () => {
      const moments = new RandomMoments(seed + 1);
      const copying = await Copying.inFolder(await temporaryFolder());
      const startedAt = performance.now();

      for (let round = 0; round < rounds; round += 1) await copying.run(moments.between(earliestMs, latestMs), 'SIGTERM');
      await copying.finish();

      const report = await copying.lines.report();
      expect(report, `FAULT_SEED=${seed}`).toEqual({ lines: copying.lines.count, repeats: 0, torn: 0, gaps: [] });
      process.stdout.write(summary('stopped', report, startedAt));
    },
    60_000 + rounds * 5000,
  );

  it('repeats nothing of what comes after a kill, once it was stopped', async () => {
    const copying = await Copying.inFolder(await temporaryFolder());
    await copying.run(900, 'SIGKILL');
    await copying.finish();
    const { size } = await stat(copying.lines.output);
    const before = copying.lines.count;

    await copying.run(900, 'SIGTERM');
    await copying.finish();

    const report = await copying.lines.report(size);
    expect(report).toEqual({ lines: copying.lines.count - before, repeats: 0, torn: 0, gaps: [] });
  });
});
