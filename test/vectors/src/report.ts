/** Prints results: one line a component, the first failing cases, one closing line. */

import type { ComponentResult, Failure, FileResult } from './runner.ts';

/** Failing cases that are shown of each component. */
const shownFailures = 3;
const shownCharacters = 600;

export interface Totals {
  readonly passed: number;
  readonly failed: number;
}

/** Writes the report and returns the totals. With `all`, cases whose component is not built yet count as failed. */
export function report(files: readonly FileResult[], all: boolean, write: (line: string) => void): Totals {
  let passed = 0;
  let failed = 0;
  const width = Math.max(...files.flatMap(({ components }) => components.map(({ component }) => component.length)), 0);
  for (const file of files) {
    write(`${file.file}  ${file.cases} cases`);
    for (const component of file.components) {
      const failures = component.failures.length + (all ? component.notYet : 0);
      passed += component.passed;
      failed += failures;
      write(`  ${component.component.padEnd(width)}  ${componentLine(component, failures)}`);
      for (const [{ reason }, count] of component.excused) write(`    ${count} excused: ${reason}`);
      for (const failure of component.failures.slice(0, shownFailures)) showFailure(failure, write);
    }
    if (file.tooManyExcuses) {
      failed += 1;
      write(`  ${file.file}: ${file.excusedCases} excused cases are more than 0.5 % of ${file.cases}`);
    }
  }
  write(`${passed} passed, ${failed} failed`);
  return { passed, failed };
}

function componentLine({ passed, notYet }: ComponentResult, failures: number): string {
  return notYet > 0 && passed === 0 ? `not yet (${notYet} cases)` : `${String(passed).padStart(5)} passed  ${failures} failed`;
}

function showFailure({ testCase, actual }: Failure, write: (line: string) => void): void {
  const { id, config, input, output, error } = testCase;
  write(`    ✗ ${id}`);
  write(`      config    ${clip(config)}`);
  write(`      input     ${clip(input)}`);
  write(`      expected  ${clip(error === undefined ? { output } : { error })}`);
  write(`      actual    ${clip(actual)}`);
}

function clip(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > shownCharacters ? `${text.slice(0, shownCharacters)}…` : text;
}
