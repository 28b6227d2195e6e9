import { readClass, skipIgnored } from './character-class.ts';
import { literalSource } from './literal-source.ts';
import { PatternCursor } from './pattern-cursor.ts';
import { readEscape } from './pattern-escape.ts';
import { type FlagName, isFlagName, NO_FLAGS, type PatternFlags } from './pattern-flags.ts';

/** A Java pattern as JavaScript source, for the flag `v`. Group n is named `gn`. */
export interface Translation {
  readonly source: string;
  readonly groupCount: number;
  /** Numbers of named groups. */
  readonly groupNames: ReadonlyMap<string, number>;
  /** Groups that may be skipped in a repetition: Java keeps their text of an earlier round, JavaScript forgets it. */
  readonly forgetfulGroups: ReadonlySet<number>;
}

/** Source of a part of the pattern, and the numbers of the capturing groups inside. */
interface Part {
  readonly source: string;
  readonly groups: readonly number[];
}

const anyLineEnd = '\\n\\r\\u0085\\u2028\\u2029';

/**
 * Translates a pattern of `java.util.regex.Pattern` to JavaScript.
 *
 * Atomic groups and possessive quantifiers become a look-ahead and a back reference; inline flags are worked into the source, since
 * JavaScript has flags for whole patterns only.
 *
 * @throws IllegalArgumentException if the pattern is invalid, or uses what JavaScript cannot do: `\G`, `\X`, `\N{…}`, Unicode blocks, the flag
 *   `U`, atomic groups in a look-behind, and back references without case or to groups that may not have matched.
 */
export function translateRegex(pattern: string): Translation {
  return new Translator(pattern).translate();
}

class Translator {
  readonly #cursor: PatternCursor;
  readonly #groupNames = new Map<string, number>();
  readonly #closedGroups = new Set<number>();
  /** Groups that may not have matched where the pattern goes on. */
  readonly #skippableGroups = new Set<number>();
  readonly #forgetfulGroups = new Set<number>();
  #flags: PatternFlags = NO_FLAGS;
  #groupCount = 0;
  #atomicCount = 0;
  #lookBehindDepth = 0;

  constructor(pattern: string) {
    this.#cursor = new PatternCursor(pattern);
  }

