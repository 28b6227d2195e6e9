import { parse } from 'yaml';
import { type LabFacts, type ProfileName, profileNames, serviceNames } from './lab.ts';
import type { Refuse } from './format-error.ts';

const EXAMPLE = 'It starts with "---", lines "lab", "time", "from", "to", "services", "connectors", "profiles", and another "---"';
const KEYS = ['lab', 'time', 'from', 'to', 'services', 'connectors', 'profiles'];

/** Front matter, and how many lines it takes. */
export interface FrontMatter {
  readonly facts: LabFacts;
  readonly lineCount: number;
}

/** Reads the lines between `---` at the top of a README. @throws LabFormatError when they are not those of a lab. */
export function readFrontMatter(markdown: string, refuse: Refuse): FrontMatter {
  const [whole, text = ''] = /^---\n([\s\S]*?\n)---\n/.exec(markdown) ?? [];
  if (whole === undefined) throw refuse(1, 'there is no front matter', EXAMPLE);
  const reader = new FactReader(text, refuse);
  for (const key of reader.keys()) {
    if (!KEYS.includes(key)) throw refuse(reader.line(key), `front matter has no key "${key}"`, `Its keys are ${KEYS.join(', ')}`);
  }
  return {
    facts: {
      name: reader.text('lab'),
      time: reader.text('time'),
      from: reader.text('from'),
      to: reader.text('to'),
      services: reader.list('services', serviceNames),
      connectors: reader.list('connectors'),
      profiles: reader.profiles(),
    },
    lineCount: whole.split('\n').length - 1,
  };
}

class FactReader {
  readonly #lines: readonly string[];
  readonly #values: Readonly<Record<string, unknown>>;
  readonly #refuse: Refuse;

  constructor(text: string, refuse: Refuse) {
    this.#lines = text.split('\n');
    this.#refuse = refuse;
    const values = readYaml(text, refuse);
    if (!isMap(values)) throw refuse(2, 'front matter is no YAML mapping', EXAMPLE);
    this.#values = values;
  }

  keys(): string[] {
    return Object.keys(this.#values);
  }

  /** Line of the README with a key, or of the opening when it is not there. */
  line(key: string): number {
    return this.#lines.findIndex((line) => line.startsWith(`${key}:`)) + 2;
  }

  text(key: string): string {
    const value = this.#values[key];
    if (typeof value === 'string' && value.trim() !== '') return value;
    throw this.#refuse(this.line(key), `front matter needs a text for "${key}"`, EXAMPLE);
  }

  list<T extends string>(key: string, known?: readonly T[]): T[] {
    const value = this.#values[key];
    if (!Array.isArray(value) || value.some((item) => typeof item !== 'string')) {
      throw this.#refuse(this.line(key), `front matter needs a list for "${key}"`, `Write it as ${key}: [one, two]`);
    }
    const items = value as T[];
    const unknown = known === undefined ? undefined : items.find((item) => !known.includes(item));
    if (unknown === undefined) return items;
    throw this.#refuse(this.line(key), `"${unknown}" is nothing that "${key}" can have`, `It can have ${known?.join(', ')}`);
  }

  profiles(): LabFacts['profiles'] {
    const value = this.#values['profiles'];
    const advice = `Its keys are ${profileNames.join(', ')}; each says what it runs on`;
    if (!isMap(value)) throw this.#refuse(this.line('profiles'), 'front matter needs a mapping for "profiles"', advice);
    for (const [name, text] of Object.entries(value)) {
      if (!profileNames.includes(name as ProfileName) || typeof text !== 'string') {
        throw this.#refuse(this.line('profiles'), `"profiles" cannot have "${name}"`, advice);
      }
    }
    if (!Object.hasOwn(value, 'local')) throw this.#refuse(this.line('profiles'), 'every lab has the profile "local"', advice);
    return value;
  }
}

function readYaml(text: string, refuse: Refuse): unknown {
  try {
    return parse(text);
  } catch (error) {
    const line = (error as { linePos?: readonly { readonly line: number }[] }).linePos?.[0]?.line ?? 1;
    const reason = error instanceof Error ? error.message : String(error);
    // The parser counts lines from the one below the opening.
    throw refuse(line + 1, 'front matter is no YAML', reason.replace(/ at line \d+[^]*$/, ''));
  }
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
