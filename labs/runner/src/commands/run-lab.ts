import { indent } from '../check/indent.ts';
import type { Lab, Part, ProfileName, RunStep, Section } from '../format/lab.ts';
import type { LabSession } from '../play/lab-session.ts';
import { Answers } from './answers.ts';
import { describeAccess } from './describe-access.ts';
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

const PROMPT = '  [Enter] runs it, s skips it, q ends the lab: ';
const PAUSE = 'Everything still runs. [Enter] cleans up: ';

/**
 * Goes through a lab step by step. Before it cleans up it waits, so that one can look around.
 *
 * @throws the reason of the signal when it is aborted
 */
export async function runLab(options: RunOptions): Promise<void> {
  const answers = new Answers(options.input, options.terminal, options.signal);
  try {
    await new Walk(options, answers).go();
  } finally {
    answers.close();
  }
}

class Walk {
  readonly #options: RunOptions;
  readonly #answers: Answers;
  readonly #write: LabTerminal['write'];
  /** Does the person want no further step? Then "Clean" has nothing to show either: everything ends with the session. */
  #isOver = false;

  constructor(options: RunOptions, answers: Answers) {
    this.#options = options;
    this.#answers = answers;
    this.#write = options.terminal.write;
  }

  async go(): Promise<void> {
    const { lab, session } = this.#options;
    this.#write(describeAccess(session));
    for (const section of lab.sections) {
      if (this.#isOver) return;
      if (section.name === 'Clean') await this.#answers.ask(PAUSE);
      this.#write(`\n== ${section.heading}\n`);
      await this.#visit(section);
    }
  }

  async #visit({ name, parts }: Section): Promise<void> {
    const { profile, session } = this.#options;
    for (const part of parts.filter((part) => part.kind !== 'run' || (part.profile ?? profile) === profile)) {
      this.#show(part);
      if (part.kind === 'file') await session.save(part);
      if (part.kind !== 'run') continue;
      const answer = name === 'Clean' ? '' : await this.#answers.ask(PROMPT);
      this.#isOver ||= answer === null || answer === 'q';
      if (this.#isOver) return;
      if (answer !== 's') await this.#take(part);
    }
  }

  #show(part: Part): void {
    if (part.kind === 'prose') this.#write(`\n${part.text}\n`);
    else if (part.kind === 'file') this.#write(`\n  file ${part.name}\n${indent(part.text.trimEnd(), '  | ')}\n`);
    else this.#write(`\n${indent(part.command, '  $ ')}\n`);
  }

  async #take(step: RunStep): Promise<void> {
    const { session, terminal } = this.#options;
    const { output, problem } = await withProgress(terminal, `line ${step.line}`, () => session.run(step));
    if (output.trim() !== '') this.#write(`${indent(output.trimEnd(), '  ')}\n`);
    this.#write(problem === null ? '  ✓ as the README says\n' : `  ✗ ${problem}\n`);
  }
}
