/** Runs the cases of a folder of vector files. */

import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RuntimeException } from '@millrace/api';
import { sameError, sameOutput } from './compare.ts';
import { NotYet, type Component, type Components, type VectorCase, type VectorError } from './component.ts';
import { alwaysAllowed, type Excuse, excuseFor, maxExcusedShare } from './excuses.ts';

/** A case that did not give what Java gave. */
export interface Failure {
  readonly testCase: VectorCase;
  readonly actual: unknown;
}

/** What became of one component of one file. */
export interface ComponentResult {
  readonly file: string;
  readonly component: string;
  passed: number;
  /** Cases that are excused, by rule. */
  readonly excused: Map<Excuse, number>;
  readonly failures: Failure[];
  notYet: number;
}

export interface FileResult {
  readonly file: string;
  readonly cases: number;
  readonly excusedCases: number;
  /** More cases are excused than the rules of this project allow. */
  readonly tooManyExcuses: boolean;
  readonly components: readonly ComponentResult[];
}

/** Files whose error messages reach users and REST clients. */
const filesWithExactMessages: readonly string[] = ['configdef.jsonl', 'runtime.jsonl'];

export interface RunOptions {
  readonly components: Components;
  /** Only components whose name starts with this. */
  readonly only?: string;
}

/** Runs every `*.jsonl` of a folder. @throws Error if the folder has none. */
export async function runFolder(folder: string, options: RunOptions): Promise<FileResult[]> {
  const files = (await readdir(folder)).filter((name) => name.endsWith('.jsonl')).sort();
  if (files.length === 0) throw new Error(`no *.jsonl in ${folder}`);
  const results: FileResult[] = [];
  for (const file of files) results.push(await runFile(file, await readCases(join(folder, file)), options));
  return results;
}

/** @throws Error naming file and line when a line is not a case. */
async function readCases(path: string): Promise<VectorCase[]> {
  const lines = (await readFile(path, 'utf8')).split('\n');
  return lines.flatMap((line, index) => {
    if (line.trim() === '') return [];
    try {
      return [JSON.parse(line) as VectorCase];
    } catch (error) {
      throw new Error(`${path}:${index + 1}: not a JSON text`, { cause: error });
    }
  });
}

async function runFile(file: string, cases: readonly VectorCase[], options: RunOptions): Promise<FileResult> {
  const byComponent = new Map<string, ComponentResult>();
  for (const testCase of cases) {
    if (options.only !== undefined && !testCase.component.startsWith(options.only)) continue;
    const result = byComponent.get(testCase.component) ?? {
      file,
      component: testCase.component,
      passed: 0,
      excused: new Map<Excuse, number>(),
      failures: [],
      notYet: 0,
    };
    byComponent.set(testCase.component, result);
    await runCase(testCase, result, options.components[testCase.component]);
  }
  const components = [...byComponent.values()];
  const counted = components.flatMap(({ excused }) => [...excused]).filter(([excuse]) => excuse.isOfThisNode !== true);
  const excusedCases = counted.reduce((sum, [, count]) => sum + count, 0);
  const tooManyExcuses = excusedCases > Math.max(alwaysAllowed, cases.length * maxExcusedShare);
  return { file, cases: cases.length, excusedCases, tooManyExcuses, components };
}

async function runCase(testCase: VectorCase, result: ComponentResult, component: Component | undefined): Promise<void> {
  const actual = component === undefined ? new NotYet() : await outcome(testCase, component);
  if (actual instanceof NotYet) {
    result.notYet += 1;
    return;
  }
  const compareOptions = { exactMessages: filesWithExactMessages.includes(result.file) };
  const passed =
    testCase.error === undefined
      ? 'output' in actual && sameOutput(testCase.output, actual.output, compareOptions)
      : 'error' in actual && sameError(testCase.error, actual.error, compareOptions);
  if (passed) {
    result.passed += 1;
    return;
  }
  const excuse = excuseFor(testCase);
  if (excuse === null) result.failures.push({ testCase, actual });
  else result.excused.set(excuse, (result.excused.get(excuse) ?? 0) + 1);
}

async function outcome(testCase: VectorCase, component: Component): Promise<{ output: unknown } | { error: VectorError } | NotYet> {
  try {
    return { output: await component(testCase) };
  } catch (error) {
    return error instanceof NotYet ? error : { error: encodeError(error) };
  }
}

/** An error as the vectors write it. An error that no code of ours raised on purpose shows its JavaScript name. */
export function encodeError(error: unknown): VectorError {
  if (error instanceof RuntimeException) return { class: error.javaClass, message: error.message };
  return { class: `JavaScript ${(error as Error).name}`, message: (error as Error).stack ?? String(error) };
}
