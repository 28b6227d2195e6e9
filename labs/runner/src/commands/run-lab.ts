import { createInterface } from 'node:readline';
import type { Lab, Part, ProfileName, RunStep, Section } from '../format/lab.ts';
import type { LabSession } from '../play/lab-session.ts';
import { type LabTerminal, withProgress } from './progress.ts';

/** A lab that is open, and the person who goes through it. */
export interface RunOptions {
  readonly lab: Lab;
  readonly session: LabSession;
  readonly profile: ProfileName;
  readonly terminal: LabTerminal;
  readonly input: NodeJS.ReadableStream;
  readonly signal: AbortSignal;
}

const PROMPT = '  [Enter] runs it, s skips it, q goes to the end: ';
const PAUSE = 'Everything still runs. [Enter] cleans up: ';

/** Goes through a lab step by step. Before it cleans up it waits, so that one can look around. */
export async function runLab({ lab, session, profile, terminal, input, signal }: RunOptions): Promise<void> {
  const answers = new Answers(input, terminal, signal);
  const { write } = terminal;
  write(`${describeAccess(session)}\n`);
  let isOver = false;
  try {
    for (const section of lab.sections) {
      if (section.name === 'Clean') await answers.ask(PAUSE);
      // What comes after a q is only the cleaning.
      if (isOver && section.name !== 'Clean') continue;
      write(`\n== ${section.heading}\n`);
      for (const part of partsOf(section, profile)) {
        const isAsked = part.kind === 'run' && section.name !== 'Clean';
        show(part, write);
        const answer = isAsked ? await answers.ask(PROMPT) : '';
        if (answer === null || answer === 'q') {
          isOver = true;
          break;
        }
        if (part.kind === 'file') await session.save(part);
        if (part.kind === 'run' && answer !== 's') await take(part, session, terminal);
      }
    }
  } finally {
    answers.close();
  }
}

/** Starts nothing but the systems; the person types all commands in another terminal. Ends at Ctrl-C. */
export async function runByHand({ lab, session, terminal, signal }: RunOptions): Promise<void> {
  for (const part of lab.sections.flatMap(({ parts }) => parts)) if (part.kind === 'file') await session.save(part);
  terminal.write(`${describeAccess(session)}\nThen type what ${lab.file} says. Ctrl-C here ends everything.\n`);
  const hold = setInterval(() => undefined, 60_000);
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve());
  });
  clearInterval(hold);
}

function describeAccess({ folder, services }: LabSession): string {
  const variables = Object.entries(services.variables).map(([name, value]) => `  ${name}=${value}`);
  return `${variables.join('\n')}\nAnother terminal gets the same variables, programs and folder with:\n  . ${folder.environmentFile}`;
}

function partsOf({ parts }: Section, profile: ProfileName): Part[] {
  return parts.filter((part) => part.kind !== 'run' || (part.profile ?? profile) === profile);
}

function show(part: Part, write: LabTerminal['write']): void {
  if (part.kind === 'prose') write(`\n${part.text}\n`);
  else if (part.kind === 'file') write(`\n  file ${part.name}\n${indent(part.text.trimEnd(), '  | ')}\n`);
  else write(`\n${indent(part.command, '  $ ')}\n`);
}

async function take(step: RunStep, session: LabSession, terminal: LabTerminal): Promise<void> {
  const { output, problem } = await withProgress(terminal, `line ${step.line}`, () => session.run(step));
  if (output.trim() !== '') terminal.write(`${indent(output.trimEnd(), '  ')}\n`);
  terminal.write(problem === null ? '  ✓ as the README says\n' : `  ✗ ${problem}\n`);
}

function indent(text: string, by: string): string {
  return text
    .split('\n')
    .map((line) => by + line)
    .join('\n');
}

/** Lines that a person types. The terminal stays in its usual mode, so that Ctrl-C is a signal. */
class Answers {
  readonly #reader: ReturnType<typeof createInterface>;
  readonly #lines: AsyncIterator<string>;
  readonly #terminal: LabTerminal;
  readonly #signal: AbortSignal;

  constructor(input: NodeJS.ReadableStream, terminal: LabTerminal, signal: AbortSignal) {
    this.#reader = createInterface({ input, terminal: false });
    this.#lines = this.#reader[Symbol.asyncIterator]();
    this.#terminal = terminal;
    this.#signal = signal;
    signal.addEventListener('abort', () => this.close());
  }

  /** @returns the answer; null when the input is at its end @throws the reason of the signal when it is aborted */
  async ask(question: string): Promise<string | null> {
    this.#signal.throwIfAborted();
    this.#terminal.write(question);
    const { value, done } = await this.#lines.next();
    if (!this.#terminal.isInteractive) this.#terminal.write('\n');
    this.#signal.throwIfAborted();
    return done === true ? null : value.trim().toLowerCase();
  }

  close(): void {
    this.#reader.close();
  }
}
