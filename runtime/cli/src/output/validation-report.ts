import { ClientExit } from '../exit-codes.ts';
import type { Terminal } from '../terminal.ts';
import type { Finding } from './findings.ts';
import { marks } from './marks.ts';
import type { Report } from './report.ts';

/** What validation found out about one connector. */
export interface Validated {
  readonly source: string;
  readonly connector: string;
  readonly class: string;
  /** Keys of the configuration, and those of them without any finding; null if nothing could be checked. */
  readonly keys: { readonly total: number; readonly faultless: number } | null;
  readonly findings: readonly Finding[];
}

/** The report of validated connectors; one with errors is a VALIDATION problem. */
export function validationReport(terminal: Terminal, validated: readonly Validated[]): Report {
  const all = validated.flatMap(({ findings }) => findings);
  const failed = validated.filter(hasErrors).length;
  const warnings = all.filter(({ severity }) => severity === 'warning').length;
  const errors = all.length - warnings;
  const summary = { connectors: validated.length, failed, errors, warnings };
  const report: Report = {
    summary,
    result: { connectors: validated },
    names: validated.filter((one) => !hasErrors(one)).map(({ connector }) => connector),
    text: () =>
      [
        ...validated.map((one) => section(terminal, one)),
        `Summary: ${validated.length - failed} valid · ${failed} not valid · ${count(errors, 'error')} · ${count(warnings, 'warning')}`,
      ].join('\n'),
  };
  if (failed === 0) return report;
  const message = `${count(errors, 'error')} in ${count(failed, 'connector')}`;
  return { ...report, problem: { exitCode: ClientExit.VALIDATION, message } };
}

/** Whether a connector cannot be created as it is. */
export function hasErrors({ findings }: Validated): boolean {
  return findings.some(({ severity }) => severity === 'error');
}

function section(terminal: Terminal, { source, connector, class: className, keys, findings }: Validated): string {
  const { ok, warn, fail } = marks(terminal);
  const { bold } = terminal.colors;
  const lines = findings.flatMap(({ severity, key, value, reason, advice }) => [
    `  ${severity === 'error' ? fail : warn} ${bold(key)}${value === null || value === '' ? '' : ` = ${value}`}`,
    `      ${reason}`,
    ...(advice === null ? [] : [`      → ${advice}`]),
  ]);
  const verdict = keys === null ? [] : [`  ${ok} ${keys.faultless} of ${count(keys.total, 'key')} without a finding`];
  return [`${source}: ${bold(connector)} (${className})`, ...verdict, ...lines].join('\n');
}

/** `1 error`, `2 errors`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
