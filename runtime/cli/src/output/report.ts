/** What a verb found or did, in all the forms in which it may be printed. */
export interface Report {
  /** Counts, for the envelope. */
  readonly summary: Readonly<Record<string, number | string>>;
  /** The whole answer, for the envelope. */
  readonly result: unknown;
  /** One name a line, for `-o name`. */
  readonly names: readonly string[];
  /** The answer for people. Wide: with the columns that do not fit most terminals. */
  text(wide: boolean): string;
  /** That this is not what was asked for; it sets the exit code. */
  readonly problem?: Problem;
}

/** Why a report is no success. */
export interface Problem {
  readonly exitCode: number;
  readonly message: string;
  readonly suggestion?: string;
}
