/** Flags of a Java pattern, as their inline letters. */
export interface PatternFlags {
  /** Case-insensitive; for ASCII only, unless `u` is set. */
  readonly i: boolean;
  /** `^` and `$` match at line ends too. */
  readonly m: boolean;
  /** `.` matches line ends too. */
  readonly s: boolean;
  /** `i` holds for all of Unicode. */
  readonly u: boolean;
  /** White space and comments in the pattern are skipped. */
  readonly x: boolean;
  /** Only `\n` ends a line. */
  readonly d: boolean;
}

export const NO_FLAGS: PatternFlags = { i: false, m: false, s: false, u: false, x: false, d: false };

export type FlagName = keyof PatternFlags;

export function isFlagName(letter: string): letter is FlagName {
  return Object.hasOwn(NO_FLAGS, letter);
}
