import { IllegalArgumentException } from '@millrace/api';

/** One element of a pattern: text that stands for itself, or a field with the number of its letters. */
export type PatternToken =
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'field'; readonly letter: string; readonly count: number };

const fieldLetters = 'GyMdkHmsSEDFwWahKzZYuXL';

/**
 * Takes a pattern of `java.text.SimpleDateFormat` apart.
 * @throws IllegalArgumentException for a letter without a meaning, an open quote, or more than three X.
 */
export function dateFormatTokens(pattern: string): PatternToken[] {
  const tokens: PatternToken[] = [];
  let position = 0;
  while (position < pattern.length) {
    const token = pattern[position] === "'" ? quoted(pattern, position) : unquoted(pattern, position);
    tokens.push(token.token);
    position = token.end;
  }
  return tokens;
}

interface TokenAt {
  readonly token: PatternToken;
  readonly end: number;
}

function unquoted(pattern: string, start: number): TokenAt {
  const letter = pattern[start] as string;
  if (!/[a-zA-Z]/.test(letter)) return { token: { kind: 'literal', text: letter }, end: start + 1 };
  if (!fieldLetters.includes(letter)) throw new IllegalArgumentException(`Illegal pattern character '${letter}'`);
  let end = start + 1;
  while (pattern[end] === letter) end += 1;
  const count = end - start;
  if (letter === 'X' && count > 3) throw new IllegalArgumentException(`invalid ISO 8601 format: length=${count}`);
  return { token: { kind: 'field', letter, count }, end };
}

/** Text in quotes; two quotes in a row are one quote, inside and outside. */
function quoted(pattern: string, start: number): TokenAt {
  if (pattern[start + 1] === "'") return { token: { kind: 'literal', text: "'" }, end: start + 2 };
  let text = '';
  let position = start + 1;
  while (position < pattern.length) {
    const isQuote = pattern[position] === "'";
    if (isQuote && pattern[position + 1] !== "'") return { token: { kind: 'literal', text }, end: position + 1 };
    text += pattern[position];
    position += isQuote ? 2 : 1;
  }
  throw new IllegalArgumentException('Unterminated quote');
}
