import { compareOutput } from '../check/compare-output.ts';
import { indent } from '../check/indent.ts';
import type { RunStep } from '../format/lab.ts';
import type { BlockResult, LabShell } from './lab-shell.ts';

/** Longest time of one block of commands. */
const LIMIT_MS = 120_000;
const PAUSE_MS = 500;

/** What became of a step. */
export interface StepResult {
  readonly output: string;
  /** Why it is not as the README says, with line and diff; null when it is. */
  readonly problem: string | null;
  readonly tookMs: number;
}

/**
 * Runs the commands of a step, those with `wait` until they print what is expected or the time is over.
 *
 * @param file Path of the README, for the problem.
 * @throws Error when the shell is gone.
 */
export async function runStep(shell: LabShell, file: string, step: RunStep): Promise<StepResult> {
  const start = performance.now();
  const deadline = start + (step.waitMs ?? 0);
  for (;;) {
    const result = await shell.run(step.command, LIMIT_MS);
    const problem = problemOf(file, step, result);
    if (problem === null || result.code === null || performance.now() >= deadline) {
      return { output: result.output, problem, tookMs: performance.now() - start };
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}

function problemOf(file: string, step: RunStep, { code, output }: BlockResult): string | null {
  const waited = step.waitMs === null ? '' : ` after ${step.waitMs / 1000} s`;
  if (code !== step.exitCode) {
    const wanted = step.exitCode === 0 ? 'the commands fail' : `the exit code is not ${step.exitCode}`;
    const wrong =
      code === null ? `the commands do not end within ${LIMIT_MS / 1000} s, or end their shell` : `${wanted}${waited}: exit code ${code}`;
    return `${file}:${step.line}: ${wrong}\n${indent(step.command, '    $ ')}\n${indent(output.trimEnd(), '    ')}`;
  }
  const diff = compareOutput(step.expected, output);
  if (diff === null) return null;
  const { line, lines } = step.expected;
  const wrong =
    lines.length === 0 ? 'the commands print something, and the README shows nothing' : 'the output is not what the README shows';
  return `${file}:${line}: ${wrong}${waited} (- README, + printed)\n${indent(step.command, '    $ ')}\n${diff}`;
}
