import type { Refuse } from './format-error.ts';
import type { LabFacts, RunStep, Section, SectionName } from './lab.ts';

/** Sections in which commands are run. */
const ACTIVE: readonly SectionName[] = ['Start', 'Create', 'See', 'Break', 'Clean'];
/** More than this nobody follows. What cleans up does not count. */
const MOST_COMMANDS = 12;

/** Refuses sections that have what they must not have, or lack what makes them one. @throws LabFormatError */
export function checkSections(sections: readonly Section[], facts: LabFacts, refuse: Refuse): void {
  for (const section of sections) checkSection(section, facts, refuse);
  const counted = sections.filter(({ name }) => name !== 'Clean').flatMap((section) => runsOf(section));
  const tooMany = counted[MOST_COMMANDS];
  if (tooMany !== undefined) {
    const advice = `Up to ${MOST_COMMANDS} before "Clean" can be followed: join what belongs together, or make two labs`;
    throw refuse(tooMany.line, `this is the ${MOST_COMMANDS + 1}th block of commands`, advice);
  }
}

function checkSection(section: Section, facts: LabFacts, refuse: Refuse): void {
  const { name, line, parts } = section;
  const runs = runsOf(section);
  if (parts.length === 0) throw refuse(line, `"${name}" is empty`, 'Say in a sentence what it is about');
  const step = parts.find(({ kind }) => kind !== 'prose');
  if (!ACTIVE.includes(name) && step !== undefined && step.kind !== 'prose') {
    throw refuse(step.line, `"${name}" is only to be read`, `Move commands and files to ${ACTIVE.join(', ')}`);
  }
  if (name === 'Picture' && !parts.some((part) => part.kind === 'prose' && /```(?:text|mermaid)|!\[/.test(part.text))) {
    throw refuse(line, '"Picture" has no picture', 'Draw the way of a record in a block of text, such as "table → task → topic"');
  }
  if (ACTIVE.includes(name) && runs.length === 0) throw refuse(line, `nothing is run in "${name}"`, 'Add a block "sh run"');
  if ((name === 'See' || name === 'Break') && !runs.some(({ expected }) => expected.lines.length > 0)) {
    throw refuse(line, `"${name}" shows nothing`, 'Add a block "output" below a command');
  }
  const stranger = runs.find(({ profile }) => profile !== null && facts.profiles[profile] === undefined);
  if (stranger !== undefined) {
    throw refuse(stranger.line, `the lab has no profile ${stranger.profile}`, 'Name it under "profiles" in the front matter');
  }
}

function runsOf({ parts }: Section): RunStep[] {
  return parts.filter((part) => part.kind === 'run');
}
