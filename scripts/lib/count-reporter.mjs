/**
 * A vitest reporter that writes what became of every test as JSON, for the closing line of scripts/test.mjs.
 *
 * @module
 */
import { writeFileSync } from 'node:fs';

/** The environment variable that names the file to write. */
export const COUNTS_FILE_VARIABLE = 'MILLRACE_TEST_COUNTS';

/**
 * @typedef {object} TestCounts
 * @property {number} passed
 * @property {readonly string[]} failed One entry a failed test, file that could not be loaded, or error outside of a test.
 * @property {readonly { id: string, reason: string | null }[]} skipped `reason` is what `context.skip(reason)` was given.
 */

export default class CountReporter {
  /**
   * @param {readonly import('vitest/node').TestModule[]} modules
   * @param {readonly { message?: string }[]} unhandledErrors
   */
  onTestRunEnd(modules, unhandledErrors) {
    const path = process.env[COUNTS_FILE_VARIABLE];
    if (path === undefined) return;
    writeFileSync(path, JSON.stringify(count(modules, unhandledErrors)));
  }
}

/**
 * @param {readonly import('vitest/node').TestModule[]} modules
 * @param {readonly { message?: string }[]} unhandledErrors
 * @returns {TestCounts}
 */
function count(modules, unhandledErrors) {
  let passed = 0;
  const failed = unhandledErrors.map((error) => `outside of a test: ${error.message ?? 'unknown error'}`);
  /** @type {{ id: string, reason: string | null }[]} */
  const skipped = [];
  for (const module of modules) {
    const file = module.relativeModuleId;
    for (const suite of [module, ...module.children.allSuites()]) {
      if (suite.errors().length > 0) failed.push(suite.type === 'module' ? file : `${file} > ${suite.fullName}`);
    }
    for (const test of module.children.allTests()) {
      const id = `${file} > ${test.fullName}`;
      const result = test.result();
      if (result.state === 'passed') passed += 1;
      else if (result.state === 'skipped') skipped.push({ id, reason: result.note ?? null });
      else failed.push(id);
    }
  }
  return { passed, failed, skipped };
}
