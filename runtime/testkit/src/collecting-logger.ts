import { inspect } from 'node:util';
import type { Logger } from '@millrace/api';

/** A logger that adds every line with its fields, unmasked, to a list. */
export function collectingLogger(lines: string[]): Logger {
  const write =
    (level: string) =>
    (message: string, fields?: Readonly<Record<string, unknown>>): void => {
      lines.push(`${level} ${message}${fields === undefined ? '' : ` ${inspect(fields, { depth: 8 })}`}`);
    };
  return { error: write('ERROR'), warn: write('WARN'), info: write('INFO'), debug: write('DEBUG') };
}
