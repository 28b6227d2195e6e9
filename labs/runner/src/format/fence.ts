import { type MatchName, matchNames, type ProfileName, profileNames } from './lab.ts';
import type { Refuse } from './format-error.ts';

/** What stands behind the three backticks, understood. */
export type Fence =
  | { readonly kind: 'file'; readonly name: string }
  | {
      readonly kind: 'run';
      readonly waitMs: number | null;
      readonly exitCode: number;
      readonly profile: ProfileName | null;
    }
  | { readonly kind: 'output'; readonly match: MatchName }
  /** A block that is only to be read. */
  | { readonly kind: 'text' };

const FORMS =
  'A lab has "sh run", with wait=20s, exit=1 or profile=local if need be; "output", with match=json if need be; "LANGUAGE file=NAME"';

/** Reads the language and the attributes of a fenced block. @throws LabFormatError for what the runner would not understand. */
export function readFence(language: string, meta: string, line: number, refuse: Refuse): Fence {
  const words = meta.split(/\s+/).filter((word) => word !== '');
  if (language === 'output') return { kind: 'output', match: matchOf(new Attributes(words, ['match'], line, refuse)) };
  if (words.some((word) => word.startsWith('file='))) {
    return { kind: 'file', name: fileName(new Attributes(words, ['file'], line, refuse)) };
  }
  if (words[0] === 'run') {
    if (language !== 'sh') throw refuse(line, `a block of ${language} cannot be run`, FORMS);
    return runOf(new Attributes(words.slice(1), ['wait', 'exit', 'profile'], line, refuse));
  }
  if (words.length > 0) throw refuse(line, `"${meta}" means nothing to the runner`, FORMS);
  return { kind: 'text' };
}

class Attributes {
  readonly line: number;
  readonly refuse: Refuse;
  readonly #values: ReadonlyMap<string, string>;

  constructor(words: readonly string[], known: readonly string[], line: number, refuse: Refuse) {
    this.line = line;
    this.refuse = refuse;
    const pairs = words.map((word) => {
      const at = word.indexOf('=');
      return [at < 0 ? word : word.slice(0, at), at < 0 ? '' : word.slice(at + 1)] as const;
    });
    const unknown = pairs.find(([name]) => !known.includes(name));
    if (unknown !== undefined) throw refuse(line, `this block cannot have "${unknown[0]}"`, `It can have ${known.join(', ')}`);
    this.#values = new Map(pairs);
  }

  get(name: string): string | undefined {
    return this.#values.get(name);
  }

  oneOf<T extends string>(name: string, known: readonly T[]): T | undefined {
    const value = this.get(name);
    if (value === undefined || known.includes(value as T)) return value as T | undefined;
    throw this.refuse(this.line, `${name}=${value} is unknown`, `It can be ${known.join(', ')}`);
  }

  whole(name: string, pattern: RegExp, form: string): number | undefined {
    const value = this.get(name);
    if (value === undefined) return undefined;
    const digits = pattern.exec(value)?.[1];
    if (digits === undefined) throw this.refuse(this.line, `${name}=${value} cannot be read`, `Write it as ${form}`);
    return Number(digits);
  }
}

function runOf(attributes: Attributes): Fence {
  const seconds = attributes.whole('wait', /^(\d+)s$/, 'wait=20s, in seconds');
  return {
    kind: 'run',
    waitMs: seconds === undefined ? null : seconds * 1000,
    exitCode: attributes.whole('exit', /^(\d+)$/, 'exit=1') ?? 0,
    profile: attributes.oneOf('profile', profileNames) ?? null,
  };
}

function matchOf(attributes: Attributes): MatchName {
  return attributes.oneOf('match', matchNames) ?? 'lines';
}

function fileName(attributes: Attributes): string {
  const name = attributes.get('file') ?? '';
  if (/^[\w-][\w.-]*$/.test(name)) return name;
  throw attributes.refuse(attributes.line, `file=${name} is no plain name`, 'Files of a lab lie in one folder: file=connector.json');
}
