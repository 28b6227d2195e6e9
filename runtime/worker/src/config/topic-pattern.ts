/**
 * The pattern of a user, who writes it as for Java, as one that has to match a whole topic name. Flags at the start (`(?i)`) and quotations
 * (`\Q…\E`) are translated; what remains means the same in both languages or is refused.
 * @throws SyntaxError if it is no regular expression.
 */
export function topicPattern(regex: string): RegExp {
  const flags = /^\(\?([imsu]+)\)/.exec(regex);
  const body = flags === null ? regex : regex.slice(flags[0].length);
  const translated = body
    .replace(/\\Q([\s\S]*?)(?:\\E|$)/g, (_, quoted: string) => quoted.replace(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`))
    .replace(/(?<!\\)((?:\\\\)*)\\[AzZ]/g, '$1');
  // The part alone first: around it, `a)|(b` would be well-formed.
  compile(translated, flags?.[1] ?? '');
  return compile(`^(?:${translated})$`, flags?.[1] ?? '');
}

function compile(pattern: string, flags: string): RegExp {
  const own = [...new Set(flags)].filter((flag) => flag !== 'u').join('');
  try {
    return new RegExp(pattern, `${own}u`);
  } catch {
    // Java lets any punctuation follow a backslash, JavaScript only without the flag `u`.
    return new RegExp(pattern, own);
  }
}
