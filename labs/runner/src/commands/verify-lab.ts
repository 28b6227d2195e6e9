import type { Lab, ProfileName, RunStep, Section } from '../format/lab.ts';
import type { LabSession } from '../play/lab-session.ts';
import { type LabTerminal, withProgress } from './progress.ts';

/** A lab that is open, and where its progress goes. */
export interface VerifyOptions {
  readonly lab: Lab;
  readonly session: LabSession;
  readonly profile: ProfileName;
  readonly terminal: LabTerminal;
}

/** What a verification came to. */
export interface VerifyResult {
  readonly stepCount: number;
  /** Why the lab is not as its README says, each with the line; empty when it is. */
  readonly problems: readonly string[];
}

/**
 * Carries out a README and compares. After the first problem only "Clean" is run, as a person would do; what still runs after it is a problem
 * too.
 */
export async function verifyLab({ lab, session, profile, terminal }: VerifyOptions): Promise<VerifyResult> {
  const problems: string[] = [];
  let stepCount = 0;
  const take = async (section: Section, step: RunStep): Promise<void> => {
    const label = `${section.name.padEnd(6)} line ${step.line}`;
    const { problem, tookMs } = await withProgress(terminal, label, () => session.run(step));
    stepCount += 1;
    terminal.write(`  ${problem === null ? '✓' : '✗'} ${label.padEnd(18)} ${(tookMs / 1000).toFixed(1)} s\n`);
    if (problem === null) return;
    // The logs of the moment: what cleans up may write to them, or remove them.
    problems.push(`${problem}\n${await session.logTails()}`.trimEnd());
  };
  for (const section of lab.sections) {
    for (const part of section.parts) {
      if (session.isOver || (problems.length > 0 && section.name !== 'Clean')) break;
      if (part.kind === 'file') await session.save(part);
      if (part.kind === 'run' && (part.profile ?? profile) === profile) await take(section, part);
    }
  }
  const leftovers = problems.length === 0 ? await session.leftovers() : [];
  if (leftovers.length > 0) {
    const line = lab.sections.find(({ name }) => name === 'Clean')?.line ?? 1;
    problems.push(
      `${lab.file}:${line}: after "Clean" these processes still run:\n${leftovers.map((process) => `    ${process}`).join('\n')}`,
    );
  }
  return { stepCount, problems };
}
