import { readFile } from 'node:fs/promises';
import { ConfigException } from '@millrace/api';

/**
 * Reads the text of a Java properties file: comments with `#` or `!`, `=`, `:` or blanks between key and value, a trailing backslash
 * that continues a line, and the escapes of `java.util.Properties`.
 */
export function parseProperties(text: string): Record<string, string> {
  const properties: Record<string, string> = {};
  for (const line of logicalLines(text)) {
    const { key, value } = splitLine(line);
    properties[unescape(key)] = unescape(value);
  }
  return properties;
}

/** @throws ConfigException that names the file when it cannot be read. */
export async function readPropertiesFile(path: string): Promise<Record<string, string>> {
  let text: string;
  try {
    text = await readFile(path, 'latin1');
  } catch (error) {
    throw unreadable(path, error);
  }
  // Java reads ISO 8859-1; a file that is valid UTF-8 was meant as UTF-8.
  const bytes = Buffer.from(text, 'latin1');
  const utf8 = bytes.toString('utf8');
  return parseProperties(utf8.includes('\u{FFFD}') ? text : utf8);
}

/** The one line that tells why a file cannot be read. */
export function unreadable(path: string, error: unknown): ConfigException {
  const reasons: Readonly<Record<string, string>> = {
    ENOENT: 'there is no such file',
    EACCES: 'permission denied',
    EISDIR: 'it is a folder',
  };
  const { code, message } = error as NodeJS.ErrnoException;
  return new ConfigException(`Cannot read ${path}: ${reasons[code ?? ''] ?? message}`, { cause: error, code: 'connect.file.unreadable' });
}

function* logicalLines(text: string): Generator<string> {
  let pending = '';
  let continues = false;
  for (const raw of text.split(/\r\n|\n|\r/)) {
    const line = raw.replace(/^[ \t\f]+/, '');
    if (!continues && (line === '' || line.startsWith('#') || line.startsWith('!'))) continue;
    continues = /(?:^|[^\\])(?:\\\\)*\\$/.test(line);
    pending += continues ? line.slice(0, -1) : line;
    if (continues) continue;
    yield pending;
    pending = '';
  }
  if (pending !== '') yield pending;
}

function splitLine(line: string): { key: string; value: string } {
  const match = /^((?:\\.|[^\\=: \t\f])*)[ \t\f]*(?:[=:][ \t\f]*)?/s.exec(line);
  const key = match?.[1] ?? line;
  return { key, value: line.slice(match?.[0].length ?? line.length) };
}

function unescape(text: string): string {
  return text.replace(/\\(u[0-9a-fA-F]{4}|.)/gs, (_, escape: string) => {
    if (escape.length === 5) return String.fromCharCode(Number.parseInt(escape.slice(1), 16));
    const controls: Readonly<Record<string, string>> = { t: '\t', n: '\n', r: '\r', f: '\f' };
    return controls[escape] ?? escape;
  });
}
