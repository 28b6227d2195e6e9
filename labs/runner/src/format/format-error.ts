/** A README that is no lab: where, what is wrong, and what to do. */
export class LabFormatError extends Error {
  readonly file: string;
  readonly line: number;

  /** @param advice What to do, as a sentence. */
  constructor(file: string, line: number, wrong: string, advice: string) {
    super(`${file}:${line}: ${wrong}. ${advice}`);
    this.name = 'LabFormatError';
    this.file = file;
    this.line = line;
  }
}

/** Refuses something at a line of the README that is being read. */
export type Refuse = (line: number, wrong: string, advice: string) => LabFormatError;