  translate(): Translation {
    const { source } = this.#alternatives();
    if (!this.#cursor.isAtEnd) throw this.#cursor.error("Unmatched closing ')'");
    return { source, groupCount: this.#groupCount, groupNames: this.#groupNames, forgetfulGroups: this.#forgetfulGroups };
  }

  #alternatives(): Part {
    const branches = [this.#sequence()];
    while (this.#cursor.accept('|')) {
      this.#skippable(branches.at(-1) as Part);
      branches.push(this.#sequence());
    }
    if (branches.length > 1) this.#skippable(branches.at(-1) as Part);
    return { source: branches.map(({ source }) => source).join('|'), groups: branches.flatMap(({ groups }) => groups) };
  }

  #skippable({ groups }: Part): void {
    for (const group of groups) this.#skippableGroups.add(group);
  }

  #sequence(): Part {
    let source = '';
    const groups: number[] = [];
    for (;;) {
      skipIgnored(this.#cursor, this.#flags);
      if (this.#cursor.isAtEnd || this.#cursor.peek() === '|' || this.#cursor.peek() === ')') return { source, groups };
      const atom = this.#atom();
      if (atom === null) continue;
      const part = this.#quantified(atom);
      source += part.source;
      groups.push(...part.groups);
    }
  }

  /** Null for flags, which cannot be repeated. */
  #atom(): Part | null {
    // A count behind nothing repeats nothing.
    if (this.#cursor.peek() === '{') return bare('');
    const point = this.#cursor.next();
    switch (point) {
      case '(':
        return this.#group();
      case '[':
        return bare(readClass(this.#cursor, this.#flags));
      case '\\':
        return bare(this.#escape());
      case '^':
        return bare(this.#lineStart());
      case '$':
        return bare(this.#flags.m ? this.#lineEnd() : this.#inputEnd());
      case '.':
        return bare(this.#dot());
      case '*':
      case '+':
      case '?':
        throw this.#cursor.error(`Dangling meta character '${point}'`);
      default:
        return bare(literalSource(point.codePointAt(0) as number, this.#flags));
    }
  }

  #dot(): string {
    if (this.#flags.s) return '[\\s\\S]';
    return this.#flags.d ? '[^\\n]' : `[^${anyLineEnd}]`;
  }

  #lineStart(): string {
    if (!this.#flags.m) return '^';
    const before = this.#flags.d ? '\\n' : '[\\n\\u0085\\u2028\\u2029]|\\r(?!\\n)';
    return `(?:(?<=^|${before})(?!$))`;
  }

  #lineEnd(): string {
    return this.#flags.d ? '(?=\\n|$)' : '(?=[\\r\\u0085\\u2028\\u2029]|(?<!\\r)\\n|$)';
  }

  /** The end, or before a line end at the end. */
  #inputEnd(): string {
    return this.#flags.d ? '(?=\\n?$)' : '(?=(?:\\r\\n|[\\r\\u0085\\u2028\\u2029]|(?<!\\r)\\n)?$)';
  }

  #escape(): string {
    const letter = this.#cursor.peek();
    switch (letter) {
      case 'A':
        this.#cursor.next();
        return '^';
      case 'z':
        this.#cursor.next();
        return '$';
      case 'Z':
        this.#cursor.next();
        return this.#inputEnd();
      case 'b':
      case 'B':
        this.#cursor.next();
        if (this.#cursor.peek() === '{') throw this.#cursor.unsupported(`\\${letter}{…}`);
        return `\\${letter}`;
      case 'R':
        this.#cursor.next();
        return '(?:\\r\\n|[\\n\\x0b\\f\\r\\x85\\u2028\\u2029])';
      default:
        return this.#reference() ?? this.#character();
    }
  }

  #character(): string {
    const escape = readEscape(this.#cursor, this.#flags);
    return escape.kind === 'class' ? escape.source : literalSource(escape.point, this.#flags);
  }

  /** `\1` or `\k<name>`; null if none stands here. */
  #reference(): string | null {
    if (this.#cursor.accept('k')) {
      if (!this.#cursor.accept('<')) throw this.#cursor.error("\\k is not followed by '<' for named capturing group");
      const name = this.#groupName();
      const group = this.#groupNames.get(name);
      if (group === undefined) throw this.#cursor.error(`named capturing group <${name}> does not exist`);
      return this.#referenceTo(group);
    }
    if (!/[1-9]/.test(this.#cursor.peek())) return null;
    let group = Number(this.#cursor.next());
    // As long as there are so many groups, a further digit belongs to the number.
    while (/[0-9]/.test(this.#cursor.peek()) && group * 10 + Number(this.#cursor.peek()) <= this.#groupCount) {
      group = group * 10 + Number(this.#cursor.next());
    }
    return this.#referenceTo(group);
  }

  #referenceTo(group: number): string {
    if (this.#flags.i) throw this.#cursor.unsupported('a back reference without regard to case');
    if (!this.#closedGroups.has(group)) throw this.#cursor.unsupported(`a back reference to group ${group} before its end`);
    if (this.#skippableGroups.has(group)) throw this.#cursor.unsupported(`a back reference to group ${group}, which may not have matched`);
    return `\\k<g${group}>`;
  }

  #group(): Part | null {
    const flags = this.#flags;
    const part = this.#cursor.accept('?') ? this.#specialGroup() : this.#capture(null);
    // Flags without a group of their own hold up to the end of the group around them.
    if (part !== null) this.#flags = flags;
    return part;
  }

  #specialGroup(): Part | null {
    if (this.#cursor.accept(':')) return this.#rest('(?:');
    if (this.#cursor.accept('=')) return this.#rest('(?=');
    if (this.#cursor.accept('!')) return this.#negative(this.#rest('(?!'));
    if (this.#cursor.accept('>')) return this.#atomic(this.#rest('(?:'));
    if (this.#cursor.accept('<=')) return this.#lookBehind('(?<=');
    if (this.#cursor.accept('<!')) return this.#negative(this.#lookBehind('(?<!'));
    if (this.#cursor.accept('<')) return this.#capture(this.#groupName());
    return this.#inlineFlags();
  }

  /** Groups of a negative look-around have no text afterwards. */
  #negative(part: Part): Part {
    this.#skippable(part);
    return part;
  }

  #groupName(): string {
    const name = this.#cursor.takeWhile(/[A-Za-z0-9]/);
    if (!/^[A-Za-z]/.test(name)) throw this.#cursor.error('capturing group name does not start with a Latin letter');
    if (!this.#cursor.accept('>')) throw this.#cursor.error("named capturing group is missing trailing '>'");
    return name;
  }

  #capture(name: string | null): Part {
    this.#groupCount += 1;
    const group = this.#groupCount;
    if (name !== null) {
      if (this.#groupNames.has(name)) throw this.#cursor.error(`Named capturing group <${name}> is already defined`);
      this.#groupNames.set(name, group);
    }
    const { source, groups } = this.#rest(`(?<g${group}>`);
    this.#closedGroups.add(group);
    return { source, groups: [group, ...groups] };
  }

  #rest(opening: string): Part {
    const { source, groups } = this.#alternatives();
    if (!this.#cursor.accept(')')) throw this.#cursor.error('Unclosed group');
    return { source: `${opening}${source})`, groups };
  }

  #lookBehind(opening: string): Part {
    this.#lookBehindDepth += 1;
    const part = this.#rest(opening);
    this.#lookBehindDepth -= 1;
    return part;
  }

  /** What a look-ahead matched is not tried again otherwise, so matching it once more makes it atomic. */
  #atomic({ source, groups }: Part): Part {
    if (this.#lookBehindDepth > 0) throw this.#cursor.unsupported('an atomic group or a possessive quantifier in a look-behind');
    this.#atomicCount += 1;
    const name = `a${this.#atomicCount}`;
    return { source: `(?:(?=(?<${name}>${source}))\\k<${name}>)`, groups };
  }

  /** `(?i-s:…)`, or null for `(?i-s)`. */
  #inlineFlags(): Part | null {
    const flags: Record<FlagName, boolean> = { ...this.#flags };
    let value = true;
    for (;;) {
      const letter = this.#cursor.next();
      if (letter === ')' || letter === ':') {
        this.#flags = flags;
        return letter === ')' ? null : this.#rest('(?:');
      }
      if (letter === 'U') throw this.#cursor.unsupported('the flag U');
      if (letter === '-') value = false;
      else if (isFlagName(letter)) flags[letter] = value;
      else throw this.#cursor.error('Unknown inline modifier');
    }
  }

  #quantified(atom: Part): Part {
    skipIgnored(this.#cursor, this.#flags);
    const quantifier = this.#quantifier();
    if (quantifier === null) return atom;
    if (quantifier.min === 0) this.#skippable(atom);
    if (quantifier.max > 1) this.#forgetful(atom, quantifier.min);
    const repeated: Part = { source: `(?:${atom.source})${quantifier.source}`, groups: atom.groups };
    skipIgnored(this.#cursor, this.#flags);
    if (this.#cursor.accept('+')) return this.#atomic(repeated);
    return this.#cursor.accept('?') ? { source: `${repeated.source}?`, groups: atom.groups } : repeated;
  }

  /** The repeated group itself takes part in every round; what is skippable inside may not. */
  #forgetful({ groups, source }: Part, min: number): void {
    const outermost = min === 0 && source.startsWith(`(?<g${groups[0]}>`) ? groups[0] : null;
    for (const group of groups) {
      if (group !== outermost && this.#skippableGroups.has(group)) this.#forgetfulGroups.add(group);
    }
  }

  #quantifier(): { readonly source: string; readonly min: number; readonly max: number } | null {
    if (this.#cursor.accept('*')) return { source: '*', min: 0, max: Infinity };
    if (this.#cursor.accept('+')) return { source: '+', min: 1, max: Infinity };
    if (this.#cursor.accept('?')) return { source: '?', min: 0, max: 1 };
    if (!this.#cursor.accept('{')) return null;
    const first = this.#cursor.takeWhile(/[0-9]/);
    if (first === '') throw this.#cursor.error('Illegal repetition');
    const hasComma = this.#cursor.accept(',');
    const last = hasComma ? this.#cursor.takeWhile(/[0-9]/) : first;
    if (!this.#cursor.accept('}')) throw this.#cursor.error('Unclosed counted closure');
    const max = last === '' ? Infinity : Number(last);
    if (max < Number(first)) throw this.#cursor.error('Illegal repetition range');
    return { source: hasComma ? `{${first},${last}}` : `{${first}}`, min: Number(first), max };
  }
}

function bare(source: string): Part {
  return { source, groups: [] };
}
