import { IllegalArgumentException, IndexOutOfBoundsException, type RuntimeException } from '@millrace/api';
import type { Translation } from './regex-translator.ts';

/** The text that stands for one match. @throws IllegalArgumentException or IndexOutOfBoundsException if the replacement is malformed. */
export type Replacement = (match: RegExpExecArray) => string;

type Part = (match: RegExpExecArray) => string;

interface PartAt {
  readonly part: Part;
  readonly end: number;
}

/**
 * Reads a replacement as Java's `Matcher` does: `$1` and `${name}` stand for groups, a backslash takes the meaning from the character behind it.
 * What is malformed fails when the replacement is used, as in Java.
 *
 * @throws IllegalArgumentException if it names a group whose text JavaScript does not keep as Java does.
 */
export function readReplacement(text: string, translation: Translation): Replacement {
  const parts: Part[] = [];
  let position = 0;
  while (position < text.length) {
    const { part, end } = readPart(text, position, translation);
    parts.push(part);
    position = end;
  }
  return (match) => parts.map((part) => part(match)).join('');
}

function readPart(text: string, start: number, translation: Translation): PartAt {
  if (text[start] === '\\') {
    const escaped = text[start + 1];
    return escaped === undefined ? failing(text, 'character to be escaped is missing') : { part: () => escaped, end: start + 2 };
  }
  if (text[start] === '$') return text[start + 1] === '{' ? namedGroup(text, start, translation) : numberedGroup(text, start, translation);
  const end = text.slice(start).search(/[\\$]/);
  const literal = text.slice(start, end < 0 ? text.length : start + end);
  return { part: () => literal, end: start + literal.length };
}

function namedGroup(text: string, start: number, translation: Translation): PartAt {
  const name = /^[A-Za-z0-9]*/.exec(text.slice(start + 2))?.[0] ?? '';
  const end = start + 2 + name.length;
  if (name === '' || text[end] !== '}') return failing(text, "named capturing group is missing trailing '}'");
  if (/^\d/.test(name)) return failing(text, `capturing group name {${name}} starts with digit character`);
  const group = translation.groupNames.get(name);
  return group === undefined ? failing(text, `No group with name {${name}}`) : { part: groupPart(group, translation), end: end + 1 };
}

function numberedGroup(text: string, start: number, translation: Translation): PartAt {
  const first = text[start + 1];
  if (first === undefined) return failing(text, 'Illegal group reference: group index is missing');
  if (!/\d/.test(first)) return failing(text, 'Illegal group reference');
  let group = Number(first);
  let end = start + 2;
  // As long as there are so many groups, a further digit belongs to the number.
  while (/\d/.test(text[end] ?? '') && group * 10 + Number(text[end]) <= translation.groupCount) {
    group = group * 10 + Number(text[end]);
    end += 1;
  }
  if (group > translation.groupCount) return failing(text, new IndexOutOfBoundsException(`No group ${group}`));
  return { part: groupPart(group, translation), end };
}

function groupPart(group: number, { forgetfulGroups }: Translation): Part {
  if (group === 0) return (match) => match[0];
  if (forgetfulGroups.has(group)) {
    throw new IllegalArgumentException(
      `Millrace cannot replace by group ${group}, which may be skipped in a repetition: Java keeps its earlier text then and JavaScript does ` +
        'not; move the group out of the repetition',
    );
  }
  return (match) => match.groups?.[`g${group}`] ?? '';
}

/** Java reads a replacement from left to right for each match, so the first error is the one that shows; what follows does not matter. */
function failing(text: string, error: string | RuntimeException): PartAt {
  const thrown = typeof error === 'string' ? new IllegalArgumentException(error) : error;
  const part = (): string => {
    throw thrown;
  };
  return { part, end: text.length };
}
