/** Counts what passed and what failed, and prints the closing line. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './run.mjs';

/** In CI everything must be there: a part that is missing or skipped counts as failed. */
export const isCi = process.env['CI'] === 'true';

export class Tally {
  #passed = 0;
  #failed = 0;
  #skipped = 0;
  /** @type {string[]} @readonly */
  #notApplicable = [];
  /** Entries of the reviewed list that no test has used yet. */
  #listed = readList();

  /**
   * One check. What it printed is shown only when it failed.
   *
   * @param {string} name
   * @param {boolean} isGood
   * @param {string} [output]
   */
  check(name, isGood, output = '') {
    if (isGood) this.#passed += 1;
    else this.#failed += 1;
    if (!isGood && output.trim() !== '') console.log(output.trim());
    console.log(`${isGood ? '✓' : '✗'} ${name}`);
  }

  /**
   * Many cases at once.
   *
   * @param {number} passed
   * @param {number} failed
   */
  add(passed, failed) {
    this.#passed += passed;
    this.#failed += failed;
  }

  /**
   * Something that this machine cannot do.
   *
   * @param {string} id
   * @param {string} reason
   */
  notApplicable(id, reason) {
    this.#notApplicable.push(`${id}: ${reason}`);
  }

  /**
   * A skipped test: fine when the reviewed list has it, tolerated outside of CI when it says why, else failed.
   *
   * @param {string} id
   * @param {string | null} reason
   */
  skipped(id, reason) {
    const entry = this.#listed.find((candidate) => candidate.id === id);
    if (entry !== undefined) {
      this.#listed = this.#listed.filter((candidate) => candidate !== entry);
      this.notApplicable(id, entry.reason);
    } else if (reason !== null && !isCi) {
      this.#skipped += 1;
      console.log(`- skipped: ${id}: ${reason}`);
    } else {
      this.#failed += 1;
      console.log(`✗ skipped ${reason === null ? 'without a reason' : 'in CI'}: ${id}${reason === null ? '' : `: ${reason}`}`);
    }
  }

  /** After a full run: an entry of the reviewed list whose test was not skipped is out of date. */
  checkList() {
    for (const { id } of this.#listed) this.check(`test/not-applicable.json names a test that was not skipped: ${id}`, false);
  }

  /** Prints the closing line and sets the exit code. */
  close() {
    for (const line of this.#notApplicable) console.log(`- not applicable here: ${line}`);
    if (this.#notApplicable.length > 0) console.log(`${this.#notApplicable.length} not applicable here`);
    console.log(`${this.#passed} passed, ${this.#failed} failed${this.#skipped > 0 ? `, ${this.#skipped} skipped` : ''}`);
    process.exitCode = this.#failed === 0 && this.#passed > 0 ? 0 : 1;
  }
}

/** @returns {{ id: string, reason: string }[]} */
function readList() {
  return /** @type {{ id: string, reason: string }[]} */ (JSON.parse(readFileSync(join(root, 'test/not-applicable.json'), 'utf8')));
}
