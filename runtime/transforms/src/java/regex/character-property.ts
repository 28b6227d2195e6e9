import type { PatternCursor } from './pattern-cursor.ts';
import type { PatternFlags } from './pattern-flags.ts';

/** Properties that mean ASCII characters only, as class content. */
const posix: Readonly<Record<string, string>> = {
  Lower: 'a-z',
  Upper: 'A-Z',
  ASCII: '\\0-\\x7f',
  Alpha: 'A-Za-z',
  Digit: '0-9',
  Alnum: 'A-Za-z0-9',
  Punct: '!-\\/:-@\\[-`\\{-~',
  Graph: '!-~',
  Print: ' -~',
  Blank: ' \\t',
  Cntrl: '\\0-\\x1f\\x7f',
  XDigit: '0-9A-Fa-f',
  Space: ' \\t\\n\\x0b\\f\\r',
};

/** Methods of `java.lang.Character` and binary properties whose names differ. */
const renamed: Readonly<Record<string, string>> = {
  javaLowerCase: '\\p{Lowercase}',
  javaUpperCase: '\\p{Uppercase}',
  javaTitleCase: '\\p{Lt}',
  javaDigit: '\\p{Nd}',
  javaLetter: '\\p{L}',
  javaLetterOrDigit: '\\p{L}\\p{Nd}',
  javaAlphabetic: '\\p{Alphabetic}',
  javaIdeographic: '\\p{Ideographic}',
  javaISOControl: '\\0-\\x1f\\x7f-\\x9f',
  all: '\\0-\\u{10FFFF}',
  L1: '\\0-\\xff',
  LD: '\\p{L}\\p{Nd}',
  IsLetter: '\\p{L}',
  IsDigit: '\\p{Nd}',
  IsTitlecase: '\\p{Lt}',
  IsPunctuation: '\\p{P}',
  IsControl: '\\p{Cc}',
  IsWhiteSpace: '\\p{White_Space}',
  IsHexDigit: '\\p{Nd}\\p{Hex_Digit}',
  IsJoinControl: '\\p{Join_Control}',
  IsAssigned: '\\p{Assigned}',
};

const casedNames = /^(?:Lower|Upper|javaLowerCase|javaUpperCase|javaTitleCase|IsLowercase|IsUppercase|IsTitlecase|(?:Is)?L[ult])$/;

/** Reads what follows `\p` or `\P` and returns JavaScript source of the class, fit to stand alone or inside another. */
export function propertyClass(cursor: PatternCursor, isNegated: boolean, flags: PatternFlags): string {
  const name = propertyName(cursor);
  const content = flags.i && casedNames.test(name) ? caseless(name) : contentOf(name);
  if (content === null) throw cursor.error(`Unknown character property name {${name}}`);
  return `[${isNegated ? '^' : ''}${content}]`;
}

function propertyName(cursor: PatternCursor): string {
  if (!cursor.accept('{')) return cursor.next();
  const name = cursor.takeWhile(/[^}]/u);
  if (!cursor.accept('}')) throw cursor.error('Unclosed character family');
  if (name === '') throw cursor.error('Empty character family');
  if (/^In|^bl(?:oc)?k=/i.test(name)) throw cursor.unsupported(`the Unicode block \\p{${name}}`);
  return name;
}

/** Without case, lower and upper case letters are the same class. */
function caseless(name: string): string {
  return name === 'Lower' || name === 'Upper' ? 'A-Za-z' : '\\p{Lu}\\p{Ll}\\p{Lt}';
}

function contentOf(name: string): string | null {
  if (Object.hasOwn(posix, name)) return posix[name] as string;
  if (Object.hasOwn(renamed, name)) return renamed[name] as string;
  return candidates(name).find(isKnown) ?? null;
}

function candidates(name: string): string[] {
  const [key, value] = name.split('=') as [string, string | undefined];
  if (value !== undefined) {
    const isScript = /^(?:sc|script)$/i.test(key);
    return /^(?:gc|general_category)$/i.test(key) ? [`\\p{gc=${value}}`] : isScript ? [`\\p{sc=${capitalized(value)}}`] : [];
  }
  if (!name.startsWith('Is')) return [`\\p{gc=${name}}`];
  const bare = name.slice(2);
  return [`\\p{gc=${bare}}`, `\\p{${bare}}`, `\\p{${capitalized(bare)}}`, `\\p{sc=${capitalized(bare)}}`];
}

function isKnown(source: string): boolean {
  try {
    return new RegExp(source, 'v').source === source;
  } catch {
    return false;
  }
}

function capitalized(name: string): string {
  return name.toLowerCase().replaceAll(/(?:^|_)[a-z]/g, (letter) => letter.toUpperCase());
}
