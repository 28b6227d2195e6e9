import { appendFile, open, readFile } from 'node:fs/promises';

/** Lines of one length, so that one that was cut off is recognised. */
function lineOf(number: number): string {
  return `line ${String(number).padStart(10, '0')}`;
}

const linePattern = /^line \d{10}$/;

/** What came of the lines. */
export interface CopyReport {
  /** Different lines. */
  readonly lines: number;
  /** Lines that came once more than needed. */
  readonly repeats: number;
  /** Pieces of lines, which a sink leaves when it is killed while it writes. */
  readonly torn: number;
  /** Lines that came although one before them had not; empty when nothing is missing. */
  readonly gaps: readonly string[];
}

/** A file of numbered lines that grows, and the file to which they are copied. */
export class CopiedLines {
  readonly input: string;
  readonly output: string;
  #count = 0;

  constructor(input: string, output: string) {
    this.input = input;
    this.output = output;
  }

  get count(): number {
    return this.#count;
  }

  async append(count: number): Promise<void> {
    const lines = Array.from({ length: count }, (_, index) => lineOf(this.#count + index));
    this.#count += count;
    await appendFile(this.input, `${lines.join('\n')}\n`);
  }

  /** Whether the last line that was appended is the last of the output. */
  async isComplete(): Promise<boolean> {
    const last = `${lineOf(this.#count - 1)}\n`;
    return (await this.#tail(last.length)) === last;
  }

  /** Compares the two files. @param from where in the output to begin, in bytes */
  async report(from = 0): Promise<CopyReport> {
    const pieces = (await readFile(this.output)).subarray(from).toString().split('\n').slice(0, -1);
    const lines = pieces.filter((piece) => linePattern.test(piece));
    const gaps: string[] = [];
    const numbers = lines.map((line) => Number(line.slice('line '.length)));
    let next = from === 0 ? 0 : (numbers[0] ?? 0);
    for (const number of numbers) {
      if (number > next) gaps.push(`${lineOf(number)} came when ${lineOf(next)} had not`);
      next = Math.max(next, number + 1);
    }
    if (next !== this.#count) gaps.push(`the output ends before ${lineOf(next)} of ${this.#count}`);
    const different = new Set(numbers).size;
    return { lines: different, repeats: lines.length - different, torn: pieces.length - lines.length, gaps };
  }

  async #tail(bytes: number): Promise<string> {
    const file = await open(this.output);
    try {
      const { size } = await file.stat();
      const { buffer, bytesRead } = await file.read(Buffer.alloc(bytes), 0, bytes, Math.max(0, size - bytes));
      return buffer.toString('utf8', 0, bytesRead);
    } finally {
      await file.close();
    }
  }
}
