import { describe, expect, it } from 'vitest';
import { LabFormatError } from '../src/format/format-error.ts';
import { type Part, sectionNames } from '../src/format/lab.ts';
import { parseLab } from '../src/format/parse-lab.ts';
import { labText, lineOf } from './support/lab-text.ts';

const file = 'labs/tiny/README.md';

function partsOf(text: string): Part[] {
  return parseLab(file, text).sections.flatMap(({ parts }) => parts);
}

function refusal(text: string): LabFormatError {
  try {
    parseLab(file, text);
  } catch (error) {
    if (error instanceof LabFormatError) return error;
    throw error;
  }
  throw new Error('it was accepted');
}

/** Changes one thing. */
function changed(from: string, to: string): string {
  if (!labText.includes(from)) throw new Error(`the README has no ${from}`);
  return labText.replace(from, to);
}

describe('a README that can be run', () => {
  it('gives its title, its facts and its sections in their order', () => {
    const lab = parseLab(file, labText);

    expect(lab.title).toBe('Stream a line into a file');
    expect(lab.facts).toMatchObject({ name: 'tiny', time: '1 min', services: [], profiles: { local: 'this machine' } });
    expect(lab.sections.map(({ name }) => name)).toEqual(sectionNames);
    expect(lab.sections.map(({ heading }) => heading)).toContain('See: the line');
  });

  it('gives each command with its line, and the output below it with the line of that', () => {
    const steps = partsOf(labText).filter((part) => part.kind === 'run');

    expect(steps[2]).toEqual({
      kind: 'run',
      line: lineOf(labText, 'echo $greeting'),
      command: 'echo $greeting\ncat copy.json',
      exitCode: 0,
      waitMs: null,
      profile: null,
      expected: { line: lineOf(labText, 'hello\n{'), lines: ['hello', '{ "id": 1 }'], match: 'lines' },
    });
  });

  it('gives files as they stand there', () => {
    expect(partsOf(labText).find((part) => part.kind === 'file')).toMatchObject({ name: 'line.json', text: '{ "id": 1 }\n' });
  });

  it('reads how long to wait, which code to expect, for which profile, and how to compare', () => {
    const text = changed('sh run exit=1', 'sh run wait=20s exit=3 profile=local').replace(
      'output\nbroken',
      'output match=unordered\nbroken',
    );
    const step = partsOf(text).find((part) => part.kind === 'run' && part.exitCode === 3);

    expect(step).toMatchObject({ waitMs: 20_000, profile: 'local', expected: { match: 'unordered', lines: ['broken'] } });
  });

  it('lets text stand between a command and its output, and keeps it for the reader', () => {
    const text = changed('```\n\n```output\nbroken', '```\n\nYou see:\n\n```output\nbroken');

    expect(partsOf(text)).toContainEqual({ kind: 'prose', text: 'You see:' });
    expect(partsOf(text).filter((part) => part.kind === 'run' && part.expected.lines.includes('broken'))).toHaveLength(1);
  });

  it('may have line ends of Windows', () => {
    expect(partsOf(labText.replaceAll('\n', '\r\n'))).toEqual(partsOf(labText));
  });
});

describe('a README is refused, with line and advice,', () => {
  it.each(sectionNames)('without the section %s', (name) => {
    const text = labText.replace(new RegExp(`^## ${name}.*$`, 'm'), '');
    const next = sectionNames[sectionNames.indexOf(name) + 1];
    const { line, message } = refusal(text);

    if (name === 'Goal') expect(message).toContain('text before the first section. Put it below "## Goal"');
    else expect(message).toContain(`"## ${name}`);
    if (next !== undefined && name !== 'Goal') expect(line).toBe(lineOf(text, `## ${next}`));
  });

  it('with sections in another order', () => {
    const text = labText.replace('## Learn', '## TMP').replace('## Clean', '## Learn').replace('## TMP', '## Clean');

    expect(refusal(text).message).toBe(
      `${file}:${lineOf(text, '## Clean')}: "Clean" stands where "Learn" belongs. Write "## Learn" or "## Learn: and what it is about". ` +
        'The order is Goal, Picture, Start, Create, See, Break, Learn, Clean, Troubleshoot',
    );
  });

  it.each([
    ['a section of its own', '## Learn', '## Lesson', '## Lesson', '"Lesson" is no section of a lab; "Learn" belongs here'],
    ['a section after the last', 'Nothing can go wrong.\n', 'Fine.\n\n## More\n', '## More', '"More" comes after the last section'],
    ['a section that says nothing', 'A file keeps lines.\n', '', '## Learn', '"Learn" is empty'],
    ['a picture that is none', '```text\nshell → file\n```', 'Shell to file.', '## Picture', '"Picture" has no picture'],
    ['commands that nothing runs', 'sh run\nrm', 'sh\nrm', '```sh\nrm', 'nothing runs these commands'],
    ['a language that is no shell', 'sh run\nrm', 'python run\nrm', '```python', 'a block of python cannot be run'],
    ['an attribute that means nothing', 'sh run\nrm', 'sh run later\nrm', '```sh run later', 'this block cannot have "later"'],
    ['words behind a language that mean nothing', 'text\nshell', 'text big\nshell', '```text big', '"big" means nothing to the runner'],
    ['a wait without a unit', 'sh run\nrm', 'sh run wait=20\nrm', '```sh run wait=20', 'wait=20 cannot be read. Write it as wait=20s'],
    ['a profile that does not exist', 'sh run\nrm', 'sh run profile=cloud\nrm', '```sh run profile', 'profile=cloud is unknown'],
    ['a step of a profile that it does not have', 'sh run\nrm', 'sh run profile=docker\nrm', 'rm copy', 'the lab has no profile docker'],
    ['a way to compare that does not exist', 'output\nbroken', 'output match=fuzzy\nbroken', '```output match', 'match=fuzzy is unknown'],
    ['a file outside of its folder', 'file=line.json', 'file=../line.json', '```json file', 'file=../line.json is no plain name'],
    ['output of no command', 'A file keeps lines.', '```output\nlines\n```', '```output\nlines', 'this output belongs to no command'],
    ['a command where one only reads', 'A file keeps lines.', '```sh run\ntrue\n```', 'true\n', '"Learn" is only to be read'],
    ['nothing to see', '```output\nbroken\n```', '', '## Break', '"Break" shows nothing'],
    ['no cleaning', '```sh run\nrm copy.json\n```', 'Rest.', '## Clean', 'nothing is run in "Clean"'],
    [
      'a step inside of a list',
      'A file keeps lines.',
      '- so:\n\n  ```sh run\n  true\n  ```',
      '  ```sh run',
      'a step stands inside of a list',
    ],
    ['no title', '# Stream a line into a file\n', '', '## Goal', 'a lab begins with its title'],
  ])('with %s', (_, from, to, at, wrong) => {
    const text = changed(from, to);
    const { line, message } = refusal(text);

    expect(message).toContain(`${file}:${lineOf(text, at)}: ${wrong}`);
    expect(line).toBe(lineOf(text, at));
    expect(message).toMatch(/\. [A-Z]/);
  });

  it('with more commands than a person follows', () => {
    const text = changed('## Learn', `${'```sh run\ntrue\n```\n\n'.repeat(9)}## Learn`);

    expect(refusal(text).message).toContain('this is the 13th block of commands. Up to 12 before "Clean"');
  });
});

describe('front matter is refused', () => {
  it.each([
    ['that is not there', labText.slice(labText.indexOf('# Stream')), 1, 'there is no front matter'],
    ['that is no YAML', changed('time: 1 min', 'time: one: min'), 3, 'front matter is no YAML'],
    ['with a key that means nothing', changed('time: 1 min', 'time: 1 min\nlevel: easy'), 4, 'front matter has no key "level"'],
    ['without one that is needed', changed('time: 1 min\n', ''), 1, 'front matter needs a text for "time"'],
    ['with a system that nothing starts', changed('services: []', 'services: [oracle]'), 6, '"oracle" is nothing that "services" can have'],
    ['with a text for a list', changed('services: []', 'services: kafka'), 6, 'front matter needs a list for "services"'],
    ['without the profile local', changed('  local: this', '  docker: this'), 8, 'every lab has the profile "local"'],
    ['with an unknown profile', changed('  local: this', '  cloud: this'), 8, '"profiles" cannot have "cloud"'],
  ])('%s', (_, text, line, wrong) => {
    expect(refusal(text).message).toContain(`${file}:${line}: ${wrong}`);
  });
});
